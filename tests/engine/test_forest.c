/* The prefix forest against what it means, counted by brute force on random sequences. */
#include "engine/walk/forest.h"

#include "base/memory.h"
#include "support.h"

enum { most = 400, longest = 12 };

typedef struct sample {
  int32_t ids[most][longest];
  xy__sequence sequences[most];
  size_t order[most];
  size_t n;
} sample;

static uint32_t draw(uint64_t *seed, uint32_t below) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*seed >> 33) % below;
}

/* Few tokens, so that beginnings are shared, sequences repeat, and some are beginnings of others. */
static void fill(sample *s, uint64_t seed, size_t n, uint32_t tokens) {
  s->n = n;
  for (size_t i = 0; i < n; i++) {
    int32_t length = 2 + (int32_t)draw(&seed, longest - 1);
    for (int32_t t = 0; t < length; t++) s->ids[i][t] = (int32_t)draw(&seed, tokens);
    int32_t first = 1 + (int32_t)draw(&seed, (uint32_t)length - 1);
    s->sequences[i] = (xy__sequence){.ids = s->ids[i], .n = length, .first = first};
  }
  xy__forest_order(s->order, s->sequences, n);
}

static int compare(const xy__sequence *a, const xy__sequence *b) {
  for (int32_t t = 0; t < a->n && t < b->n; t++) {
    if (a->ids[t] != b->ids[t]) return a->ids[t] < b->ids[t] ? -1 : 1;
  }
  return a->n < b->n ? -1 : a->n > b->n;
}

/* ids[0..length) of sequence i also begin some sequence before it in the list. */
static bool seen(const sample *s, size_t i, int32_t length, int32_t needed) {
  for (size_t j = 0; j < i; j++) {
    const xy__sequence *other = &s->sequences[j];
    if (other->n >= needed && memcmp(other->ids, s->ids[i], (size_t)length * sizeof(int32_t)) == 0) return true;
  }
  return false;
}

static bool edge_seen(const sample *s, size_t i, int32_t t) {
  for (size_t j = 0; j < i; j++) {
    const xy__sequence *other = &s->sequences[j];
    if (other->first <= t && other->n > t && memcmp(other->ids, s->ids[i], ((size_t)t + 1) * sizeof(int32_t)) == 0) {
      return true;
    }
  }
  return false;
}

/* Distinct beginnings, those that another token follows, and distinct wanted tokens, by looking at every pair. */
static void count(const sample *s, int64_t *prefixes, int64_t *nodes, int64_t *edges) {
  *prefixes = *nodes = *edges = 0;
  for (size_t i = 0; i < s->n; i++) {
    for (int32_t t = 0; t < s->sequences[i].n; t++) {
      if (!seen(s, i, t + 1, t + 1)) ++*prefixes;
      if (t + 1 < s->sequences[i].n && !seen(s, i, t + 1, t + 2)) ++*nodes;
      if (t >= s->sequences[i].first && !edge_seen(s, i, t)) ++*edges;
    }
  }
}

static void check_paths(const sample *s, const xy__forest *f) {
  const int32_t *edge = f->edge_of;
  for (size_t i = 0; i < s->n; i++) {
    const xy__sequence *sequence = &s->sequences[s->order[i]];
    for (int32_t t = sequence->first; t < sequence->n; t++, edge++) {
      assert_int_equal(f->edge_token[*edge], sequence->ids[t]);
      int32_t node = 0;
      while (f->edge_first[node + 1] <= *edge) node++;
      for (int32_t d = t - 1; d >= 0; d--) { /* the path to the edge is the sequence */
        assert_int_equal(f->depth[node], d);
        assert_int_equal(f->token[node], sequence->ids[d]);
        node = f->parent[node];
      }
      assert_int_equal(node, -1);
    }
  }
  assert_int_equal(edge - f->edge_of, f->size.wanted);
}

static void check_order(const xy__forest *f, int64_t block) {
  int64_t scored = 0;
  int64_t kept = 0;
  int64_t depths = 0;
  for (int32_t i = 0; i < f->size.nodes; i++) {
    assert_true(f->parent[i] < i);
    assert_int_equal(f->depth[i], f->parent[i] < 0 ? 0 : f->depth[f->parent[i]] + 1);
    if (i > 0) assert_true(f->depth[i] <= f->depth[i - 1] + 1); /* preorder */
    for (int64_t e = f->edge_first[i] + 1; e < f->edge_first[i + 1]; e++) {
      assert_true(f->edge_token[e] > f->edge_token[e - 1]);
    }
    scored += f->edge_first[i + 1] > f->edge_first[i];
    depths += f->depth[i] + 1;
    if (i % block != 0) continue;
    for (int32_t a = f->parent[i]; a >= 0; a = f->parent[a]) assert_true(f->kept[a] >= 0 && f->kept[a] < f->size.kept);
  }
  for (int32_t i = 0; i < f->size.nodes; i++) kept += f->kept[i] >= 0;
  assert_int_equal(kept, f->size.kept);
  assert_int_equal(scored, f->size.scored);
  assert_int_equal(depths, f->size.depths);
  assert_int_equal(f->edge_first[f->size.nodes], f->size.edges);
}

static void equals_brute_force(void **state) {
  (void)state;
  static sample s;
  xy_error err;
  for (uint64_t seed = 1; seed <= 40; seed++) {
    fill(&s, seed, 1 + seed * 9 % most, 1 + (uint32_t)seed % 5);
    for (size_t i = 1; i < s.n; i++) {
      assert_true(compare(&s.sequences[s.order[i - 1]], &s.sequences[s.order[i]]) <= 0);
    }
    for (int64_t block = 1; block <= 64; block *= 8) {
      xy__forest f = {0};
      assert_ok(xy__forest_build(&f, s.sequences, s.order, s.n, block, &err), err);
      int64_t prefixes;
      int64_t nodes;
      int64_t edges;
      count(&s, &prefixes, &nodes, &edges);
      assert_int_equal(f.size.prefixes, prefixes);
      assert_int_equal(f.size.nodes, nodes);
      assert_int_equal(f.size.edges, edges);
      check_order(&f, block);
      check_paths(&s, &f);
      xy__forest_dispose(&f);
    }
  }
}

/* "a b", "a b c", "a b": the last token of one is a node of another; a wanted token may come before the wanted part of
 * an earlier sequence. */
static void leaves_become_nodes_only_when_passed_through(void **state) {
  (void)state;
  const int32_t ids[] = {7, 8, 9};
  const xy__sequence sequences[] = {{ids, 3, 2, NULL}, {ids, 2, 1, NULL}, {ids, 3, 1, NULL}, {ids, 2, 1, NULL}};
  size_t order[4];
  xy_error err;
  xy__forest_order(order, sequences, 4);
  xy__forest f = {0};
  assert_ok(xy__forest_build(&f, sequences, order, 4, 16, &err), err);
  assert_int_equal(f.size.prefixes, 3);
  assert_int_equal(f.size.nodes, 2);
  assert_int_equal(f.size.edges, 2);
  assert_int_equal(f.size.wanted, 5);
  assert_int_equal(f.edge_token[0], 8);
  assert_int_equal(f.edge_token[1], 9);
  xy__forest_dispose(&f);
}

/* Equal, ascending and descending lists of long sequences: nothing here may be quadratic or run out of stack. */
static void sorts_hard_orders(void **state) {
  (void)state;
  enum { n = 20000, length = 300 };
  int32_t *ids = xy__array((size_t)n * length, sizeof *ids);
  xy__sequence *sequences = xy__array(n, sizeof *sequences);
  size_t *order = xy__array(n, sizeof *order);
  for (int kind = 0; kind < 3; kind++) {
    for (int i = 0; i < n; i++) {
      int32_t *own = ids + (size_t)i * length;
      memset(own, 0, length * sizeof *own);
      own[length - 1] = kind == 0 ? 0 : kind == 1 ? i : n - i;
      sequences[i] = (xy__sequence){own, length, 1, NULL};
    }
    xy__forest_order(order, sequences, n);
    for (int i = 1; i < n; i++) assert_true(compare(&sequences[order[i - 1]], &sequences[order[i]]) <= 0);
  }
  free(ids);
  free(sequences);
  free(order);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equals_brute_force),
      cmocka_unit_test(leaves_become_nodes_only_when_passed_through),
      cmocka_unit_test(sorts_hard_orders),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
