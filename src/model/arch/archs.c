/* The table of architectures, and the step from config.json's model_type to a model's description. */
#include <stdio.h>
#include <string.h>

#include "model/arch/arch.h"

#define ROW(name) &xy__arch_##name,
static const xy__arch *const archs[] = {XY__ARCHS(ROW)};
enum { ARCHS = sizeof archs / sizeof archs[0] };

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

/* Chat models list several end tokens. */
static void read_ends(xy__model_builder *b) {
  xy__config *c = &b->model->config;
  const json_t *list = json_object_get(b->model->store->config, "eos_token_id");
  size_t n = json_is_array(list) ? json_array_size(list) : 1;
  for (size_t i = 0; i < n && c->n_ends < sizeof c->ends / sizeof *c->ends; i++) {
    const json_t *id = json_is_array(list) ? json_array_get(list, i) : list;
    json_int_t value = json_integer_value(id);
    if (json_is_integer(id) && value >= 0 && value < c->V) c->ends[c->n_ends++] = (int32_t)value;
  }
}

/* Heads that do not say the next token: endings of the classes in `architectures`. Their bodies have the tensors of a
 * language model, and with tied embeddings would be scored as one. */
static const char *const other_heads[][2] = {
    {"ForSequenceClassification", "a classifier"},
    {"ForTokenClassification", "a classifier of tokens"},
    {"ForQuestionAnswering", "a model that marks answers in a text"},
    {"ForMultipleChoice", "a model that chooses answers"},
    {"RewardModel", "a reward model"},
    {"ForMaskedLM", "a masked language model"},
    {"ForConditionalGeneration", "a model that reads another input first"},
    {"ForTextEncoding", "a text encoder"},
};

static void refuse_heads(xy__model_builder *b) {
  const json_t *named = json_object_get(b->model->store->config, "architectures");
  for (size_t i = 0; i < json_array_size(named); i++) {
    const char *class = json_string_value(json_array_get(named, i));
    for (size_t h = 0; class != NULL && h < sizeof other_heads / sizeof other_heads[0]; h++) {
      if (!xy__ends_with(class, other_heads[h][0])) continue;
      xy__build_fail(b, XY_ERR_UNSUPPORTED, "architectures", "%s is %s; expected a causal language model", class,
                     other_heads[h][1]);
    }
  }
}

/* What training added to the weights and nobody merged: the base's tensors alone are another model. */
static void refuse_unmerged(xy__model_builder *b) {
  const struct xy__model_store *store = b->model->store;
  const char *first = NULL;
  size_t n = 0;
  for (size_t i = 0; i < store->n_entries; i++) {
    const char *name = store->entries[i].tensor.name;
    if (strstr(name, "lora_A") == NULL && strstr(name, "lora_B") == NULL && strstr(name, "lora_embedding_") == NULL) {
      continue;
    }
    if (n++ == 0) first = name;
  }
  if (n == 0 || b->rc != XY_OK) return;
  b->rc = xy__fail(b->err, XY_ERR_UNSUPPORTED, "%s: %zu LoRA tensors were left in the weights unmerged (%s%s)",
                   store->weights_path, n, first, n > 1 ? ", …" : "");
  (void)xy__hint(b->err, b->rc, "merge them first: peft's merge_and_unload(), then save_pretrained()");
}

/* What no architecture here can compute: refused before any tensor is looked at. */
static void refuse_unsupported(xy__model_builder *b) {
  if (json_is_object(json_object_get(b->model->store->config, "quantization_config"))) {
    xy__build_fail(b, XY_ERR_UNSUPPORTED, "quantization_config",
                   "expected weights in float32, float16 or bfloat16, found a quantized checkpoint");
  }
  refuse_heads(b);
  refuse_unmerged(b);
}

static const xy__arch *find_arch(xy__model_builder *b) {
  const struct xy__model_store *store = b->model->store;
  const char *type = NULL;
  if (b->rc != XY_OK) return NULL;
  b->rc = xy__json_string(&type, store->config, "model_type", NULL, store->config_path, b->err);
  for (size_t i = 0; b->rc == XY_OK && type != NULL && i < ARCHS; i++) {
    if (strcmp(type, archs[i]->model_type) == 0) return archs[i];
  }
  char list[256] = "";
  for (size_t i = 0, used = 0; i < ARCHS; i++) {
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", archs[i]->model_type);
  }
  xy__build_fail(b, XY_ERR_UNSUPPORTED, "model_type", "expected one of %s; found %s%s%s", list, type ? "'" : "",
                 type ? type : "nothing", type ? "'" : "");
  return NULL;
}

int xy__build(xy_model *model, xy_error *err) {
  xy__model_builder b = {model, "", err, XY_OK};
  refuse_unsupported(&b);
  const xy__arch *arch = find_arch(&b);
  if (b.rc != XY_OK) return b.rc;
  model->config.architecture = arch->model_type;
  arch->build(&b);
  model->config.bos = token_id(&b, "bos_token_id");
  model->config.eos = token_id(&b, "eos_token_id");
  read_ends(&b);
  return b.rc;
}
