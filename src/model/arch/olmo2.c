/* OLMo 2: transformers/models/olmo2. Llama with its norms after attention and MLP instead of before, and RMS norms
 * on all queries and all keys of a position together.
 */
#include "model/arch/llama.h"

static void build(xy__model_builder *b) {
  bool bias = xy__config_flag(b, "attention_bias", false);
  xy__build_llama(
      b, &(xy__llama_variant){
             .qkv_bias = bias, .out_bias = bias, .post_norms = true, .default_context = 2048, .default_eps = 1e-5});
}

const xy__arch xy__arch_olmo2 = {"olmo2", build};
