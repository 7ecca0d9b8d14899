/* How many texts grow at once, how many prompts are walked at once, and the pages that both need, within the budget.
 *
 * Weights stay packed where there is room beside them for a good part of the rows: a step uses them once, and packing
 * takes longer than multiplying a few rows. Otherwise they are packed in every step, and memory decides the rows.
 */
#include "base/memory.h"
#include "engine/decode/internal.h"
#include "engine/job.h"
#include "engine/pass/multiplier.h"
#include "engine/walk/walk.h"

enum {
  most_rows = 256,    /* more were not tried: docs/performance.md */
  walk_nodes = 4096,  /* of prompts that are walked together */
  most_samples = 1024 /* first tokens that wait, in rows' worth: prompts walked ahead */
};

int64_t xy__decode_own_pages(const xy__decode *d, size_t prompt) {
  int64_t n = d->prompts[prompt].n;
  if (d->options->kept != NULL) return 0;
  return (n + d->decoding->max_new - 1 + XY__LANES - 1) / XY__LANES - n / XY__LANES;
}

typedef struct needs {
  int64_t longest;      /* tokens of a text */
  int64_t prompt, text; /* most pages of a prompt; and of a sample for itself */
  int64_t nodes;        /* of the largest walk */
} needs;

static needs find_needs(const xy__decode *d) {
  needs most = {0};
  int64_t tokens = 0;
  for (size_t i = 0; i < d->n_prompts; i++) {
    int64_t n = d->prompts[i].n;
    int64_t own = xy__decode_own_pages(d, i);
    if (n > most.longest) most.longest = n;
    if (own > most.text) most.text = own;
    tokens += n;
  }
  most.prompt = (most.longest + XY__LANES - 1) / XY__LANES;
  most.nodes = tokens < walk_nodes ? tokens : walk_nodes > most.longest ? walk_nodes : most.longest;
  if (d->options->kept == NULL) most.longest += d->decoding->max_new;
  return most;
}

/* Bytes beside the pages. */
static size_t fixed_bytes(const xy__decode *d, const needs *need) {
  const xy__geometry *g = &d->geometry;
  const xy__config *c = &d->model->config;
  size_t row = (size_t)c->V * sizeof(float) + sizeof(xy__token) + sizeof(xy__growing) +
               (size_t)d->sizes.groups * (sizeof(float *) + sizeof(int32_t)) +
               (size_t)d->decoding->max_new * (sizeof(int32_t) + sizeof(float));
  size_t sampler = (size_t)c->V * (2 * sizeof(float) + sizeof(uint32_t) + 1 + sizeof(xy__choice));
  xy__forest_size walk = {
      .nodes = need->nodes, .edges = d->sizes.prompts, .kept = need->nodes, .wanted = d->sizes.prompts};
  return xy__walk_bytes(g, &walk) + (size_t)d->sizes.rows * row +
         (size_t)g->workers * (sampler + (size_t)(g->rows * c->D) * sizeof(float)) +
         (size_t)d->sizes.prompts * ((size_t)d->decoding->samples * sizeof(xy__token) + sizeof(xy__walked));
}

static int try(xy__decode *d, const needs *need, int64_t rows, bool held, xy_error *err) {
  xy__engine_options options = {.precision = d->options->precision, .threads = d->options->threads};
  int64_t workers = xy__geometry_workers(&options);
  int64_t block = xy__round_up((rows + workers - 1) / workers, 16);
  d->sizes.rows = rows;
  d->sizes.prompts = most_samples / d->decoding->samples + 1;
  if (d->sizes.prompts > (int64_t)d->n_prompts) d->sizes.prompts = (int64_t)d->n_prompts;
  d->sizes.nodes = need->nodes;
  d->sizes.groups = (need->longest + XY__LANES - 1) / XY__LANES;
  xy__geometry_dispose(&d->geometry);
  return xy__geometry_make(&d->geometry, d->model, &options, &xy__packed, held, block, need->longest, err);
}

static int too_small(const xy__decode *d, size_t bytes, size_t budget, xy_error *err) {
  xy__fail(err, XY_ERR_MEMORY, "%s: expected a memory budget of at least %zu bytes for one text, found %zu",
           d->model->path, bytes, budget);
  return xy__hint(err, XY_ERR_MEMORY, "give at least --memory %zuM, use fewer threads, or let fewer tokens come",
                  (bytes >> 20) + 1);
}

int xy__decode_sizes_make(xy__decode *d, xy_error *err) {
  needs need = find_needs(d);
  size_t budget = xy__memory_budget(d->options->memory);
  size_t page = xy__page_bytes(&d->model->config);
  int64_t texts = (int64_t)d->n_prompts * d->decoding->samples;
  int64_t most = d->options->rows > 0 ? d->options->rows : most_rows;
  if (most > texts) most = texts;
  for (int held = 1; held >= 0; held--) {
    for (int64_t rows = most;; rows = (rows + 1) / 2) {
      int rc = try(d, &need, rows, held, err);
      if (rc != XY_OK) return rc;
      size_t fixed = fixed_bytes(d, &need);
      int64_t wanted = rows * need.text + d->sizes.prompts * need.prompt;
      int64_t least = need.prompt + need.text * (rows > 1 ? (rows + 1) / 2 : 1);
      int64_t there = budget > fixed ? (int64_t)((budget - fixed) / page) : 0;
      if (there >= least) {
        d->sizes.pages = (int32_t)(there < wanted ? there : wanted);
        return XY_OK;
      }
      if (rows == 1) {
        if (!held) return too_small(d, fixed + (size_t)least * page, budget, err);
        break;
      }
    }
  }
  return XY_OK;
}
