/* A row's sums are its own: a log-probability has the same bits whatever else is in the call, in which order, on how
 * many threads and in how many walks. What differs is allowed to be the driver's multiplier alone: short calls multiply
 * from the mapped weights, and are compared with short calls.
 *
 * On x86-64 the whole program runs once more with oneDNN held to AVX2, where it sums the last rows of a block in
 * another order than the others.
 */
#include <unistd.h>

#include "engine/walk/forest.h"
#include "golden.h"
#include "random_model.h"
#include "sample.h"

static const char older[] = "DNNL_MAX_CPU_ISA"; /* oneDNN's own variable */

/* A checkpoint and its sequences, with the values that one call on one thread gives all of them. */
typedef struct whole {
  const char *name;
  const xy_model *model;
  xy_precision precision;
  sample sample;
  float *values;
} whole;

static int64_t nodes_of(const sample *s) {
  size_t *order = xy__array(s->n, sizeof *order);
  xy__forest_scan scan = {.block = INT64_MAX};
  xy_error err = {0};
  xy__forest_order(order, s->sequences, s->n);
  for (size_t i = 0; i < s->n; i++) assert_ok(xy__forest_scan_add(&scan, &s->sequences[order[i]], &err), err);
  int64_t nodes = scan.size.nodes;
  xy__forest_scan_dispose(&scan);
  free(order);
  return nodes;
}

/* Short calls are those of up to 128 nodes in fp32. */
static bool is_short(const whole *w, const sample *s) { return w->precision == XY_FP32 && nodes_of(s) <= 128; }

static void check_values(const whole *w, const sample *part, const size_t *origin, const xy__engine_options *options) {
  float *values = sample_score(part, w->model, options);
  for (size_t i = 0; i < part->n; i++) {
    const float *expected = w->values + w->sample.offset[origin[i]];
    const float *got = values + part->offset[i];
    size_t n = part->offset[i + 1] - part->offset[i];
    if (memcmp(got, expected, n * sizeof *got) == 0) continue;
    fail_msg(
        "%s, %s: sequence %zu is off by up to %g among %zu sequences of %lld nodes, on %d threads, with memory %lld",
        w->name, w->precision == XY_BF16 ? "bf16" : "fp32", origin[i], distance(got, expected, n, NULL), part->n,
        (long long)nodes_of(part), options->threads, (long long)options->memory);
  }
  free(values);
}

/* About one of `of` sequences, shuffled, in a call of its own. */
static void check_part(const whole *w, uint64_t seed, uint32_t of, const xy__engine_options *options) {
  sample part = {0};
  size_t *origin = xy__array(w->sample.n, sizeof *origin);
  for (size_t i = 0; i < w->sample.n; i++) {
    if (draw_below(&seed, of) == 0) origin[part.n++] = i;
  }
  for (size_t i = part.n; i-- > 1;) {
    size_t j = draw_below(&seed, (uint32_t)i + 1);
    size_t other = origin[j];
    origin[j] = origin[i];
    origin[i] = other;
  }
  part.sequences = xy__array(part.n, sizeof *part.sequences);
  part.offset = xy__array(part.n + 1, sizeof *part.offset);
  for (size_t i = 0; i < part.n; i++) part.sequences[i] = w->sample.sequences[origin[i]];
  xy__engine_offsets(part.offset, part.sequences, part.n);
  if (part.n > 0 && is_short(w, &part) == is_short(w, &w->sample)) check_values(w, &part, origin, options);
  free(origin);
  sample_dispose(&part);
}

/* n sequences: parts of them on one to four threads, and all of them in several walks. */
static void check_model(const char *name, const xy_model *model, xy_precision precision, size_t n, int parts) {
  whole w = {.name = name, .model = model, .precision = precision};
  sample_make(&w.sample, 17, n, 24, model->config.V);
  w.values = sample_score(&w.sample, model, &(xy__engine_options){.precision = precision, .threads = 1});
  for (int i = 0; i < parts; i++) {
    xy__engine_options options = {.precision = precision, .threads = 1 + i % 4};
    check_part(&w, (uint64_t)i, 1 + (uint32_t)i / 2, &options);
  }
  xy__engine_options small = {.precision = precision, .threads = 2};
  small.memory = sample_least_memory(&w.sample, model, small) * 5 / 4;
  check_part(&w, 99, 1, &small);
  free(w.values);
  sample_dispose(&w.sample);
}

static void check_folder(const char *folder, xy_precision precision, size_t n, int parts) {
  xy_model *model;
  xy_error err = {0};
  assert_ok(xy_model_open(&model, folder, &err), err);
  check_model(folder, model, precision, n, parts);
  xy_model_free(model);
}

static void check_random(kind k, xy_precision precision, size_t n, int parts) {
  random_model m;
  random_model_make(&m, k, 7);
  check_model("memory", &m.model, precision, n, parts);
  xy__arena_dispose(&m.arena);
}

/* Short calls in fp32, and walks: every architecture's own checkpoint, random ones of many panels, and a trained one
 * with a few thousand sequences, which go through in blocks of every size. */
static void check_all(xy_precision precision) {
  static const char *const own[] = {"gpt2",
                                    "gpt2_scaled",
                                    "gpt_neox_parallel",
                                    "gpt_neox_serial",
                                    "gpt_neox_tied",
                                    "llama",
                                    "llama_biases",
                                    "llama_dynamic_rope",
                                    "olmo2",
                                    "llama_f16_shards",
                                    "qwen2",
                                    "llama_gqa_tied",
                                    "llama_linear_rope",
                                    "llama_llama3_rope",
                                    "llama_yarn_rope",
                                    "qwen2_window",
                                    "mistral_window"};
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
    char folder[256];
    snprintf(folder, sizeof folder, "model/data/%s", own[i]);
    check_folder(tests_path(folder), precision, 9, 4);
    check_folder(tests_path(folder), precision, 200, 5);
  }
  for (int k = 0; k < KINDS; k++) {
    check_random((kind)k, precision, 9, 3);
    check_random((kind)k, precision, 50, 3);
  }
  check_random(WIDE, precision, 60, 6);
  check_folder(root_path("data/seedling/sft-dpo"), precision, 9, 8);
  check_folder(root_path("data/seedling/sft-dpo"), precision, 2000, 14);
}

static void a_row_has_its_own_bits_in_fp32(void **state) {
  (void)state;
  check_all(XY_FP32);
}

static void a_row_has_its_own_bits_in_bf16(void **state) {
  (void)state;
  if (getenv(older) != NULL) skip(); /* oneDNN 2 multiplies bfloat16 on AVX-512 alone */
  check_all(XY_BF16);
}

static void the_same_on_an_older_processor(void **state) {
  (void)state;
  if (getenv(older) != NULL) skip();
  char program[4096];
  char command[4200];
  ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
  assert_true(n > 0);
  program[n] = 0;
  snprintf(command, sizeof command, "%s=AVX2 CMOCKA_MESSAGE_OUTPUT=STDOUT '%s' 2>&1", older, program);
  FILE *run = popen(command, "r");
  assert_non_null(run);
  for (char line[512]; fgets(line, sizeof line, run) != NULL;) print_message("# AVX2: %s", line);
  assert_int_equal(pclose(run), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_row_has_its_own_bits_in_fp32),
      cmocka_unit_test(a_row_has_its_own_bits_in_bf16),
      cmocka_unit_test(the_same_on_an_older_processor),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
