/* What Llama and its kin share: RMS norms, rotary embeddings on whole heads, grouped queries, gated MLP without
 * biases. The variants differ in a few places only. Private to src/model.
 */
#ifndef XY_MODEL_ARCH_LLAMA_H
#define XY_MODEL_ARCH_LLAMA_H

#include "model/arch/arch.h"

typedef struct xy__llama_variant {
  bool qkv_bias, out_bias, mlp_bias; /* what the weights hold */
  bool post_norms;                   /* OLMo 2: norms after attention and MLP, none before; norms of q and k */
  int64_t default_kv_heads;          /* where num_key_value_heads is missing; 0: as many as heads */
  int64_t default_context;
  double default_eps;
} xy__llama_variant;

void xy__build_llama(xy__model_builder *b, const xy__llama_variant *variant);

#endif
