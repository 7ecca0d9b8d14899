/* Members of config.json with their checks, and the table of architectures (internal.h). The defaults that the
 * architecture files pass are those of the configuration classes of Transformers 5.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/internal.h"

static const xy__arch *const architectures[] = {&xy__arch_gpt_neox, &xy__arch_gpt2,  &xy__arch_llama,
                                                &xy__arch_mistral,  &xy__arch_qwen2, &xy__arch_olmo2};
enum { n_architectures = sizeof architectures / sizeof architectures[0] };

void xy__build_fail(xy__model_builder *b, int code, const char *key, const char *format, ...) {
  if (b->rc != XY_OK) return;
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  b->rc = xy__fail(b->err, code, "%s: %s: %s", b->model->store->config_path, key, text);
}

bool xy__config_has(const xy__model_builder *b, const char *key) {
  return json_object_get(b->model->store->config, key) != NULL;
}

int64_t xy__config_size(xy__model_builder *b, const char *key, int64_t fallback) {
  int64_t value = fallback;
  if (b->rc != XY_OK) return 0;
  const struct xy__model_store *store = b->model->store;
  b->rc = xy__json_int(&value, store->config, key, fallback, store->config_path, b->err);
  if (b->rc != XY_OK) return 0;
  if (value == 0 && fallback == 0 && !json_is_integer(json_object_get(store->config, key))) {
    xy__build_fail(b, XY_ERR_FORMAT, key, "expected a number, found nothing");
  } else if (value < 1 || value > INT32_MAX) {
    xy__build_fail(b, XY_ERR_FORMAT, key, "expected a number from 1 to %d, found %lld", INT32_MAX, (long long)value);
  }
  return b->rc == XY_OK ? value : 0;
}

double xy__config_real(xy__model_builder *b, const char *key, double fallback) {
  double value = fallback;
  if (b->rc != XY_OK) return fallback;
  const struct xy__model_store *store = b->model->store;
  b->rc = xy__json_real(&value, store->config, key, fallback, store->config_path, b->err);
  if (b->rc == XY_OK && !(value >= 0 && value < 1e30)) {
    xy__build_fail(b, XY_ERR_FORMAT, key, "expected a number that is not negative, found %g", value);
  }
  return b->rc == XY_OK ? value : fallback;
}

bool xy__config_flag(xy__model_builder *b, const char *key, bool fallback) {
  bool value = fallback;
  if (b->rc != XY_OK) return fallback;
  const struct xy__model_store *store = b->model->store;
  b->rc = xy__json_bool(&value, store->config, key, fallback, store->config_path, b->err);
  return b->rc == XY_OK ? value : fallback;
}

void xy__config_activation(xy__model_builder *b, const char *key, const char *fallback) {
  static const struct {
    const char *name;
    xy__activation activation;
  } known[] = {{"gelu", XY__GELU_ERF},
               {"gelu_python", XY__GELU_ERF},
               {"gelu_new", XY__GELU_TANH},
               {"gelu_fast", XY__GELU_TANH},
               {"gelu_accurate", XY__GELU_TANH},
               {"gelu_pytorch_tanh", XY__GELU_TANH},
               {"gelu_python_tanh", XY__GELU_TANH},
               {"silu", XY__SILU},
               {"swish", XY__SILU},
               {"relu", XY__RELU}};
  const char *name = NULL;
  if (b->rc != XY_OK) return;
  const struct xy__model_store *store = b->model->store;
  b->rc = xy__json_string(&name, store->config, key, fallback, store->config_path, b->err);
  if (b->rc != XY_OK) return;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (strcmp(known[i].name, name) != 0) continue;
    b->model->config.activation = known[i].activation;
    return;
  }
  xy__build_fail(b, XY_ERR_UNSUPPORTED, key,
                 "expected gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, silu or relu, "
                 "found '%s'",
                 name);
}

void xy__config_check_heads(xy__model_builder *b) {
  const xy__config *c = &b->model->config;
  if (b->rc != XY_OK) return;
  if (c->H % c->G != 0) {
    xy__build_fail(b, XY_ERR_FORMAT, "num_key_value_heads",
                   "expected a divisor of the %lld attention heads, found %lld", (long long)c->H, (long long)c->G);
  }
  if (c->L > (int64_t)b->model->store->n_entries) {
    xy__build_fail(b, XY_ERR_FORMAT, "num_hidden_layers", "found %lld layers, but only %zu tensors in %s",
                   (long long)c->L, b->model->store->n_entries, b->model->store->weights_path);
  }
}

/* Token id of config.json: a number, the first of a list, or none; -1 for none. */
static int64_t token_id(xy__model_builder *b, const char *key) {
  const json_t *value = json_object_get(b->model->store->config, key);
  if (json_is_array(value)) value = json_array_get(value, 0);
  if (b->rc != XY_OK || value == NULL || json_is_null(value)) return -1;
  if (!json_is_integer(value)) {
    xy__build_fail(b, XY_ERR_FORMAT, key, "expected a token id, a list of them, or null");
    return -1;
  }
  int64_t id = json_integer_value(value);
  if (id >= 0 && id < b->model->config.V) return id;
  b->rc =
      xy__model_note(b->model, b->err, "%s of config.json is %lld, which is no id of the vocabulary; it is ignored.",
                     key, (long long)id);
  return -1;
}

/* What no architecture here can compute: refused before any tensor is looked at. */
static void refuse_unsupported(xy__model_builder *b) {
  if (json_is_object(json_object_get(b->model->store->config, "quantization_config"))) {
    xy__build_fail(b, XY_ERR_UNSUPPORTED, "quantization_config",
                   "expected weights in float32, float16 or bfloat16, found a quantized checkpoint");
  }
}

static const xy__arch *find_architecture(xy__model_builder *b) {
  const struct xy__model_store *store = b->model->store;
  const char *type = NULL;
  b->rc = xy__json_string(&type, store->config, "model_type", NULL, store->config_path, b->err);
  for (size_t i = 0; b->rc == XY_OK && type != NULL && i < n_architectures; i++) {
    if (strcmp(type, architectures[i]->model_type) == 0) return architectures[i];
  }
  char list[256] = "";
  for (size_t i = 0, used = 0; i < n_architectures; i++) {
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", architectures[i]->model_type);
  }
  xy__build_fail(b, XY_ERR_UNSUPPORTED, "model_type", "expected one of %s; found %s%s%s", list, type ? "'" : "",
                 type ? type : "nothing", type ? "'" : "");
  return NULL;
}

int xy__build(xy_model *model, xy_error *err) {
  xy__model_builder b = {model, "", err, XY_OK};
  const xy__arch *arch = find_architecture(&b);
  refuse_unsupported(&b);
  if (b.rc != XY_OK) return b.rc;
  model->config.architecture = arch->model_type;
  arch->build(&b);
  model->config.bos = token_id(&b, "bos_token_id");
  model->config.eos = token_id(&b, "eos_token_id");
  return b.rc;
}
