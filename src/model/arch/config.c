/* Members of config.json with their checks. The defaults that the architecture files pass are those of the
 * configuration classes of Transformers 5.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/arch/arch.h"

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
  enum { MOST_LAYERS = 1000 }; /* of shapes alone: more than any that was published */
  const struct xy__model_store *store = b->model->store;
  if (store->shapes_only && c->L > MOST_LAYERS) {
    xy__build_fail(b, XY_ERR_FORMAT, "num_hidden_layers", "expected at most %d, found %lld", MOST_LAYERS,
                   (long long)c->L);
  }
  if (!store->shapes_only && c->L > (int64_t)store->n_entries) {
    xy__build_fail(b, XY_ERR_FORMAT, "num_hidden_layers", "found %lld layers, but only %zu tensors in %s",
                   (long long)c->L, b->model->store->n_entries, b->model->store->weights_path);
  }
}
