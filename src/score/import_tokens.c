/* The tokens of imported scores (import.h): what `xylem score` writes of a request beside its sum. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "score/import.h"

/* A token's log-probability is a float, and the sum of all of them may have gone through ten digits. */
static const double sums_within = 1e-3;

/* A row in hand. */
typedef struct reader {
  xy_import *into;
  const json_t *row;
  xy__faults *faults;
  int64_t line;
} reader;

static void no_memory(reader *r) { r->faults->rc = xy__fail_memory(r->faults->err, r->faults->name); }

static void *take(reader *r, size_t n, size_t size) {
  void *memory = xy__arena_alloc(&r->into->arena, (n > 0 ? n : 1) * size);
  if (memory == NULL) no_memory(r);
  return memory;
}

/* Appends the ids of a member to ids[0..*n). */
static bool add_ids(reader *r, int32_t *ids, int32_t *n, const char *key) {
  const json_t *list = json_object_get(r->row, key);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *id = json_array_get(list, i);
    if (!json_is_integer(id) || json_integer_value(id) < 0 || json_integer_value(id) > INT32_MAX) {
      xy__fault(r->faults, r->line, "%s[%zu]: expected a token id", key, i);
      return false;
    }
    ids[(*n)++] = (int32_t)json_integer_value(id);
  }
  return true;
}

static bool read_logprobs(reader *r, xy__imported_tokens *out, double sum, int greedy) {
  const json_t *list = json_object_get(r->row, "token_logprobs");
  size_t n = json_array_size(list);
  float *logprob = take(r, n, sizeof *logprob);
  unsigned char *marks = greedy >= 0 ? take(r, n, 1) : NULL;
  double found = 0;
  if (logprob == NULL || (greedy >= 0 && marks == NULL)) return false;
  if (marks != NULL) memset(marks, greedy, n);
  for (size_t i = 0; i < n; i++) {
    double value = json_number_value(json_array_get(list, i));
    if (!json_is_number(json_array_get(list, i)) || !isfinite(value) || value > 1e-6) {
      xy__fault(r->faults, r->line, "token_logprobs[%zu]: expected a log-probability (a number not above 0)", i);
      return false;
    }
    logprob[i] = (float)value;
    found += (double)logprob[i];
  }
  if (!(fabs(found - sum) <= sums_within)) {
    xy__fault(r->faults, r->line, "token_logprobs: their sum is %.8g, but logprob is %.8g", found, sum);
    return false;
  }
  out->logprob = logprob;
  out->greedy = marks;
  return true;
}

static bool read_cut(reader *r, xy__imported_tokens *out) {
  const json_t *bytes = json_object_get(r->row, "identity_end");
  const json_t *tokens = json_object_get(r->row, "cut");
  if (bytes == NULL || tokens == NULL) return true;
  if (!json_is_integer(bytes) || !json_is_integer(tokens) || json_integer_value(tokens) < 0 ||
      json_integer_value(tokens) > out->n) {
    xy__fault(r->faults, r->line, "cut: expected a number of tokens up to %d", (int)out->n);
    return false;
  }
  xy__imported_cut *cut = take(r, 1, sizeof *cut);
  if (cut == NULL) return false;
  *cut = (xy__imported_cut){.bytes = json_integer_value(bytes),
                            .tokens = (int32_t)json_integer_value(tokens),
                            .split = json_is_true(json_object_get(r->row, "cut_split"))};
  out->cuts = cut;
  return true;
}

/* NULL after a fault. */
static xy__imported_tokens *read_tokens(reader *r, size_t context, size_t scored, double logprob, int greedy) {
  xy__imported_tokens *out = take(r, 1, sizeof *out);
  int32_t *ids = take(r, context + scored, sizeof *ids);
  if (out == NULL || ids == NULL) return NULL;
  *out = (xy__imported_tokens){
      .ids = ids, .first = (int32_t)context, .split = json_is_true(json_object_get(r->row, "split"))};
  bool good = add_ids(r, ids, &out->n, "context_ids") && add_ids(r, ids, &out->n, "token_ids") &&
              read_logprobs(r, out, logprob, greedy) && read_cut(r, out);
  return good ? out : NULL;
}

int xy__imported_tokens_read(xy__imported_tokens **out, xy_import *into, const json_t *row, double logprob, int greedy,
                             xy__faults *faults, int64_t line) {
  reader r = {into, row, faults, line};
  size_t context = json_array_size(json_object_get(row, "context_ids"));
  size_t scored = json_array_size(json_object_get(row, "token_ids"));
  size_t logprobs = json_array_size(json_object_get(row, "token_logprobs"));
  *out = NULL;
  if (context == 0 || scored == 0 || logprobs == 0) return XY_OK;
  if (logprobs != scored || context + scored > INT32_MAX) {
    xy__fault(faults, line, "%zu token_ids, but %zu token_logprobs", scored, logprobs);
    return faults->rc;
  }
  *out = read_tokens(&r, context, scored, logprob, greedy);
  return *out != NULL ? XY_OK : faults->rc;
}

const xy__imported_cut *xy__imported_cut_find(const xy__imported_tokens *tokens, int64_t bytes) {
  const xy__imported_cut *cut = tokens->cuts;
  while (cut != NULL && cut->bytes != bytes) cut = cut->next;
  return cut;
}

void xy__imported_tokens_join(xy__imported_tokens *into, const xy__imported_tokens *from) {
  xy__imported_cut *cut = from->cuts;
  if (cut == NULL || xy__imported_cut_find(into, cut->bytes) != NULL) return;
  cut->next = into->cuts;
  into->cuts = cut;
}
