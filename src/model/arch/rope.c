/* Inverse frequencies of rotary embeddings, as transformers/modeling_rope_utils.py (5.12) computes them.
 *
 * Everything there is float32 and a quotient `number / tensor` is reciprocal times number; the same steps are taken
 * here in the same order, since at position 2,000 the last bit of a frequency is a ten-thousandth of a radian.
 *
 * Types: default; linear (all divided by a factor); llama3 (long waves divided, short ones kept, between them
 * interpolated); yarn (a ramp over the dimensions, and a factor on cos and sin); dynamic, which up to
 * max_position_embeddings is the default, and longer texts are not scored here.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/arch/arch.h"

/* The parameters, wherever config.json keeps them. */
typedef struct rope {
  const json_t *scaling; /* rope_scaling or rope_parameters; NULL: neither */
  const char *key;       /* which of them, for messages */
  double base, factor;
  int64_t original; /* context that the model was pretrained with */
} rope;

static double number(xy__model_builder *b, const rope *r, const char *key, double fallback) {
  double value = fallback;
  if (b->rc != XY_OK || r->scaling == NULL) return fallback;
  b->rc = xy__json_real(&value, r->scaling, key, fallback, b->model->store->config_path, b->err);
  if (b->rc == XY_OK && !(fabs(value) < 1e30)) {
    xy__build_fail(b, XY_ERR_FORMAT, r->key, "%s: expected a finite number, found %g", key, value);
  }
  return b->rc == XY_OK ? value : fallback;
}

/* As number, but must be there and positive. */
static double positive(xy__model_builder *b, const rope *r, const char *key) {
  double value = number(b, r, key, 0);
  if (!(value > 0)) xy__build_fail(b, XY_ERR_FORMAT, r->key, "%s: expected a number above 0, found %g", key, value);
  return value > 0 ? value : 1;
}

static void find_parameters(rope *r, xy__model_builder *b) {
  static const char *const keys[] = {"rope_scaling", "rope_parameters"};
  for (int i = 0; i < 2; i++) {
    const json_t *value = json_object_get(b->model->store->config, keys[i]);
    if (value == NULL || json_is_null(value)) continue;
    if (!json_is_object(value)) xy__build_fail(b, XY_ERR_FORMAT, keys[i], "expected an object or null");
    if (json_object_size(value) == 0) continue;
    r->scaling = value;
    r->key = keys[i];
    return;
  }
}

static const char *type_of(xy__model_builder *b, const rope *r) {
  const char *type = NULL;
  const char *file = b->model->store->config_path;
  if (r->scaling == NULL) return "default";
  if (b->rc == XY_OK) b->rc = xy__json_string(&type, r->scaling, "type", "default", file, b->err);
  if (b->rc == XY_OK) b->rc = xy__json_string(&type, r->scaling, "rope_type", type, file, b->err);
  return b->rc == XY_OK ? type : "default";
}

static void read_original(xy__model_builder *b, rope *r) {
  const char *key = "original_max_position_embeddings";
  const xy__config *c = &b->model->config;
  r->original = (int64_t)number(b, r, key, (double)c->context);
  if (xy__config_has(b, key)) r->original = xy__config_size(b, key, c->context);
  if (b->rc == XY_OK && r->original < 1)
    xy__build_fail(b, XY_ERR_FORMAT, r->key, "%s: expected a positive number", key);
}

static void set_llama3(xy__model_builder *b, rope *r, float *frequency, int64_t n) {
  double low = positive(b, r, "low_freq_factor");
  double high = positive(b, r, "high_freq_factor");
  read_original(b, r);
  if (b->rc == XY_OK && !(high > low)) {
    xy__build_fail(b, XY_ERR_FORMAT, r->key, "expected high_freq_factor above low_freq_factor, found %g and %g", high,
                   low);
  }
  if (b->rc != XY_OK) return;
  float factor = (float)r->factor;
  float original = (float)r->original;
  float longest = (float)((double)r->original / low);
  float shortest = (float)((double)r->original / high);
  for (int64_t i = 0; i < n; i++) {
    float wave = 1.0F / frequency[i] * (float)(2 * M_PI);
    float kept = wave > longest ? frequency[i] / factor : frequency[i];
    if (!(wave < shortest) && !(wave > longest)) {
      float smooth = (1.0F / wave * original - (float)low) / (float)(high - low);
      kept = (1.0F - smooth) * kept / factor + smooth * kept;
    }
    frequency[i] = kept;
  }
}

/* Dimension whose wave turns `turns` times over the pretraining context. */
static double yarn_dimension(const rope *r, double turns, double dimensions) {
  return dimensions * log((double)r->original / (turns * 2 * M_PI)) / (2 * log(r->base));
}

static double yarn_scale(double factor, double m) { return factor <= 1 ? 1 : 0.1 * m * log(factor) + 1; }

static void set_yarn(xy__model_builder *b, rope *r, float *frequency, const float *power, int64_t n) {
  double fast = number(b, r, "beta_fast", 32);
  double slow = number(b, r, "beta_slow", 1);
  double m = number(b, r, "mscale", 0);
  double m_all = number(b, r, "mscale_all_dim", 0);
  bool truncate = true;
  if (b->rc == XY_OK) {
    b->rc = xy__json_bool(&truncate, r->scaling, "truncate", true, b->model->store->config_path, b->err);
  }
  read_original(b, r);
  double both =
      m != 0 && m_all != 0 ? yarn_scale(r->factor, m) / yarn_scale(r->factor, m_all) : yarn_scale(r->factor, 1);
  double scale = number(b, r, "attention_factor", both);
  if (fast == 0) fast = 32;
  if (slow == 0) slow = 1;
  if (b->rc == XY_OK && !(fast > 0 && slow > 0 && scale > 0 && r->base > 1)) {
    xy__build_fail(b, XY_ERR_FORMAT, r->key,
                   "expected positive beta_fast, beta_slow and attention_factor, and a base "
                   "above 1");
  }
  if (b->rc != XY_OK) return;
  double dimensions = 2 * (double)n;
  double low = yarn_dimension(r, fast, dimensions);
  double high = yarn_dimension(r, slow, dimensions);
  if (truncate) {
    low = floor(low);
    high = ceil(high);
  }
  low = fmax(low, 0);
  high = fmin(high, dimensions - 1);
  if (low == high) high += 0.001;
  for (int64_t i = 0; i < n; i++) {
    float ramp = ((float)i - (float)low) / (float)(high - low);
    float extrapolated = 1.0F - (ramp < 0 ? 0 : ramp > 1 ? 1 : ramp);
    float interpolated = 1.0F / ((float)r->factor * power[i]);
    frequency[i] = interpolated * (1.0F - extrapolated) + frequency[i] * extrapolated;
  }
  b->model->config.rotary_scale = scale;
}

/* Before the members that it would need: those of another type say nothing here. */
static void check_type(xy__model_builder *b, const rope *r, const char *type) {
  static const char *const known[] = {"default", "linear", "llama3", "yarn", "dynamic"};
  bool found = false;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) found = found || strcmp(known[i], type) == 0;
  if (!found) {
    xy__build_fail(b, XY_ERR_UNSUPPORTED, r->key,
                   "rope_type: expected default, linear, llama3, yarn or dynamic, found '%s'", type);
  }
}

static void apply_type(xy__model_builder *b, rope *r, const char *type, float *frequency, const float *power,
                       int64_t n) {
  check_type(b, r, type);
  if (b->rc != XY_OK || strcmp(type, "default") == 0) return;
  if (strcmp(type, "yarn") == 0 && !json_is_number(json_object_get(r->scaling, "factor"))) {
    read_original(b, r);
    r->factor = b->rc == XY_OK ? (double)b->model->config.context / (double)r->original : 1;
  } else {
    r->factor = positive(b, r, "factor");
  }
  if (b->rc != XY_OK) return;
  if (strcmp(type, "linear") == 0) {
    for (int64_t i = 0; i < n; i++) frequency[i] /= (float)r->factor;
  } else if (strcmp(type, "llama3") == 0) {
    set_llama3(b, r, frequency, n);
  } else if (strcmp(type, "yarn") == 0) {
    set_yarn(b, r, frequency, power, n);
  }
  if (b->rc == XY_OK) {
    b->rc = xy__model_note(b->model, b->err, "Rotary embeddings are scaled: type %s, factor %g.", type, r->factor);
  }
}

static int64_t rotated_columns(xy__model_builder *b, const rope *r, const xy__rope_keys *keys) {
  const xy__config *c = &b->model->config;
  double partial = keys->default_partial;
  if (keys->partial != NULL) partial = xy__config_real(b, keys->partial, partial);
  partial = number(b, r, "partial_rotary_factor", partial);
  if (b->rc != XY_OK) return 0;
  int64_t columns = partial >= 0 && partial <= 1 ? (int64_t)((double)c->K * partial) : 0;
  if (columns < 2 || columns % 2 != 0 || (keys->partial == NULL && columns != c->K)) {
    xy__build_fail(b, XY_ERR_UNSUPPORTED, keys->partial != NULL ? keys->partial : "partial_rotary_factor",
                   "expected an even number of the %lld columns of a head to be rotated%s, found %g of them",
                   (long long)c->K, keys->partial != NULL ? "" : ", all of them", partial);
  }
  return columns;
}

void xy__build_rope(xy__model_builder *b, const xy__rope_keys *keys) {
  xy__config *c = &b->model->config;
  rope r = {0};
  find_parameters(&r, b);
  const char *type = type_of(b, &r);
  r.base = number(b, &r, "rope_theta", xy__config_real(b, keys->base, 10000));
  if (b->rc == XY_OK && !(r.base > 0)) xy__build_fail(b, XY_ERR_FORMAT, keys->base, "expected a number above 0");
  c->rotary = rotated_columns(b, &r, keys);
  c->rotary_scale = 1;
  if (b->rc != XY_OK) return;
  int64_t n = c->rotary / 2;
  float *frequency = xy__arena_alloc(&b->model->store->arena, (size_t)n * sizeof *frequency);
  float *power = xy__array((size_t)n, sizeof *power);
  if (frequency == NULL || power == NULL) {
    b->rc = xy__fail_memory(b->err, b->model->path);
    free(power);
    return;
  }
  for (int64_t i = 0; i < n; i++) {
    power[i] = powf((float)r.base, (float)(2 * i) / (float)c->rotary);
    frequency[i] = 1.0F / power[i];
  }
  apply_type(b, &r, type, frequency, power, n);
  for (int64_t i = 0; b->rc == XY_OK && i < n; i++) {
    if (!isfinite(frequency[i])) xy__build_fail(b, XY_ERR_NUMERIC, keys->base, "the rotary frequencies are not finite");
  }
  free(power);
  c->inverse_frequency = frequency;
}
