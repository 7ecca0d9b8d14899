/* Mistral: transformers/models/mistral. Llama with eight key/value heads by default and a sliding window on every
 * layer, 4,096 by default; null means none (version 0.2 on).
 */
#include "model/arch/llama.h"

static void build(xy__model_builder *b) {
  bool windowed =
      !xy__config_has(b, "sliding_window") || !json_is_null(json_object_get(b->model->store->config, "sliding_window"));
  int64_t window = windowed ? xy__config_size(b, "sliding_window", 4096) : 0;
  xy__build_llama(b, &(xy__llama_variant){.default_kv_heads = 8, .default_context = 131072, .default_eps = 1e-6});
  for (int64_t l = 0; b->rc == XY_OK && l < b->model->config.L; l++) b->model->blocks[l].window = window;
}

const xy__arch xy__arch_mistral = {"mistral", build};
