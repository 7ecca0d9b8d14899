/* What a checkpoint is, for people: the part of xy_model_describe that weights and config tell, with a sentence on
 * everything unusual. (Notes on what was passed over while the description was built are already there.)
 */
#include <string.h>

#include "model/internal.h"

static const char *const dtype_names[] = {[XY__F32] = "float32", [XY__F16] = "float16", [XY__BF16] = "bfloat16"};
enum { n_dtypes = sizeof dtype_names / sizeof dtype_names[0] };

static void count_dtypes(size_t counts[n_dtypes], const xy_model *model) {
  for (size_t i = 0; i < model->store->n_entries; i++) {
    const xy__entry *entry = &model->store->entries[i];
    if (entry->used) counts[entry->tensor.dtype]++;
  }
}

/* One name, or "mixed" with a note; and a note when config.json says otherwise. */
static int describe_dtype(const char **out, xy_model *model, xy_error *err) {
  size_t counts[n_dtypes] = {0};
  const char *name = "float32";
  int kinds = 0;
  const json_t *config = model->store->config;
  count_dtypes(counts, model);
  for (int d = 0; d < n_dtypes; d++) {
    if (counts[d] > 0) name = dtype_names[d];
    kinds += counts[d] > 0;
  }
  *out = kinds > 1 ? "mixed" : name;
  if (kinds > 1) {
    return xy__model_note(model, err, "Weights are of mixed types: %zu tensors float32, %zu float16, %zu bfloat16.",
                          counts[XY__F32], counts[XY__F16], counts[XY__BF16]);
  }
  const char *said = json_string_value(json_object_get(config, "dtype"));
  if (said == NULL) said = json_string_value(json_object_get(config, "torch_dtype"));
  if (said == NULL || strcmp(said, name) == 0) return XY_OK;
  return xy__model_note(model, err, "config.json says %s, the weights are %s; they are used as stored.", said, name);
}

static int describe_window(int64_t *out, xy_model *model, xy_error *err) {
  int64_t window = 0;
  int64_t layers = 0;
  for (int64_t l = 0; l < model->config.L; l++) {
    if (model->blocks[l].window == 0) continue;
    window = model->blocks[l].window;
    layers++;
  }
  *out = window;
  if (layers == 0) return XY_OK;
  return xy__model_note(model, err, "Sliding window: %lld of %lld layers attend to the last %lld tokens only.",
                        (long long)layers, (long long)model->config.L, (long long)window);
}

static int note_spelling(xy_model *model, xy_error *err) {
  const json_t *config = model->store->config;
  if (json_object_get(config, "rope_parameters") == NULL && json_object_get(config, "dtype") == NULL) return XY_OK;
  return xy__model_note(model, err, "config.json is in the spelling of Transformers 5 (dtype, rope_parameters).");
}

static int note_tied(xy_model *model, xy_error *err) {
  if (!model->config.tied) return XY_OK;
  return xy__model_note(model, err, "The output layer is the input embedding (tied): tensor %s.", model->head->name);
}

int xy__model_info(xy_model_info *out, xy_model *model, xy_error *err) {
  const struct xy__model_store *store = model->store;
  const xy__config *c = &model->config;
  xy_model_info info = {.path = model->path,
                        .architecture = c->architecture,
                        .layers = c->L,
                        .hidden = c->D,
                        .heads = c->H,
                        .kv_heads = c->G,
                        .head_dim = c->K,
                        .intermediate = c->F,
                        .vocabulary = c->V,
                        .context = c->context,
                        .parameters = store->parameters,
                        .tied = c->tied,
                        .files = (int)store->n_files,
                        .tokenizer = "none",
                        .bos = "",
                        .eos = ""};
  for (size_t i = 0; i < store->n_files; i++) info.bytes += (int64_t)store->files[i].map.size;
  int rc = describe_dtype(&info.dtype, model, err);
  if (rc == XY_OK) rc = describe_window(&info.window, model, err);
  if (rc == XY_OK) rc = note_tied(model, err);
  if (rc == XY_OK) rc = note_spelling(model, err);
  if (rc != XY_OK) return rc;
  info.n_notes = xy__model_notes(&info.notes, model);
  info.n_warnings = store->n_warnings;
  *out = info;
  return XY_OK;
}

size_t xy_model_warnings(const char *const **out, const xy_model *model) {
  (void)xy__model_notes(out, model);
  return model->store->n_warnings;
}
