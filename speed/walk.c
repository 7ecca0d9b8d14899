/* A whole walk (layers and head) against oneDNN's own best rate for the same matrix shapes, measured in the same run.
 *
 * usage: walk MODEL fp32|bf16 THREADS NODES MEMORY [alone|cold]
 *
 * NODES limits the sentences to about so many forest nodes (0: 45,540 pairs). MEMORY in bytes, 0: free. `alone` leaves
 * oneDNN's rate out; `cold` also puts the checkpoint out of the system's cache before the walk, and then `disk_bytes`
 * is what the walk read from the disk.
 *
 * oneDNN's rate: for each linear map of a layer and the head, plain packed multiplications (no bias, no activation,
 * nothing else) over many row-block sizes and both ways to use threads (one multiplication on all of them, or one per
 * thread); the best of each, weighted by work. It is measured before and after the walk, and the better of the two
 * counts. Share = that ideal time / the walk's time; share_cpu is the same in processor time, which other programs on
 * the machine disturb less.
 */
#include <fcntl.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "engine/walk/walk.h"
#include "sentences.h"

static const double moment = 0.06; /* seconds per measurement */

/* Operations per second, by the clock and by the processor time of all threads. */
typedef struct rate {
  double wall, cpu;
} rate;

static double cpu_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static rate better(rate a, rate b) { return (rate){a.wall > b.wall ? a.wall : b.wall, a.cpu > b.cpu ? a.cpu : b.cpu}; }

/* Rate of [m, k] x [k, n], `workers` at the same time with `inner` threads each; 0 when it cannot run. */
static rate rate_of(int64_t m, int64_t n, int64_t k, bool bf16, int workers, int inner) {
  double wall = 0;
  double work = 0;
  double cpu_start = 0;
  double cpu_end = 0;
  int before = omp_get_max_threads();
  omp_set_num_threads(inner);
#pragma omp parallel num_threads(workers) reduction(+ : wall, work)
  {
    xy_error err;
    xy__matmul_set *set = NULL;
    const xy__matmul *matmul = NULL;
    xy__matmul_shape shape = {.m = m, .n = n, .k = k, .lda = k, .ldc = n, .bf16 = bf16};
    char *a = xy__aligned((size_t)(m * k) * 4);
    char *c = xy__aligned((size_t)(m * n) * 4);
    char *w = NULL;
    bool ok = a != NULL && c != NULL && xy__matmul_set_new(&set, &err) == XY_OK &&
              xy__matmul_get(&matmul, set, &shape, &err) == XY_OK &&
              (w = xy__aligned(xy__matmul_packed_bytes(matmul))) != NULL &&
              xy__matmul_run(c, matmul, a, w, NULL, &err) == XY_OK;
#pragma omp barrier
#pragma omp master
    cpu_start = cpu_now();
    double start = omp_get_wtime();
    double now = start;
    double runs = 0;
    while (ok && (now < start + moment || runs < 1)) {
      ok = xy__matmul_run(c, matmul, a, w, NULL, &err) == XY_OK;
      runs++;
      now = omp_get_wtime();
    }
    if (ok) work = runs * 2.0 * (double)m * (double)n * (double)k;
    wall = work / (now - start);
#pragma omp barrier
#pragma omp master
    cpu_end = cpu_now();
    xy__matmul_set_free(set);
    free(a);
    free(c);
    free(w);
  }
  omp_set_num_threads(before);
  return (rate){wall, work / (cpu_end - cpu_start)};
}

/* Columns of the head at once: all of them, as far as memory goes, or fewer. */
static rate best_rate(int64_t n, int64_t k, bool bf16, int threads) {
  static const int64_t rows[] = {64, 128, 256, 1024, 4096};
  rate best = {0};
  for (int64_t columns = n; columns >= 512 && columns > n / 64; columns = columns > 16384 ? 16384 : columns / 4) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
      if (rows[i] * columns > ((int64_t)1 << 26)) continue;
      best = better(best, rate_of(rows[i], columns, k, bf16, threads, 1));
      if (threads > 1) best = better(best, rate_of(rows[i], columns, k, bf16, 1, threads));
    }
  }
  return best;
}

enum { KINDS = 5 };

static void measure(rate best[KINDS], const xy_model *model, bool bf16, int threads) {
  const xy__config *c = &model->config;
  const int64_t n[KINDS] = {(c->H + 2 * c->G) * c->K, c->D, c->gated ? 2 * c->F : c->F, c->D, c->V};
  const int64_t k[KINDS] = {c->D, c->H * c->K, c->D, c->F, c->D};
  for (int i = 0; i < KINDS; i++) {
    best[i] = better(best[i], best_rate(n[i], k[i], bf16, threads));
  }
}

/* Seconds (wall, cpu) that the walk's multiplications take at oneDNN's best rates. */
static rate ideal(const rate best[KINDS], const xy_model *model, const xy__forest_size *size) {
  const xy__config *c = &model->config;
  double nodes = (double)(c->L * size->nodes);
  double late = nodes - (double)(size->nodes - size->scored);
  const double work[KINDS] = {nodes * (double)((c->H + 2 * c->G) * c->K * c->D), late * (double)(c->H * c->K * c->D),
                              late * (double)(c->D * c->F * (c->gated ? 2 : 1)), late * (double)(c->D * c->F),
                              (double)size->scored * (double)(c->V * c->D)};
  rate seconds = {0};
  for (int i = 0; i < KINDS; i++) {
    seconds.wall += 2 * work[i] / best[i].wall;
    seconds.cpu += 2 * work[i] / best[i].cpu;
  }
  return seconds;
}

/* Bytes. */
static size_t memory_peak(void) {
  /* getrusage would start from the peak of the process that started this one */
  unsigned long kilobytes = 0;
  char line[128];
  FILE *status = fopen("/proc/self/status", "r");
  while (status != NULL && kilobytes == 0 && fgets(line, sizeof line, status) != NULL) {
    (void)sscanf(line, "VmHWM: %lu", &kilobytes);
  }
  if (status != NULL) fclose(status);
  return (size_t)kilobytes * 1024;
}

/* The checkpoint's pages, out of the system's cache. */
static void cool(const char *folder) {
  char path[4096];
  snprintf(path, sizeof path, "%s/model.safetensors", folder);
  int file = open(path, O_RDONLY);
  if (file < 0 || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0) perror(path);
  if (file >= 0) close(file);
}

/* Bytes that this process has had read from disks; 0 where the system does not tell. */
static long long disk_bytes(void) {
  char line[128];
  long long bytes = 0;
  FILE *io = fopen("/proc/self/io", "r");
  while (io != NULL && fgets(line, sizeof line, io) != NULL) (void)sscanf(line, "read_bytes: %lld", &bytes);
  if (io != NULL) fclose(io);
  return bytes;
}

int main(int argc, char **argv) {
  if (argc != 6 && argc != 7) {
    fprintf(stderr, "usage: walk MODEL fp32|bf16 THREADS NODES MEMORY [alone|cold]\n");
    return 2;
  }
  xy_error err = {0};
  xy_model *model = NULL;
  bool bf16 = strcmp(argv[2], "bf16") == 0;
  xy__engine_options options = {
      .precision = bf16 ? XY_BF16 : XY_FP32, .threads = atoi(argv[3]), .memory = strtoll(argv[5], NULL, 10)};
  int threads = options.threads > 0 ? options.threads : omp_get_num_procs();
  int64_t most = strtoll(argv[4], NULL, 10);
  int rc = xy_model_open(&model, argv[1], &err);
  if (rc != XY_OK) {
    fprintf(stderr, "%s\n", err.text);
    return 1;
  }
  sentences s;
  sentences_make(&s, most > 100000 ? (size_t)most / 2 : 45540, (int32_t)model->config.V);
  size_t *order = xy__array(s.n, sizeof *order);
  xy__forest_order(order, s.items, s.n);
  xy__forest_scan scan = {.block = 256};
  xy__sequence *chosen = xy__array(s.n, sizeof *chosen);
  size_t n = 0;
  while (n < s.n && (most == 0 || scan.size.nodes < most)) {
    chosen[n] = s.items[order[n]];
    (void)xy__forest_scan_add(&scan, &chosen[n++], &err);
  }
  xy__engine_plan plan;
  rc = xy__engine_plan_make(&plan, model, chosen, n, &options, &err);
  rate best[KINDS] = {0};
  if (argc == 6) measure(best, model, bf16, threads);
  double spent[XY__CLOCK_PARTS] = {0};
  options.spent = spent;
  size_t *offset = xy__array(n + 1, sizeof *offset);
  xy__engine_offsets(offset, chosen, n);
  float *logprob = xy__array(offset[n], sizeof *logprob);
  if (argc == 7 && strcmp(argv[6], "cold") == 0) cool(argv[1]);
  long long disk = disk_bytes();
  double cpu = cpu_now();
  double start = omp_get_wtime();
  if (rc == XY_OK) rc = xy__engine_score(logprob, NULL, offset, model, chosen, n, &options, &err);
  double seconds = omp_get_wtime() - start;
  cpu = cpu_now() - cpu;
  disk = disk_bytes() - disk;
  if (rc != XY_OK) {
    fprintf(stderr, "%s\n", err.text);
    return 1;
  }
  if (argc == 6) measure(best, model, bf16, threads);
  rate least = ideal(best, model, &scan.size);
  printf(
      "{\"model\": \"%s\", \"precision\": \"%s\", \"threads\": %d, \"tokens\": %lld, \"nodes\": %lld, "
      "\"computed\": %lld, \"walks\": %lld, \"flops\": %.6g, \"seconds\": %.3f, \"cpu_seconds\": %.3f, "
      "\"gflops\": %.1f, \"best_gflops\": [%.1f, %.1f, %.1f, %.1f, %.1f], \"ideal_seconds\": %.3f, "
      "\"share\": %.4f, \"share_cpu\": %.4f, \"best_cpu\": [%.1f, %.1f, %.1f, %.1f, %.1f], \"peak_mib\": %zu, "
      "\"plan_mib\": %lld, \"disk_bytes\": %lld, \"spent\": {",
      argv[1], argv[2], threads, (long long)plan.tokens, (long long)plan.nodes, (long long)plan.computed,
      (long long)plan.walks, plan.flops, seconds, cpu, plan.flops / seconds / 1e9, best[0].wall / 1e9,
      best[1].wall / 1e9, best[2].wall / 1e9, best[3].wall / 1e9, best[4].wall / 1e9, least.wall, least.wall / seconds,
      least.cpu / cpu, best[0].cpu / 1e9, best[1].cpu / 1e9, best[2].cpu / 1e9, best[3].cpu / 1e9, best[4].cpu / 1e9,
      memory_peak() >> 20, (long long)(plan.memory >> 20), disk);
  static const char *const parts[XY__CLOCK_PARTS] = {"reading", "packing",       "multiplying", "attention",
                                                     "rows",    "head multiply", "head lse",    "waiting"};
  for (int i = 0; i < XY__CLOCK_PARTS; i++) printf("%s\"%s\": %.3f", i > 0 ? ", " : "", parts[i], spent[i]);
  printf("}}\n");
  free(logprob);
  free(offset);
  free(chosen);
  free(order);
  xy__forest_scan_dispose(&scan);
  sentences_dispose(&s);
  xy_model_free(model);
  return 0;
}
