/* See matmul.h. oneDNN 2 describes memory by structs and operations by descriptors, oneDNN 3 by opaque objects and
 * without operation descriptors; the section "versions" hides that behind functions of one form.
 */
#include "engine/pass/matmul.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>

#include "base/memory.h"

#define LARGEST_SET 64 /* shapes of one model: a few for each kind of row block */

/* ---- versions ------------------------------------------------------------------------------------------- */

#if DNNL_VERSION_MAJOR >= 3

typedef dnnl_memory_desc_t description;
typedef const_dnnl_memory_desc_t borrowed;
static borrowed borrow(const description *d) { return *d; }
static void drop(description *d) {
  if (*d != NULL) dnnl_memory_desc_destroy(*d);
  *d = NULL;
}
static dnnl_status_t describe(description *out, int n, const dnnl_dims_t dims, dnnl_data_type_t type,
                              const dnnl_dims_t strides) {
  return dnnl_memory_desc_create_with_strides(out, n, dims, type, strides);
}
static dnnl_status_t describe_any(description *out, int n, const dnnl_dims_t dims, dnnl_data_type_t type) {
  return dnnl_memory_desc_create_with_tag(out, n, dims, type, dnnl_format_tag_any);
}
static dnnl_status_t append_activation(dnnl_post_ops_t ops, dnnl_alg_kind_t kind, float alpha) {
  return dnnl_post_ops_append_eltwise(ops, kind, alpha, 0.0F);
}
static dnnl_status_t append_sum(dnnl_post_ops_t ops) {
  return dnnl_post_ops_append_sum(ops, 1.0F, 0, dnnl_data_type_undef);
}
static dnnl_status_t plan(dnnl_primitive_desc_t *out, dnnl_engine_t engine, borrowed a, borrowed w, borrowed bias,
                          borrowed c, const_dnnl_primitive_attr_t attributes) {
  return dnnl_matmul_primitive_desc_create(out, engine, a, w, bias, c, attributes);
}
static bool same(borrowed a, borrowed b) { return dnnl_memory_desc_equal(a, b) != 0; }

#else

typedef dnnl_memory_desc_t description;
typedef const dnnl_memory_desc_t *borrowed;
static borrowed borrow(const description *d) { return d; }
static void drop(description *d) { (void)d; }
static dnnl_status_t describe(description *out, int n, const dnnl_dims_t dims, dnnl_data_type_t type,
                              const dnnl_dims_t strides) {
  return dnnl_memory_desc_init_by_strides(out, n, dims, type, strides);
}
static dnnl_status_t describe_any(description *out, int n, const dnnl_dims_t dims, dnnl_data_type_t type) {
  return dnnl_memory_desc_init_by_tag(out, n, dims, type, dnnl_format_tag_any);
}
static dnnl_status_t append_activation(dnnl_post_ops_t ops, dnnl_alg_kind_t kind, float alpha) {
  return dnnl_post_ops_append_eltwise(ops, 1.0F, kind, alpha, 0.0F);
}
static dnnl_status_t append_sum(dnnl_post_ops_t ops) { return dnnl_post_ops_append_sum(ops, 1.0F); }
static dnnl_status_t plan(dnnl_primitive_desc_t *out, dnnl_engine_t engine, borrowed a, borrowed w, borrowed bias,
                          borrowed c, const_dnnl_primitive_attr_t attributes) {
  dnnl_matmul_desc_t operation;
  dnnl_status_t status = dnnl_matmul_desc_init(&operation, a, w, bias, c);
  return status == dnnl_success ? dnnl_primitive_desc_create(out, &operation, attributes, engine, NULL) : status;
}
static bool same(borrowed a, borrowed b) { return dnnl_memory_desc_equal(a, b) != 0; }

#endif

/* ---- one multiplication --------------------------------------------------------------------------------- */

struct xy__matmul {
  xy__matmul_shape shape;
  dnnl_engine_t engine; /* the set's */
  dnnl_stream_t stream; /* the set's */
  dnnl_primitive_desc_t plan;
  dnnl_primitive_t primitive;
  dnnl_memory_t a, w, bias, c, scratch;
  void *scratch_memory;
};

struct xy__matmul_set {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  size_t n;
  xy__matmul *items[LARGEST_SET]; /* pointers stay valid while the set grows */
};

static const char *status_text(dnnl_status_t status) {
  switch (status) {
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "not implemented on this processor";
    case dnnl_runtime_error: return "runtime error";
    default: return "unknown error";
  }
}

static int failure(xy_error *err, dnnl_status_t status, const char *what, const xy__matmul_shape *shape) {
  int code = status == dnnl_out_of_memory ? XY_ERR_MEMORY : XY_ERR_UNSUPPORTED;
  return xy__fail(err, code, "%s: %s a multiplication of [%lld, %lld] by [%lld, %lld] in %s: %s", xy__matmul_version(),
                  what, (long long)shape->m, (long long)shape->k, (long long)shape->k, (long long)shape->n,
                  shape->bf16 ? "bf16" : "fp32", status_text(status));
}

static dnnl_alg_kind_t activation_kind(xy__activation activation) {
  switch (activation) {
    case XY__GELU_ERF: return dnnl_eltwise_gelu_erf;
    case XY__GELU_TANH: return dnnl_eltwise_gelu_tanh;
    case XY__SILU: return dnnl_eltwise_swish;
    case XY__RELU: break;
  }
  return dnnl_eltwise_relu;
}

static dnnl_status_t make_attributes(dnnl_primitive_attr_t *out, const xy__matmul_shape *shape) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t ops = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
  /* The scratchpad is ours, so that multiplications may run at the same time. */
  if (status == dnnl_success) status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success) status = dnnl_post_ops_create(&ops);
  if (status == dnnl_success && shape->add) status = append_sum(ops);
  if (status == dnnl_success && shape->activate) {
    /* alpha is swish's factor and the slope of relu below 0; the others have none */
    status = append_activation(ops, activation_kind(shape->activation), shape->activation == XY__SILU ? 1.0F : 0.0F);
  }
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, ops);
  if (ops != NULL) dnnl_post_ops_destroy(ops);
  if (status == dnnl_success) {
    *out = attributes;
  } else if (attributes != NULL) {
    dnnl_primitive_attr_destroy(attributes);
  }
  return status;
}

static dnnl_status_t make_plan(xy__matmul *matmul) {
  const xy__matmul_shape *s = &matmul->shape;
  dnnl_data_type_t in = s->bf16 ? dnnl_bf16 : dnnl_f32;
  description a = {0};
  description w = {0};
  description bias = {0};
  description c = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_status_t status = describe(&a, 2, (dnnl_dims_t){s->m, s->k}, in, (dnnl_dims_t){s->lda, 1});
  if (status == dnnl_success) status = describe_any(&w, 2, (dnnl_dims_t){s->k, s->n}, in);
  if (status == dnnl_success) status = describe(&bias, 2, (dnnl_dims_t){1, s->n}, dnnl_f32, (dnnl_dims_t){s->n, 1});
  if (status == dnnl_success) {
    dnnl_data_type_t type = s->bf16_out ? dnnl_bf16 : dnnl_f32;
    status = describe(&c, 2, (dnnl_dims_t){s->m, s->n}, type, (dnnl_dims_t){s->ldc, 1});
  }
  if (status == dnnl_success) status = make_attributes(&attributes, s);
  if (status == dnnl_success) {
    status = plan(&matmul->plan, matmul->engine, borrow(&a), borrow(&w), s->bias ? borrow(&bias) : NULL, borrow(&c),
                  attributes);
  }
  if (attributes != NULL) dnnl_primitive_attr_destroy(attributes);
  drop(&a);
  drop(&w);
  drop(&bias);
  drop(&c);
  return status;
}

static borrowed described(const xy__matmul *matmul, dnnl_query_t what) {
  return dnnl_primitive_desc_query_md(matmul->plan, what, 0);
}

/* A memory object without memory: the pointer is set before each run. */
static dnnl_status_t make_memory(dnnl_memory_t *out, const xy__matmul *matmul, dnnl_query_t what) {
  return dnnl_memory_create(out, described(matmul, what), matmul->engine, DNNL_MEMORY_NONE);
}

static dnnl_status_t make_memories(xy__matmul *matmul) {
  dnnl_status_t status = make_memory(&matmul->a, matmul, dnnl_query_src_md);
  if (status == dnnl_success) status = make_memory(&matmul->w, matmul, dnnl_query_weights_md);
  if (status == dnnl_success) status = make_memory(&matmul->c, matmul, dnnl_query_dst_md);
  if (status == dnnl_success && matmul->shape.bias) {
    status = dnnl_memory_create(&matmul->bias, dnnl_primitive_desc_query_md(matmul->plan, dnnl_query_weights_md, 1),
                                matmul->engine, DNNL_MEMORY_NONE);
  }
  if (status != dnnl_success) return status;
  borrowed scratch = described(matmul, dnnl_query_scratchpad_md);
  matmul->scratch_memory = xy__aligned(dnnl_memory_desc_get_size(scratch));
  if (matmul->scratch_memory == NULL) return dnnl_out_of_memory;
  return dnnl_memory_create(&matmul->scratch, scratch, matmul->engine, matmul->scratch_memory);
}

static void matmul_free(xy__matmul *matmul) {
  if (matmul == NULL) return;
  dnnl_memory_t memories[] = {matmul->a, matmul->w, matmul->bias, matmul->c, matmul->scratch};
  for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++) {
    if (memories[i] != NULL) dnnl_memory_destroy(memories[i]);
  }
  if (matmul->primitive != NULL) dnnl_primitive_destroy(matmul->primitive);
  if (matmul->plan != NULL) dnnl_primitive_desc_destroy(matmul->plan);
  free(matmul->scratch_memory);
  free(matmul);
}

/* ---- the set -------------------------------------------------------------------------------------------- */

int xy__matmul_set_new(xy__matmul_set **out, xy_error *err) {
  xy__matmul_set *set = calloc(1, sizeof *set);
  if (set == NULL) return xy__fail_memory(err, "matrix multiplication");
  dnnl_status_t status = dnnl_engine_create(&set->engine, dnnl_cpu, 0);
  if (status == dnnl_success) status = dnnl_stream_create(&set->stream, set->engine, dnnl_stream_default_flags);
  if (status != dnnl_success) {
    xy__matmul_set_free(set);
    return xy__fail(err, XY_ERR_UNSUPPORTED, "%s cannot start: %s", xy__matmul_version(), status_text(status));
  }
  *out = set;
  return XY_OK;
}

void xy__matmul_set_free(xy__matmul_set *set) {
  if (set == NULL) return;
  for (size_t i = 0; i < set->n; i++) matmul_free(set->items[i]);
  if (set->stream != NULL) dnnl_stream_destroy(set->stream);
  if (set->engine != NULL) dnnl_engine_destroy(set->engine);
  free(set);
}

bool xy__matmul_same_shape(const xy__matmul_shape *a, const xy__matmul_shape *b) {
  return a->m == b->m && a->n == b->n && a->k == b->k && a->lda == b->lda && a->ldc == b->ldc && a->bf16 == b->bf16 &&
         a->bf16_out == b->bf16_out && a->bias == b->bias && a->add == b->add && a->activate == b->activate &&
         (!a->activate || a->activation == b->activation);
}

int xy__matmul_get(const xy__matmul **out, xy__matmul_set *set, const xy__matmul_shape *shape, xy_error *err) {
  for (size_t i = 0; i < set->n; i++) {
    if (xy__matmul_same_shape(&set->items[i]->shape, shape)) {
      *out = set->items[i];
      return XY_OK;
    }
  }
  if (set->n == LARGEST_SET) return failure(err, dnnl_out_of_memory, "no room for", shape);
  xy__matmul *matmul = calloc(1, sizeof *matmul);
  if (matmul == NULL) return xy__fail_memory(err, "matrix multiplication");
  matmul->shape = *shape;
  matmul->engine = set->engine;
  matmul->stream = set->stream;
  dnnl_status_t status = make_plan(matmul);
  if (status == dnnl_success) status = dnnl_primitive_create(&matmul->primitive, matmul->plan);
  if (status == dnnl_success) status = make_memories(matmul);
  if (status != dnnl_success) {
    matmul_free(matmul);
    return failure(err, status, "cannot make", shape);
  }
  set->items[set->n++] = matmul;
  *out = matmul;
  return XY_OK;
}

size_t xy__matmul_packed_bytes(const xy__matmul *matmul) {
  return dnnl_memory_desc_get_size(described(matmul, dnnl_query_weights_md));
}

bool xy__matmul_same_packing(const xy__matmul *a, const xy__matmul *b) {
  return same(described(a, dnnl_query_weights_md), described(b, dnnl_query_weights_md));
}

int xy__matmul_pack(void *packed, const xy__matmul *matmul, const void *weights, bool in_out, xy_error *err) {
  const xy__matmul_shape *s = &matmul->shape;
  description plain = {0};
  dnnl_primitive_desc_t plan = NULL;
  dnnl_primitive_t reorder = NULL;
  dnnl_memory_t from = NULL;
  dnnl_memory_t to = NULL;
  borrowed target = described(matmul, dnnl_query_weights_md);
  dnnl_dims_t strides = {in_out ? s->n : 1, in_out ? 1 : s->k};
  dnnl_status_t status = describe(&plain, 2, (dnnl_dims_t){s->k, s->n}, s->bf16 ? dnnl_bf16 : dnnl_f32, strides);
  if (status == dnnl_success) {
    status = dnnl_reorder_primitive_desc_create(&plan, borrow(&plain), matmul->engine, target, matmul->engine, NULL);
  }
  if (status == dnnl_success) status = dnnl_primitive_create(&reorder, plan);
  if (status == dnnl_success) {
    status = dnnl_memory_create(&from, borrow(&plain), matmul->engine, (void *)(uintptr_t)weights);
  }
  if (status == dnnl_success) status = dnnl_memory_create(&to, target, matmul->engine, packed);
  if (status == dnnl_success) {
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    status = dnnl_primitive_execute(reorder, matmul->stream, 2, arguments);
  }
  if (status == dnnl_success) status = dnnl_stream_wait(matmul->stream);
  if (from != NULL) dnnl_memory_destroy(from);
  if (to != NULL) dnnl_memory_destroy(to);
  if (reorder != NULL) dnnl_primitive_destroy(reorder);
  if (plan != NULL) dnnl_primitive_desc_destroy(plan);
  drop(&plain);
  return status == dnnl_success ? XY_OK : failure(err, status, "cannot pack the weights of", s);
}

int xy__matmul_run(void *c, const xy__matmul *matmul, const void *a, const void *packed, const float *bias,
                   xy_error *err) {
  dnnl_exec_arg_t arguments[5] = {{DNNL_ARG_SRC, matmul->a},
                                  {DNNL_ARG_WEIGHTS, matmul->w},
                                  {DNNL_ARG_DST, matmul->c},
                                  {DNNL_ARG_SCRATCHPAD, matmul->scratch},
                                  {DNNL_ARG_BIAS, matmul->bias}};
  dnnl_status_t status = dnnl_memory_set_data_handle(matmul->a, (void *)(uintptr_t)a);
  if (status == dnnl_success) status = dnnl_memory_set_data_handle(matmul->w, (void *)(uintptr_t)packed);
  if (status == dnnl_success) status = dnnl_memory_set_data_handle(matmul->c, c);
  if (status == dnnl_success && matmul->shape.bias) {
    status = dnnl_memory_set_data_handle(matmul->bias, (void *)(uintptr_t)bias);
  }
  if (status == dnnl_success) {
    status = dnnl_primitive_execute(matmul->primitive, matmul->stream, matmul->shape.bias ? 5 : 4, arguments);
  }
  if (status == dnnl_success) status = dnnl_stream_wait(matmul->stream);
  return status == dnnl_success ? XY_OK : failure(err, status, "cannot run", &matmul->shape);
}

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
const char *xy__matmul_version(void) {
  return "oneDNN " TEXT(DNNL_VERSION_MAJOR) "." TEXT(DNNL_VERSION_MINOR) "." TEXT(DNNL_VERSION_PATCH);
}
