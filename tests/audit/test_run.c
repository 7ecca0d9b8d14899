/* What an audit promises, on the built-in family: it can be killed and goes on, a second one computes nothing and gives
 * the same numbers, narrowing says so, and the plan tells what the run then does. */
#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/json.h"
#include "base/output.h"
#include "support.h"

static char folder[] = "/tmp/xylem-audit-XXXXXX";

static const char *in_folder(const char *name) {
  static char paths[4][256];
  static int next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk) {
  (void)info, (void)kind, (void)walk;
  return remove(path);
}
static void remove_tree(const char *path) { nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS); }

static int make_folder(void **state) {
  (void)state;
  if (mkdtemp(folder) == NULL) return -1;
  return setenv("XDG_CACHE_HOME", in_folder("cache"), 1);
}
static int drop_folder(void **state) {
  (void)state;
  remove_tree(folder);
  return 0;
}

/* Counts engine progress; kills the process, or cancels, at the wanted walk. */
typedef struct watcher {
  int walks_seen;
  int64_t most_walks;
  int64_t kill_at, cancel_at;
  double last_share;
} watcher;

static int watch(const xy_progress *progress, void *user) {
  watcher *w = user;
  if (strcmp(progress->phase, "walk") != 0) return 0;
  w->walks_seen++;
  if (progress->walks > w->most_walks) w->most_walks = progress->walks;
  assert_true(progress->done >= w->last_share - 1e-9 && progress->done <= 1 + 1e-9);
  w->last_share = progress->done;
  if (w->kill_at > 0 && progress->walk >= w->kill_at) kill(getpid(), SIGKILL);
  return w->cancel_at > 0 && progress->walk >= w->cancel_at;
}

/* A quick audit of two stages in the folder RUNS: enough to have a parent, a child and several walks. */
static const char *const quick_benchmarks[] = {"stigma"};
static const char *const quick_stages[] = {"dpo"};
static xy_audit_options quick(const char *runs, watcher *w) {
  return (xy_audit_options){.runs = runs,
                            .benchmarks = quick_benchmarks,
                            .n_benchmarks = 1,
                            .only_stages = quick_stages,
                            .n_only_stages = 1,
                            .limit = 14,
                            .draws = 200,
                            .progress = w != NULL ? watch : NULL,
                            .user = w};
}

static int run(xy_results **out, const xy_audit_options *options, xy_error *err) {
  xy_family *family = NULL;
  xy_audit *audit = NULL;
  int rc = xy_family_open(&family, "seedling", err);
  if (rc == XY_OK) rc = xy_audit_open(&audit, family, options, err);
  if (rc == XY_OK) rc = xy_audit_run(out, audit, err);
  xy_audit_free(audit);
  xy_family_free(family);
  return rc;
}

/* results.json of a run directory without the times of its run. */
static char *results_but_times(const char *runs) {
  char path[300];
  snprintf(path, sizeof path, "%s/seedling/results.json", runs);
  json_t *results = NULL;
  xy_error err;
  assert_ok(xy__json_load(&results, path, &err), err);
  json_t *facts = json_object_get(results, "run");
  json_object_del(facts, "started");
  json_object_del(facts, "finished");
  json_object_del(facts, "seconds");
  char *text = json_dumps(results, JSON_COMPACT | JSON_REAL_PRECISION(17));
  json_decref(results);
  return text;
}

static void a_second_audit_computes_nothing(void **state) {
  (void)state;
  const char *runs = in_folder("second");
  watcher first = {0}, second = {0}, third = {0};
  xy_results *results;
  xy_error err;
  xy_audit_options options = quick(runs, &first);
  assert_ok(run(&results, &options, &err), err);
  assert_true(first.walks_seen > 0);
  xy_results_free(results);
  char *before = results_but_times(runs);

  /* the finished run is recognised: nothing is written again */
  char path[300];
  struct stat old, new;
  snprintf(path, sizeof path, "%s/seedling/results.json", runs);
  assert_int_equal(stat(path, &old), 0);
  options.user = &second;
  assert_ok(run(&results, &options, &err), err);
  xy_results_free(results);
  assert_int_equal(second.walks_seen, 0);
  assert_int_equal(stat(path, &new), 0);
  assert_int_equal(old.st_mtim.tv_nsec, new.st_mtim.tv_nsec);

  /* without the run directory the numbers come from the store, and are the same bytes */
  remove_tree(in_folder("second/seedling"));
  options.user = &third;
  assert_ok(run(&results, &options, &err), err);
  xy_results_free(results);
  assert_int_equal(third.walks_seen, 0);
  char *after = results_but_times(runs);
  assert_string_equal(before, after);
  free(before);
  free(after);
}

static void a_results_file_that_was_changed_is_written_again(void **state) {
  (void)state;
  const char *runs = in_folder("changed");
  xy_results *results;
  xy_error err;
  xy_audit_options options = quick(runs, NULL);
  assert_ok(run(&results, &options, &err), err);
  xy_results_free(results);
  char *before = results_but_times(runs);
  assert_ok(xy__file_write(in_folder("changed/seedling/results.json"), "{}", 2, &err), err);
  assert_ok(run(&results, &options, &err), err);
  xy_results_free(results);
  char *after = results_but_times(runs);
  assert_string_equal(before, after);
  free(before);
  free(after);
}

/* Walks that the plan of a quick audit needs under a budget; 0 when the budget is refused. */
static int64_t walks_of(const char *runs, int64_t memory) {
  xy_audit_options options = quick(runs, NULL);
  options.memory = memory;
  xy_family *family;
  xy_audit *audit;
  xy_plan plan;
  xy_error err;
  assert_ok(xy_family_open(&family, "seedling", &err), err);
  assert_ok(xy_audit_open(&audit, family, &options, &err), err);
  int rc = xy_audit_plan(&plan, audit, &err);
  assert_true(rc == XY_OK || rc == XY_ERR_MEMORY);
  int64_t walks = rc == XY_OK ? plan.stages[0].walks : 0;
  xy_audit_free(audit);
  xy_family_free(family);
  return walks;
}

/* The smallest budget that is accepted, to 64 KiB: it makes several walks of what one could do. Found once. */
static int64_t small_memory(const char *runs) {
  static int64_t found;
  int64_t refused = 0;
  int64_t accepted = found > 0 ? found : (int64_t)1 << 30;
  while (found == 0 && accepted - refused > 65536) {
    int64_t middle = refused + (accepted - refused) / 2;
    if (walks_of(runs, middle) > 0) {
      accepted = middle;
    } else {
      refused = middle;
    }
  }
  assert_true(walks_of(runs, accepted) > 2);
  found = accepted;
  return accepted;
}

static void a_killed_audit_goes_on(void **state) {
  (void)state;
  const char *whole = in_folder("whole");
  const char *runs = in_folder("killed");
  int64_t memory = small_memory(in_folder("probe"));
  xy_results *results;
  xy_error err;
  xy_audit_options options = quick(whole, NULL);
  options.memory = memory;
  assert_ok(run(&results, &options, &err), err);
  xy_results_free(results);

  char budget[32];
  snprintf(budget, sizeof budget, "%lld", (long long)memory);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) { /* a program of its own: threads do not survive a fork */
    execl("/proc/self/exe", "test_run", "mortal", runs, budget, (char *)NULL);
    _exit(1);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  assert_int_not_equal(access(in_folder("killed/seedling/results.json"), F_OK), 0);

  xy_family *family;
  xy_audit *audit;
  xy_plan plan;
  options = quick(runs, NULL);
  options.memory = memory;
  assert_ok(xy_family_open(&family, "seedling", &err), err);
  assert_ok(xy_audit_open(&audit, family, &options, &err), err);
  assert_ok(xy_audit_plan(&plan, audit, &err), err);
  assert_true(plan.stages[0].stored > 0 && plan.stages[0].stored < plan.stages[0].requests);
  assert_ok(xy_audit_run(&results, audit, &err), err);
  xy_results_free(results);
  xy_audit_free(audit);
  xy_family_free(family);
  char *expected = results_but_times(whole);
  char *found = results_but_times(runs);
  assert_string_equal(expected, found);
  free(expected);
  free(found);
}

static void cancelling_keeps_what_was_stored(void **state) {
  (void)state;
  watcher w = {.cancel_at = 2};
  xy_results *results;
  xy_error err;
  xy_audit_options options = quick(in_folder("cancelled"), &w);
  options.memory = small_memory(in_folder("probe"));
  assert_fails(run(&results, &options, &err), XY_ERR_CANCELLED, err, "the same command goes on from there");
}

static void the_plan_tells_the_work_and_a_second_plan_that_none_is_left(void **state) {
  (void)state;
  xy_audit_options options = quick(in_folder("plan"), NULL);
  xy_family *family;
  xy_audit *audit;
  xy_plan plan;
  xy_results *results;
  xy_error err;
  assert_ok(xy_family_open(&family, "seedling", &err), err);
  assert_ok(xy_audit_open(&audit, family, &options, &err), err);
  assert_ok(xy_audit_plan(&plan, audit, &err), err);
  assert_int_equal(plan.n_stages, 2); /* dpo brings its parent */
  for (size_t i = 0; i < plan.n_stages; i++) {
    const xy_plan_stage *s = &plan.stages[i];
    assert_true(s->requests > 0 && s->stored == 0 && s->walks >= 1);
    assert_true(s->nodes > 0 && s->nodes < s->tokens);
    assert_true(s->flops > 0 && s->seconds > 0 && s->memory > 0 && s->weight_bytes > 0);
  }
  /* statistics and report are in it, whatever there is to score */
  assert_true(plan.measuring > 0);
  assert_true(plan.seconds >= plan.stages[0].seconds + plan.stages[1].seconds + plan.measuring);
  assert_ok(xy_audit_run(&results, audit, &err), err);
  xy_results_free(results);
  xy_audit_free(audit);
  assert_ok(xy_audit_open(&audit, family, &options, &err), err);
  assert_ok(xy_audit_plan(&plan, audit, &err), err);
  for (size_t i = 0; i < plan.n_stages; i++) {
    assert_int_equal(plan.stages[i].stored, plan.stages[i].requests);
    assert_true(plan.stages[i].nodes == 0 && plan.stages[i].flops == 0 && plan.stages[i].seconds == 0);
  }
  assert_true(plan.measuring > 0 && plan.seconds >= plan.measuring);
  xy_audit_free(audit);
  xy_family_free(family);
}

static bool has_finding(const xy_results *results, const char *kind) {
  for (size_t i = 0; i < xy_results_findings(results); i++) {
    xy_finding finding;
    xy_results_finding(&finding, results, i);
    if (strcmp(finding.kind, kind) == 0) return true;
  }
  return false;
}

static void narrowing_leaves_only_what_was_asked_for_and_says_so(void **state) {
  (void)state;
  static const char *const identities[] = {"nonbinary"};
  static const char *const themes[] = {"threat", "immoral"};
  xy_audit_options options = quick(in_folder("narrow"), NULL);
  options.identities = identities;
  options.n_identities = 1;
  options.themes = themes;
  options.n_themes = 2;
  xy_results *results;
  xy_error err;
  assert_ok(run(&results, &options, &err), err);
  assert_true(xy_results_measures(results) > 0);
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_measure row;
    xy_results_measure(&row, results, i);
    assert_true(strcmp(row.identity, "nonbinary") == 0 || strcmp(row.identity, "all") == 0);
    assert_true(strcmp(row.theme, "threat") == 0 || strcmp(row.theme, "immoral") == 0 || strcmp(row.theme, "all") == 0);
    assert_true(strcmp(row.stage, "dpo") == 0 || strcmp(row.stage, "base") == 0);
  }
  assert_true(has_finding(results, "limited"));
  xy_results_free(results);

  static const char *const unknown[] = {"nonbinry"};
  options.identities = unknown;
  assert_fails(run(&results, &options, &err), XY_ERR_ARGUMENT, err, "did you mean 'nonbinary'?");
  options.identities = NULL;
  options.n_identities = 0;
  options.only_stages = unknown;
  assert_fails(run(&results, &options, &err), XY_ERR_ARGUMENT, err, "family seedling has no such stage; it has: base");
}

static void threads_and_memory_do_not_change_the_numbers(void **state) {
  (void)state;
  const int64_t memory[] = {0, small_memory(in_folder("probe"))};
  xy_results *results[2];
  xy_error err;
  for (int i = 0; i < 2; i++) {
    xy_audit_options options = quick(in_folder(i == 0 ? "a" : "b"), NULL);
    options.threads = i + 1;
    options.memory = memory[i];
    assert_ok(run(&results[i], &options, &err), err);
  }
  assert_int_equal(xy_results_measures(results[0]), xy_results_measures(results[1]));
  for (size_t i = 0; i < xy_results_measures(results[0]); i++) {
    xy_measure a, b;
    xy_results_measure(&a, results[0], i);
    xy_results_measure(&b, results[1], i);
    if (strcmp(a.measure, "mean_gap") == 0) assert_near(a.value, b.value, 1e-4, 0);
  }
  xy_results_free(results[0]);
  xy_results_free(results[1]);
}

/* An audit that kills itself at the beginning of its third walk. */
static int mortal(const char *runs, const char *memory) {
  watcher w = {.kill_at = 3};
  xy_audit_options options = quick(runs, &w);
  options.memory = strtoll(memory, NULL, 10);
  xy_results *results;
  xy_error err;
  return run(&results, &options, &err);
}

int main(int argc, char **argv) {
  if (argc == 4 && strcmp(argv[1], "mortal") == 0) return mortal(argv[2], argv[3]);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_second_audit_computes_nothing),
      cmocka_unit_test(a_results_file_that_was_changed_is_written_again),
      cmocka_unit_test(a_killed_audit_goes_on),
      cmocka_unit_test(cancelling_keeps_what_was_stored),
      cmocka_unit_test(the_plan_tells_the_work_and_a_second_plan_that_none_is_left),
      cmocka_unit_test(narrowing_leaves_only_what_was_asked_for_and_says_so),
      cmocka_unit_test(threads_and_memory_do_not_change_the_numbers),
  };
  return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
