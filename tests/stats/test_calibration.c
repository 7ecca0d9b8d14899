/* Calibration: on simulated clustered data with known effects, 95% intervals cover 94-96%; under no effect 5% tests
 * fire in at most 5.5% of runs.
 *
 * A scenario is simulated in calls of 64 columns; the columns of a call are independent data on the same clusters. With
 * R runs a share strays from the truth by a standard error of sqrt(0.95 * 0.05 / R): 0.39 points for the 3,072 runs of
 * a scenario here, so each scenario is held to the bounds within three of them, and all scenarios together, with a
 * standard error of about 0.1, to the bounds themselves. XYLEM_CALIBRATION=N runs N times as many.
 */
#include "stats/stats.h"
#include "support.h"

enum { COLUMNS = 64, CALLS = 48, MOST_CLUSTERS = 60, MOST_ITEMS = 20000 };

static uint64_t state_of_random;

static double uniform(void) { /* splitmix64, in (0, 1) */
  uint64_t z = state_of_random += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}
static double normal(void) { return sqrt(-2 * log(uniform())) * cos(2 * 3.14159265358979323846 * uniform()); }

typedef enum sizes { EQUAL, MIXED, SKEWED } sizes;

typedef struct scenario {
  const char *name;
  int clusters;
  sizes sizes;
  bool rate;
  double effect; /* the true mean or rate */
  double spread; /* standard deviation between clusters, of the mean or, for a rate, of its probit */
} scenario;

static int cluster_size(sizes kind) {
  if (kind == EQUAL) return 8;
  if (kind == MIXED) return 2 + (int)(19 * uniform());
  int size = (int)(0.5 + exp(2 + 0.7 * normal()));
  return size < 1 ? 1 : size > 200 ? 200 : size;
}

static double probit_shift(double rate, double spread) {
  /* P(Z > -a) averaged over a ~ N(shift, spread) is Phi(shift / sqrt(1 + spread^2)); inverted by bisection. */
  double low = -8, high = 8;
  while (high - low > 1e-12) {
    double middle = (low + high) / 2;
    if (erfc(-middle / sqrt(2)) / 2 < rate) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low * sqrt(1 + spread * spread);
}

typedef struct tally {
  long runs, covered, fired;
} tally;

static void simulate(tally *out, const scenario *s, int calls) {
  static double values[COLUMNS][MOST_ITEMS];
  static int cluster[MOST_ITEMS];
  xy__column columns[COLUMNS];
  xy__estimate made[COLUMNS];
  xy__stats_options options = {.draws = 2000, .permutations = 1000, .seed = 5, .confidence = 0.95};
  double shift = s->rate ? probit_shift(s->effect, s->spread) : 0;
  for (int call = 0; call < calls; call++) {
    size_t n = 0;
    int first[MOST_CLUSTERS + 1] = {0};
    for (int g = 0; g < s->clusters; g++) {
      for (int k = cluster_size(s->sizes); k > 0; k--) cluster[n++] = g;
      first[g + 1] = (int)n;
    }
    for (int c = 0; c < COLUMNS; c++) {
      for (int g = 0; g < s->clusters; g++) {
        double common = s->spread * normal();
        for (int i = first[g]; i < first[g + 1]; i++) {
          values[c][i] = s->rate ? normal() < shift + common : s->effect + common + normal();
        }
      }
      columns[c] = (xy__column){.values = values[c], .null = s->effect, .rate = s->rate};
    }
    xy_error err = {0};
    assert_ok(xy__stats_estimate(made, columns, COLUMNS, cluster, n, (uint64_t)call, &options, &err), err);
    for (int c = 0; c < COLUMNS; c++) {
      out->runs++;
      out->covered += made[c].low <= s->effect && s->effect <= made[c].high;
      out->fired += made[c].p < 0.05;
    }
  }
}

static const scenario scenarios[] = {
    {"20 equal clusters, mean", 20, EQUAL, false, 0.3, 0.5},  {"20 mixed clusters, mean", 20, MIXED, false, 0.3, 1},
    {"20 mixed clusters, rate", 20, MIXED, true, 0.5, 0.4},   {"30 skewed clusters, mean", 30, SKEWED, false, 0, 0.5},
    {"30 skewed clusters, rate", 30, SKEWED, true, 0.6, 0.5}, {"40 mixed clusters, rate", 40, MIXED, true, 0.7, 0.4},
    {"60 equal clusters, rate", 60, EQUAL, true, 0.5, 0.3},   {"60 skewed clusters, mean", 60, SKEWED, false, 0, 1},
};

static void intervals_cover_and_tests_hold_their_level(void **state) {
  (void)state;
  const char *times = getenv("XYLEM_CALIBRATION");
  long factor = times != NULL ? strtol(times, NULL, 10) : 1;
  int calls = CALLS * (int)(factor >= 1 && factor <= 1000 ? factor : 1);
  tally all = {0};
  state_of_random = 20241106;
  for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
    tally one = {0};
    simulate(&one, &scenarios[i], calls);
    double runs = (double)one.runs, stray = 3 * sqrt(0.95 * 0.05 / runs);
    double covered = (double)one.covered / runs, fired = (double)one.fired / runs;
    print_message("# %s: covers %.2f%%, fires %.2f%%\n", scenarios[i].name, 100 * covered, 100 * fired);
    assert_true(covered >= 0.94 - stray && covered <= 0.96 + stray);
    assert_true(fired <= 0.055 + stray);
    all.runs += one.runs;
    all.covered += one.covered;
    all.fired += one.fired;
  }
  double covered = (double)all.covered / (double)all.runs, fired = (double)all.fired / (double)all.runs;
  print_message("# all: covers %.2f%%, fires %.2f%%\n", 100 * covered, 100 * fired);
  assert_true(covered >= 0.94 && covered <= 0.96);
  assert_true(fired <= 0.055);
}

/* Near the ends rates are held no nearer to them than their number of clusters allows: intervals are wider than they
 * need be, and never too short. */
static void rates_near_the_ends_are_covered(void **state) {
  (void)state;
  static const scenario ends[] = {{"20 mixed clusters, rate 0.95", 20, MIXED, true, 0.95, 0.4},
                                  {"40 mixed clusters, rate 0.98", 40, MIXED, true, 0.98, 0.4},
                                  {"60 equal clusters, rate 0.02", 60, EQUAL, true, 0.02, 0.3}};
  state_of_random = 20241107;
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    tally one = {0};
    simulate(&one, &ends[i], 12);
    double covered = (double)one.covered / (double)one.runs;
    print_message("# %s: covers %.2f%%\n", ends[i].name, 100 * covered);
    assert_true(covered >= 0.95 - 3 * sqrt(0.95 * 0.05 / (double)one.runs));
  }
}

/* Statements and controls: sets that may differ in number, in spread and in the sizes of their clusters. */
typedef struct sets_scenario {
  const char *name;
  int clusters[2];
  sizes sizes;
  double spread[2]; /* standard deviation between clusters */
} sets_scenario;

static const sets_scenario sets_scenarios[] = {
    {"56 and 56 clusters", {56, 56}, EQUAL, {0.5, 0.5}},
    {"20 and 20 clusters, one spreads thrice", {20, 20}, EQUAL, {0.5, 1.5}},
    {"40 and 12 clusters, the few spread twice", {40, 12}, EQUAL, {0.5, 1}},
    {"30 and 20 mixed clusters", {30, 20}, MIXED, {1, 0.5}},
};

static size_t draw_set(double values[COLUMNS][MOST_ITEMS], int *cluster, const sets_scenario *s, int set) {
  size_t n = 0;
  for (int g = 0; g < s->clusters[set]; g++) {
    size_t first = n;
    for (int k = cluster_size(s->sizes); k > 0; k--) cluster[n++] = g;
    for (int c = 0; c < COLUMNS; c++) {
      double common = s->spread[set] * normal();
      for (size_t i = first; i < n; i++) values[c][i] = common + normal();
    }
  }
  return n;
}

static void simulate_sets(tally *out, const sets_scenario *s, int calls) {
  static double values[2][COLUMNS][MOST_ITEMS];
  static int cluster[2][MOST_ITEMS];
  const double *of[2][COLUMNS];
  xy__estimate made[COLUMNS];
  xy__stats_options options = {.draws = 2000, .permutations = 1000, .seed = 5, .confidence = 0.95};
  for (int call = 0; call < calls; call++) {
    xy__set sets[2];
    for (int k = 0; k < 2; k++) {
      for (int c = 0; c < COLUMNS; c++) of[k][c] = values[k][c];
      sets[k] = (xy__set){.n = draw_set(values[k], cluster[k], s, k), .cluster = cluster[k], .values = of[k]};
    }
    xy_error err = {0};
    assert_ok(xy__stats_two_sets(made, sets, COLUMNS, (uint64_t)call, &options, &err), err);
    for (int c = 0; c < COLUMNS; c++) {
      out->runs++;
      out->covered += made[c].low <= 0 && 0 <= made[c].high;
      out->fired += made[c].p < 0.05;
    }
  }
}

static void differences_of_two_sets_cover_and_hold_their_level(void **state) {
  (void)state;
  const char *times = getenv("XYLEM_CALIBRATION");
  long factor = times != NULL ? strtol(times, NULL, 10) : 1;
  int calls = 24 * (int)(factor >= 1 && factor <= 1000 ? factor : 1);
  state_of_random = 11;
  for (size_t i = 0; i < sizeof sets_scenarios / sizeof *sets_scenarios; i++) {
    tally one = {0};
    simulate_sets(&one, &sets_scenarios[i], calls);
    double runs = (double)one.runs, stray = 3 * sqrt(0.95 * 0.05 / runs);
    double covered = (double)one.covered / runs, fired = (double)one.fired / runs;
    print_message("# %s: covers %.2f%%, fires %.2f%%\n", sets_scenarios[i].name, 100 * covered, 100 * fired);
    assert_true(covered >= 0.94 - stray && covered <= 0.96 + stray);
    assert_true(fired <= 0.055 + stray);
  }
}

/* Rank correlation of two variables with a common part per item and cluster effects of their own. The truth of a
 * bivariate normal with correlation r is 6 / pi * asin(r / 2). */
static void rank_correlations_cover(void **state) {
  (void)state;
  enum { RUNS = 1000, CLUSTERS = 30 };
  static double x[MOST_ITEMS], y[MOST_ITEMS];
  static int cluster[MOST_ITEMS];
  xy__stats_options options = {.draws = 1000, .permutations = 100, .seed = 5, .confidence = 0.95};
  state_of_random = 7;
  /* Cluster effects of variance 0.25 in each, correlated 0.4 as the rest is: r is 0.4. */
  const double r = 0.4, truth = 6 / 3.14159265358979323846 * asin(r / 2);
  long covered = 0;
  for (int run = 0; run < RUNS; run++) {
    size_t n = 0;
    for (int g = 0; g < CLUSTERS; g++) {
      double a = 0.5 * normal(), b = r * a + sqrt(1 - r * r) * 0.5 * normal();
      for (int k = cluster_size(MIXED); k > 0; k--, n++) {
        double u = normal();
        x[n] = a + u;
        y[n] = b + r * u + sqrt(1 - r * r) * normal();
        cluster[n] = g;
      }
    }
    xy__estimate out;
    xy_error err = {0};
    assert_ok(xy__stats_spearman(&out, x, y, cluster, n, (uint64_t)run, &options, &err), err);
    covered += out.low <= truth && truth <= out.high;
  }
  double share = (double)covered / RUNS, stray = 3 * sqrt(0.95 * 0.05 / RUNS);
  print_message("# rank correlation: covers %.2f%%\n", 100 * share);
  assert_true(share >= 0.94 - stray && share <= 0.96 + stray);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(intervals_cover_and_tests_hold_their_level), cmocka_unit_test(rates_near_the_ends_are_covered),
      cmocka_unit_test(differences_of_two_sets_cover_and_hold_their_level), cmocka_unit_test(rank_correlations_cover)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
