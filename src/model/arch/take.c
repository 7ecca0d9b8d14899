/* Tensors by name for the architecture files: found, checked against the shape that config.json implies, and marked
 * as used (internal.h).
 */
#include <stdio.h>
#include <string.h>

#include "model/arch/arch.h"

static xy__entry *find(const xy_model *model, const char *name) {
  int64_t i;
  const struct xy__model_store *store = model->store;
  return xy__map_get(&store->names, name, strlen(name), &i) ? &store->entries[i] : NULL;
}

/* "[3, 4]" */
static const char *shape_text(char out[128], int rank, const int64_t *shape) {
  size_t used = (size_t)snprintf(out, 128, "[");
  for (int i = 0; i < rank && i < 4; i++) {
    used += (size_t)snprintf(out + used, 128 - used, "%s%lld", i > 0 ? ", " : "", (long long)shape[i]);
  }
  snprintf(out + used, 128 - used, "%s]", rank > 4 ? ", …" : "");
  return out;
}

/* PREFIX + name, in which # stands for the layer. */
static void full_name(xy__text *out, const xy__model_builder *b, const char *name, int64_t layer) {
  xy__text_clear(out);
  xy__text_add(out, b->prefix);
  const char *mark = strchr(name, '#');
  if (mark == NULL) {
    xy__text_add(out, name);
  } else {
    xy__text_add_bytes(out, name, (size_t)(mark - name));
    xy__text_addf(out, "%lld%s", (long long)layer, mark + 1);
  }
}

/* A tensor of a checkpoint whose weights are not there. */
static const xy__tensor *imply(xy__model_builder *b, const char *name, int64_t rows, int64_t columns) {
  struct xy__model_store *store = b->model->store;
  xy__tensor *tensor = xy__arena_alloc(&store->arena, sizeof *tensor);
  const char *kept = xy__model_keep(b->model, name);
  if (tensor == NULL || kept == NULL) {
    b->rc = xy__fail_memory(b->err, b->model->path);
    return NULL;
  }
  int64_t values = rows * (columns > 0 ? columns : 1);
  *tensor = (xy__tensor){.name = kept,
                         .file = store->config_path,
                         .dtype = store->shapes_dtype,
                         .rank = columns > 0 ? 2 : 1,
                         .shape = {rows, columns},
                         .bytes = (size_t)(values * xy__dtype_bytes(store->shapes_dtype))};
  store->parameters += values;
  return tensor;
}

/* A whole name, checked against a shape. */
static const xy__tensor *take_named(xy__model_builder *b, const char *name, int64_t rows, int64_t columns) {
  int64_t shape[2] = {rows, columns};
  int rank = columns > 0 ? 2 : 1;
  char expected[128];
  char found[128];
  xy__entry *entry = find(b->model, name);
  shape_text(expected, rank, shape);
  if (entry == NULL && b->model->store->shapes_only) return imply(b, name, rows, columns);
  if (entry == NULL) {
    b->rc = xy__fail(b->err, XY_ERR_FORMAT, "%s: tensor %s: expected shape %s, found no such tensor",
                     b->model->store->weights_path, name, expected);
    return NULL;
  }
  const xy__tensor *tensor = &entry->tensor;
  if (entry->rank != rank || memcmp(shape, tensor->shape, (size_t)rank * sizeof shape[0]) != 0) {
    b->rc = xy__fail(b->err, XY_ERR_FORMAT, "%s: tensor %s: expected shape %s, found %s", tensor->file, name, expected,
                     shape_text(found, entry->rank, tensor->shape));
    return NULL;
  }
  if (!entry->readable) {
    b->rc = xy__fail(b->err, XY_ERR_UNSUPPORTED, "%s: tensor %s: expected dtype F32, F16 or BF16, found %s",
                     tensor->file, name, entry->dtype_name);
    return NULL;
  }
  if (!entry->used) b->model->store->parameters += (int64_t)tensor->bytes / xy__dtype_bytes(tensor->dtype);
  entry->used = true;
  return tensor;
}

const xy__tensor *xy__take(xy__model_builder *b, const char *name, int64_t layer, int64_t rows, int64_t columns) {
  if (b->rc != XY_OK) return NULL;
  xy__text whole = {0};
  const xy__tensor *tensor = NULL;
  full_name(&whole, b, name, layer);
  if (whole.failed || whole.data == NULL) {
    b->rc = xy__fail_memory(b->err, b->model->path);
  } else {
    tensor = take_named(b, whole.data, rows, columns);
  }
  xy__text_dispose(&whole);
  return tensor;
}

/* xy__take of NAME.weight or NAME.bias. */
static const xy__tensor *take_member(xy__model_builder *b, const char *name, const char *member, int64_t layer,
                                     int64_t rows, int64_t columns) {
  xy__text text = {0};
  xy__text_addf(&text, "%s.%s", name, member);
  const xy__tensor *tensor = NULL;
  if (text.failed || text.data == NULL) {
    if (b->rc == XY_OK) b->rc = xy__fail_memory(b->err, b->model->path);
  } else {
    tensor = xy__take(b, text.data, layer, rows, columns);
  }
  xy__text_dispose(&text);
  return tensor;
}

xy__norm xy__take_norm(xy__model_builder *b, const char *name, int64_t layer, int64_t size, bool bias) {
  xy__norm norm = {0};
  norm.weight = take_member(b, name, "weight", layer, size, 0);
  if (bias) norm.bias = take_member(b, name, "bias", layer, size, 0);
  return norm;
}

xy__linear xy__take_linear(xy__model_builder *b, const xy__part *parts, int n, int64_t layer, int64_t in, bool bias,
                           bool in_out) {
  xy__linear linear = {.parts = n, .in = in, .in_out = in_out};
  for (int i = 0; i < n; i++) {
    int64_t out = parts[i].out;
    linear.out += out;
    linear.weight[i] = take_member(b, parts[i].name, "weight", layer, in_out ? in : out, in_out ? out : in);
    if (bias) linear.bias[i] = take_member(b, parts[i].name, "bias", layer, out, 0);
  }
  return linear;
}

void xy__take_blocks(xy__model_builder *b, int64_t n) {
  if (b->rc != XY_OK) return;
  b->model->blocks = xy__array((size_t)n, sizeof *b->model->blocks);
  if (b->model->blocks == NULL) b->rc = xy__fail_memory(b->err, b->model->path);
}

void xy__build_prefix(xy__model_builder *b, const char *prefix, const char *probe) {
  b->prefix = find(b->model, probe) != NULL ? "" : prefix;
}

static bool same_values(const xy__tensor *a, const xy__tensor *b) {
  bool there = a->data != NULL && b->data != NULL; /* not where shapes alone are known */
  return there && a->dtype == b->dtype && a->bytes == b->bytes && memcmp(a->data, b->data, a->bytes) == 0;
}

/* Tied embeddings: the one of both that the file has, or both when they differ. */
static void tie(xy__model_builder *b, const xy__tensor *embedding, const xy__tensor *head) {
  xy_model *model = b->model;
  if (embedding == NULL) embedding = head;
  model->embedding = embedding;
  model->head = head != NULL && !same_values(embedding, head) ? head : embedding;
  model->config.tied = model->head == embedding;
  if (model->config.tied) {
    if (head != NULL && head != embedding) model->store->parameters -= model->config.V * model->config.D;
    return;
  }
  b->rc = xy__model_note(model, b->err,
                         "config.json says that input and output embeddings are tied, but the weights have both and "
                         "they differ; each is used as stored.");
}

void xy__take_vocabulary(xy__model_builder *b, const char *embedding, const char *head, const char *other_head) {
  xy_model *model = b->model;
  const xy__config *c = &model->config;
  if (b->rc != XY_OK) return;
  if (other_head != NULL && find(model, other_head) != NULL) head = other_head;
  xy__text name = {0};
  full_name(&name, b, embedding, 0);
  if (name.failed || name.data == NULL) {
    b->rc = xy__fail_memory(b->err, model->path);
  } else if (c->tied) {
    bool has_head = find(model, head) != NULL;
    bool has_embedding = find(model, name.data) != NULL || !has_head;
    const xy__tensor *in = has_embedding ? take_named(b, name.data, c->V, c->D) : NULL;
    const xy__tensor *out = b->rc == XY_OK && has_head ? take_named(b, head, c->V, c->D) : NULL;
    if (b->rc == XY_OK) tie(b, in, out);
  } else {
    model->embedding = take_named(b, name.data, c->V, c->D);
    if (b->rc == XY_OK) model->head = take_named(b, head, c->V, c->D);
  }
  xy__text_dispose(&name);
}

void xy__pass_over(xy__model_builder *b, const char *const *endings) {
  struct xy__model_store *store = b->model->store;
  size_t passed = 0;
  size_t unused = 0;
  const char *first = NULL;
  if (b->rc != XY_OK) return;
  for (size_t i = 0; i < store->n_entries; i++) {
    if (store->entries[i].used) continue;
    bool known = false;
    for (int e = 0; endings[e] != NULL; e++) known = known || xy__ends_with(store->entries[i].tensor.name, endings[e]);
    passed += known;
    unused += !known;
    if (!known && first == NULL) first = store->entries[i].tensor.name;
  }
  if (passed > 0) {
    b->rc = xy__model_note(b->model, b->err, "%zu leftover buffers of an older Transformers are ignored.", passed);
  }
  if (unused > 0 && b->rc == XY_OK) {
    b->rc = xy__model_warn(b->model, b->err, "%zu tensors have no place in this architecture and are ignored (%s%s).",
                           unused, first, unused > 1 ? ", …" : "");
  }
}
