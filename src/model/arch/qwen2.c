/* Qwen 2 and 2.5: transformers/models/qwen2. Llama with biases on q, k and v, and a sliding window on some layers
 * where use_sliding_window says so: those that layer_types names, else those from max_window_layers on.
 */
#include <string.h>

#include "model/arch/llama.h"

static bool slides(xy__model_builder *b, const json_t *types, int64_t layer, bool windowed, int64_t first) {
  if (types == NULL || json_is_null(types)) return windowed && layer >= first;
  const char *type = json_string_value(json_array_get(types, (size_t)layer));
  if (type != NULL && strcmp(type, "full_attention") == 0) return false;
  if (type == NULL || strcmp(type, "sliding_attention") != 0 || !windowed) {
    xy__build_fail(b, XY_ERR_FORMAT, "layer_types", "layer %lld: expected full_attention%s, found %s%s",
                   (long long)layer, windowed ? " or sliding_attention" : "", type != NULL ? type : "nothing",
                   windowed ? "" : " although use_sliding_window is false");
  }
  return true;
}

static void build(xy__model_builder *b) {
  const json_t *config = b->model->store->config;
  const json_t *types = json_object_get(config, "layer_types");
  bool windowed = xy__config_flag(b, "use_sliding_window", false) &&
                  (!xy__config_has(b, "sliding_window") || !json_is_null(json_object_get(config, "sliding_window")));
  int64_t window = windowed ? xy__config_size(b, "sliding_window", 4096) : 0;
  int64_t first = 28;
  if (b->rc == XY_OK) {
    b->rc = xy__json_int(&first, config, "max_window_layers", first, b->model->store->config_path, b->err);
  }
  xy__build_llama(
      b, &(xy__llama_variant){.qkv_bias = true, .default_kv_heads = 32, .default_context = 32768, .default_eps = 1e-6});
  for (int64_t l = 0; b->rc == XY_OK && l < b->model->config.L; l++) {
    if (slides(b, types, l, windowed, first)) b->model->blocks[l].window = window;
  }
}

const xy__arch xy__arch_qwen2 = {"qwen2", build};
