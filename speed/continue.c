/* Continuing against the walk and against memory, measured in the same run.
 *
 * usage: continue MODEL fp32|bf16 THREADS TEXTS NEW
 *
 * TEXTS prompts of 12 made-up tokens go on by NEW tokens each, unfiltered, none ends before. `tokens_per_second` counts
 * new tokens over the whole call; `step_tokens_per_second` without what a call with a single new token takes: reading,
 * packing and the prompts' walk. `share_of_walk` sets the steps' floating-point operations a second against those of a
 * walk through as many nodes as there are new tokens; `share_of_memory` sets the bytes of weights that steps need a
 * second against the speed at which all threads together can read memory. `cpu` is the same in processor time.
 */
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "engine/decode/decode.h"
#include "sentences.h"

enum { PROMPT = 12 };

typedef struct moment {
  double wall, cpu;
} moment;

static moment now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (moment){omp_get_wtime(), (double)t.tv_sec + 1e-9 * (double)t.tv_nsec};
}

static moment since(moment start) {
  moment end = now();
  return (moment){end.wall - start.wall, end.cpu - start.cpu};
}

static int count(void *user, const xy__continuation *c, xy_error *err) {
  (void)err;
  *(int64_t *)user += c->n;
  return XY_OK;
}

static int go_on(moment *out, const xy_model *model, const xy__prompt *prompts, size_t n, int new,
                 xy_precision precision, int threads, xy_error *err) {
  xy_decoding decoding = XY_DECODING_INIT;
  decoding.max_new = new;
  int64_t tokens = 0;
  const xy__decode_options options = {
      .decoding = &decoding, .precision = precision, .threads = threads, .done = count, .user = &tokens};
  moment start = now();
  int rc = xy__engine_continue(model, prompts, n, &options, err);
  *out = since(start);
  return rc;
}

/* Floating-point operations a second of a walk through about `nodes` nodes. */
static int walk_rate(moment *out, const xy_model *model, int64_t nodes, xy_precision precision, int threads,
                     xy_error *err) {
  sentences s;
  sentences_make(&s, (size_t)nodes / 8 + 1, (int32_t)model->config.V);
  xy__engine_options options = {.precision = precision, .threads = threads, .kept = true};
  xy__engine_plan plan;
  size_t *offset = xy__array(s.n + 1, sizeof *offset);
  xy__engine_offsets(offset, s.items, s.n);
  float *logprob = xy__array(offset[s.n], sizeof *logprob);
  int rc = xy__engine_plan_make(&plan, model, s.items, s.n, &options, err);
  moment start = now();
  if (rc == XY_OK) rc = xy__engine_score(logprob, NULL, offset, model, s.items, s.n, &options, err);
  moment took = since(start);
  *out = (moment){plan.flops / took.wall, plan.flops / took.cpu};
  free(logprob);
  free(offset);
  sentences_dispose(&s);
  return rc;
}

/* Bytes a second that all threads read together. */
static double memory_rate(int threads) {
  const int64_t n = (int64_t)64 << 20; /* 512 MiB */
  uint64_t *words = xy__aligned((size_t)n * sizeof *words);
  double best = 0;
  uint64_t sum = 0;
  for (int run = 0; words != NULL && run < 5; run++) {
    double start = omp_get_wtime();
#pragma omp parallel for num_threads(threads) reduction(+ : sum)
    for (int64_t i = 0; i < n; i++) sum += words[i];
    double rate = (double)n * 8 / (omp_get_wtime() - start);
    if (rate > best) best = rate;
  }
  free(words);
  return sum == 0 ? best : 0; /* the memory is zeroed */
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: continue MODEL fp32|bf16 THREADS TEXTS NEW\n");
    return 2;
  }
  xy_error err = {0};
  xy_model *model = NULL;
  xy_precision precision = strcmp(argv[2], "bf16") == 0 ? XY_BF16 : XY_FP32;
  int threads = atoi(argv[3]) > 0 ? atoi(argv[3]) : omp_get_num_procs();
  size_t n = (size_t)atoi(argv[4]);
  int new = atoi(argv[5]);
  int rc = xy_model_open(&model, argv[1], &err);
  xy__prompt *prompts = xy__array(n, sizeof *prompts);
  int32_t *ids = xy__array(n * PROMPT, sizeof *ids);
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    for (size_t t = 0; t < PROMPT; t++) {
      ids[i * PROMPT + t] = (int32_t)((i * 7919 + t * 104729 + 13) % (uint64_t)model->config.V);
    }
    prompts[i] = (xy__prompt){ids + i * PROMPT, PROMPT, i + 1, NULL};
  }
  moment one, all, walk;
  if (rc == XY_OK) rc = go_on(&one, model, prompts, n, 1, precision, threads, &err);
  if (rc == XY_OK) rc = go_on(&all, model, prompts, n, new, precision, threads, &err);
  if (rc == XY_OK) rc = walk_rate(&walk, model, (int64_t)n * new, precision, threads, &err);
  if (rc != XY_OK) {
    fprintf(stderr, "%s\n", err.text);
    return 1;
  }
  const xy__config *c = &model->config;
  double layer = (double)((c->H + 2 * c->G) * c->K * c->D + c->H * c->K * c->D + (c->gated ? 3 : 2) * c->D * c->F);
  double weights = (double)c->L * layer + (double)(c->V * c->D);
  double attention = 4.0 * (double)(c->L * c->H * c->K) * (PROMPT + (double)new / 2);
  double steps = (double)n * (new - 1);
  moment step = {all.wall - one.wall, all.cpu - one.cpu};
  double flops = steps * (2 * weights + attention);
  double bytes = (new - 1) * weights * (precision == XY_BF16 ? 2 : 4);
  double memory = memory_rate(threads);
  printf(
      "{\"model\": \"%s\", \"precision\": \"%s\", \"threads\": %d, \"texts\": %zu, \"new\": %d, \"seconds\": %.3f, "
      "\"cpu_seconds\": %.3f, \"first_seconds\": %.3f, \"tokens_per_second\": %.1f, \"step_tokens_per_second\": %.1f, "
      "\"gflops\": %.1f, \"walk_gflops\": %.1f, \"share_of_walk\": %.4f, \"share_of_walk_cpu\": %.4f, "
      "\"memory_gb_per_second\": %.2f, \"share_of_memory\": %.4f}\n",
      argv[1], argv[2], threads, n, new, all.wall, all.cpu, one.wall, (double)n * new / all.wall, steps / step.wall,
      flops / step.wall / 1e9, walk.wall / 1e9, flops / step.wall / walk.wall, flops / step.cpu / walk.cpu,
      memory / 1e9, bytes / step.wall / memory);
  free(prompts);
  free(ids);
  xy_model_free(model);
  return 0;
}
