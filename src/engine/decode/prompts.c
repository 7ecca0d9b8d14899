/* Prompts walked as a prefix forest: their keys and values into pages, and the first tokens of their samples. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/decode/internal.h"
#include "engine/walk/walk.h"

/* The prompts in hand: sequences that end in a made-up token, whose edge asks for the row of the last real one. */
typedef struct batch {
  xy__decode *d;
  xy__sequence *sequences; /* [n] in sorted order */
  int32_t *ids;            /* of all sequences */
  size_t *order;           /* [n] */
  size_t n;
  xy__forest forest;
  int32_t *last; /* [n] node of the prompt's last token */
  /* Where nodes go: node i to the pages page[first[i]] .. page[first[i + 1] - 1]. */
  int64_t *first;
  int32_t *page;
} batch;

static void batch_dispose(batch *b) {
  free(b->sequences);
  free(b->ids);
  free(b->order);
  free(b->last);
  free(b->first);
  free(b->page);
  xy__forest_dispose(&b->forest);
}

/* ---- how many -------------------------------------------------------------------------------------------- */

static int32_t shared(const xy__prompt *a, const xy__prompt *b) {
  int32_t n = 0;
  while (n < a->n && n < b->n && a->ids[n] == b->ids[n]) n++;
  return n;
}

/* The next prompts that fit: their pages beside what was promised, with room for a sample of each. */
static size_t count_prompts(const xy__decode *d) {
  int64_t pages = 0;
  int64_t nodes = 0;
  int64_t own = 0;
  size_t n = 0;
  for (; d->next + n < d->n_prompts && n < (size_t)d->sizes.prompts; n++) {
    const xy__prompt *prompt = &d->prompts[d->order[d->next + n]];
    int32_t same = n > 0 ? shared(prompt, &d->prompts[d->order[d->next + n - 1]]) : 0;
    pages += (prompt->n + XY__LANES - 1) / XY__LANES - same / XY__LANES;
    nodes += prompt->n - same;
    int64_t mine = xy__decode_own_pages(d, d->order[d->next + n]);
    if (mine > own) own = mine;
    if (pages > d->pages.n_free - d->promised || pages + own > d->pages.n) break;
    if (n > 0 && nodes > d->sizes.nodes) break;
  }
  return n;
}

/* ---- the forest ------------------------------------------------------------------------------------------ */

static int make_sequences(batch *b, xy_error *err) {
  const xy__decode *d = b->d;
  size_t ids = 0;
  for (size_t i = 0; i < b->n; i++) ids += (size_t)d->prompts[d->order[d->next + i]].n + 1;
  b->sequences = xy__array(b->n, sizeof *b->sequences);
  b->ids = xy__array(ids, sizeof *b->ids);
  b->order = xy__array(b->n, sizeof *b->order);
  b->last = xy__array(b->n, sizeof *b->last);
  if (b->sequences == NULL || b->ids == NULL || b->order == NULL || b->last == NULL) {
    return xy__fail_memory(err, "prompts");
  }
  int32_t *at = b->ids;
  for (size_t i = 0; i < b->n; i++) {
    const xy__prompt *prompt = &d->prompts[d->order[d->next + i]];
    memcpy(at, prompt->ids, (size_t)prompt->n * sizeof *at);
    b->sequences[i] = (xy__sequence){.ids = at, .n = prompt->n + 1, .first = prompt->n, .name = prompt->name};
    at += prompt->n + 1;
  }
  xy__forest_order(b->order, b->sequences, b->n);
  return xy__forest_build(&b->forest, b->sequences, b->order, b->n, d->geometry.rows, err);
}

static int32_t node_of_edge(const xy__forest *forest, int64_t edge) {
  int64_t low = 0;
  int64_t high = forest->size.nodes;
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    if (forest->edge_first[middle] <= edge) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (int32_t)low;
}

/* ---- pages ----------------------------------------------------------------------------------------------- */

/* Gives a prompt its pages: those of its neighbour as far as they hold the same positions, and new ones. `path` and
 * `before` are the nodes of both; the neighbour is NULL for the first. */
static int give_pages(xy__decode *d, xy__walked *to, const int32_t *path, int32_t n, const xy__walked *neighbour,
                      const int32_t *before) {
  to->n_pages = (n + XY__LANES - 1) / XY__LANES;
  to->pages = xy__array((size_t)to->n_pages, sizeof *to->pages);
  to->first = xy__array((size_t)d->decoding->samples, sizeof *to->first);
  if (to->pages == NULL || to->first == NULL) return XY_ERR_MEMORY;
  bool same = neighbour != NULL;
  int32_t full = same ? d->prompts[neighbour->prompt].n / XY__LANES : 0;
  for (int32_t i = 0; i < to->n_pages; i++) {
    int32_t end = (i + 1) * XY__LANES - 1;
    same = same && i < full && end < n && before[end] == path[end];
    to->pages[i] = same ? neighbour->pages[i] : xy__pages_take(&d->pages);
    if (same) xy__pages_share(&d->pages, to->pages[i]);
  }
  return XY_OK;
}

/* Which nodes go to which of this prompt's pages, unless its neighbour's walk brings them there: counted, or with
 * `page` written. */
static void place_nodes(const xy__walked *walked, const int32_t *path, int32_t n, const xy__walked *neighbour,
                        int64_t *first, int32_t *page) {
  for (int32_t t = 0; t < n; t++) {
    int32_t i = t / XY__LANES;
    if (neighbour != NULL && i < neighbour->n_pages && neighbour->pages[i] == walked->pages[i]) continue;
    if (page != NULL) page[first[path[t]]] = walked->pages[i];
    first[path[t]]++;
  }
}

static void find_path(int32_t *path, const xy__forest *forest, int32_t node) {
  for (; node >= 0; node = forest->parent[node]) path[forest->depth[node]] = node;
}

/* One way over the prompts in sorted order: the first fills the queue of walked ones and counts nodes' places, the
 * second writes them. */
static int each_prompt(batch *b, int32_t *paths, bool counting) {
  xy__decode *d = b->d;
  int rc = XY_OK;
  for (size_t i = 0; i < b->n && rc == XY_OK; i++) {
    int32_t *path = paths + i % 2 * (size_t)d->geometry.slots;
    const int32_t *before = paths + (i + 1) % 2 * (size_t)d->geometry.slots;
    xy__walked *walked = &d->walked[i];
    const xy__walked *neighbour = i > 0 ? walked - 1 : NULL;
    int32_t n = b->sequences[b->order[i]].n - 1;
    find_path(path, &b->forest, b->last[i]);
    if (counting) {
      *walked = (xy__walked){.prompt = d->order[d->next + b->order[i]]};
      d->n_walked = (int64_t)i + 1;
      rc = give_pages(d, walked, path, n, neighbour, before);
    }
    if (rc == XY_OK) place_nodes(walked, path, n, neighbour, b->first, counting ? NULL : b->page);
  }
  return rc;
}

static int make_places(batch *b, xy_error *err) {
  int64_t nodes = b->forest.size.nodes;
  int32_t *paths = xy__array(2 * (size_t)b->d->geometry.slots, sizeof *paths);
  b->first = xy__array((size_t)nodes + 1, sizeof *b->first);
  int rc = paths != NULL && b->first != NULL ? each_prompt(b, paths, true) : XY_ERR_MEMORY;
  if (rc == XY_OK) {
    int64_t all = 0; /* counts to places */
    for (int64_t i = 0; i < nodes; i++) {
      int64_t count = b->first[i];
      b->first[i] = all;
      all += count;
    }
    b->page = xy__array((size_t)all, sizeof *b->page);
    rc = b->page != NULL ? each_prompt(b, paths, false) : XY_ERR_MEMORY;
  }
  if (rc == XY_OK) { /* each counter stands where the next node's places begin */
    for (int64_t i = nodes; i > 0; i--) b->first[i] = b->first[i - 1];
    b->first[0] = 0;
  }
  free(paths);
  return rc == XY_OK ? XY_OK : xy__fail_memory(err, "prompts");
}

/* xy__walk's `store`. */
static void store(void *user, int64_t node, const float *k, const float *v) {
  const batch *b = user;
  const xy__decode *d = b->d;
  const xy__config *c = &d->model->config;
  for (int64_t i = b->first[node]; i < b->first[node + 1]; i++) {
    for (int64_t head = 0; head < c->G; head++) {
      float *keys = xy__page(&d->pages, b->page[i]) + xy__page_at(c, d->pass.layer.number, head);
      d->geometry.kernels->push(keys, keys + XY__LANES * c->K, b->forest.depth[node] % XY__LANES, k + head * c->K,
                                v + head * c->K, c->K);
    }
  }
}

/* ---- first tokens ---------------------------------------------------------------------------------------- */

typedef struct drawing {
  xy__decode *d;
  int64_t first; /* of the walked prompts whose logits are there */
} drawing;

static int draw_first(void *user, xy__worker *worker, int64_t i) {
  const drawing *t = user;
  xy__decode *d = t->d;
  xy__walked *walked = &d->walked[t->first + i];
  const xy__prompt *prompt = &d->prompts[walked->prompt];
  xy__written written = {.prompt = prompt->ids, .n_prompt = prompt->n};
  xy__sampler *sampler = &d->samplers[worker->number];
  xy__noise *noise = xy__array((size_t)d->decoding->samples, sizeof *noise);
  if (noise == NULL) return xy__fail_memory(&worker->err, "samples");
  for (int32_t s = 0; s < d->decoding->samples; s++) noise[s] = (xy__noise){prompt->noise, (uint32_t)s, 0};
  xy__sampler_draw(walked->first, sampler, d->logits + i * d->model->config.V, &written, noise,
                   (size_t)d->decoding->samples);
  free(noise);
  return XY_OK;
}

/* Hands out what the filters leave in place of drawing from it. */
static int show_kept(xy__decode *d, int64_t first, int64_t n, xy_error *err) {
  int rc = XY_OK;
  for (int64_t i = 0; i < n && rc == XY_OK; i++) {
    const xy__prompt *prompt = &d->prompts[d->walked[first + i].prompt];
    xy__written written = {.prompt = prompt->ids, .n_prompt = prompt->n};
    xy__sampler_filter(&d->samplers[0], d->logits + i * d->model->config.V, &written);
    rc = d->options->kept(d->options->user, d->walked[first + i].prompt, d->samplers[0].kept, d->samplers[0].n, err);
  }
  return rc;
}

static int first_tokens(batch *b, const float *residual, xy_error *err) {
  xy__decode *d = b->d;
  int rc = XY_OK;
  for (int64_t first = 0; first < (int64_t)b->n && rc == XY_OK; first += d->sizes.rows) {
    int64_t left = (int64_t)b->n - first;
    int64_t n = left < d->sizes.rows ? left : d->sizes.rows;
    drawing t = {d, first};
    rc = xy__decode_head(d, residual, b->last + first, n, err);
    if (rc != XY_OK) return rc;
    rc = d->options->kept != NULL ? show_kept(d, first, n, err) : xy__team_run(&d->pass.team, n, draw_first, &t, err);
  }
  return rc;
}

static int walk(batch *b, xy_error *err) {
  xy__walk forest_walk;
  int rc = xy__walk_make(&forest_walk, &b->d->pass, b->forest.size.nodes, b->forest.size.kept, err);
  forest_walk.store = store;
  forest_walk.store_user = b;
  if (rc == XY_OK) rc = xy__walk_layers(&forest_walk, &b->forest, err);
  if (rc == XY_OK) rc = first_tokens(b, forest_walk.residual, err);
  xy__walk_dispose(&forest_walk);
  return rc;
}

int xy__decode_walk(xy__decode *d, xy_error *err) {
  batch b = {.d = d, .n = count_prompts(d)};
  if (b.n == 0) return XY_OK;
  d->at_walked = 0;
  int rc = make_sequences(&b, err);
  for (size_t i = 0; i < b.n && rc == XY_OK; i++) b.last[i] = node_of_edge(&b.forest, b.forest.edge_of[i]);
  if (rc == XY_OK) rc = make_places(&b, err);
  if (rc == XY_OK) rc = walk(&b, err);
  d->next += b.n;
  batch_dispose(&b);
  return rc;
}
