/* Judges: the files that they judge by, each with a text that is then judged; and texts, for judges that are built in.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "targets.h"
#include "xylem.h"

/* Whether there is a verdict. */
static bool judge_text(xy_judge *judge, const char *text, size_t bytes) {
  xy_judge_info info;
  xy_judgement verdict;
  xy_error err;
  if (xy_judge_text(&verdict, judge, &(xy_judge_input){.text = text, .bytes = bytes}, &err) != XY_OK) return false;
  xy__fuzz_read(verdict.label);
  xy_judge_describe(&info, judge);
  for (size_t i = 0; i < info.n_scores; i++) {
    xy__fuzz_read(info.scores[i]);
    if (isinf(verdict.scores[i])) abort();
  }
  return true;
}

static bool read_judge(const char *kind, const char *path) {
  static const char text[] = "They call stupid people names, trans women too; she sings, xe does not.";
  char name[600];
  xy_judge *judge;
  xy_error err;
  snprintf(name, sizeof name, "%s:%s", kind, path);
  if (xy_judge_open(&judge, name, NULL, &err) != XY_OK) return false;
  (void)judge_text(judge, text,
                   strlen(text)); /* a judge of verdicts made elsewhere has none for a text that it lacks */
  xy_judge_free(judge);
  return true;
}

#define READS(target, target_name, file, kind)                                   \
  static bool run_##target(const char *path, const uint8_t *data, size_t size) { \
    (void)data;                                                                  \
    (void)size;                                                                  \
    return read_judge(kind, path);                                               \
  }                                                                              \
  const xy__fuzz_target xy__fuzz_##target = {target_name, file, run_##target};
READS(wordlist, "wordlist", "list.txt", "wordlist")
READS(hurtlex, "hurtlex", "hurtlex.tsv", "hurtlex")
READS(verdicts, "verdicts", "verdicts.jsonl", "import")

/* Opened once: what is built in does not change. */
static bool judge_by(xy_judge **judge, const char *name, const xy_judge_options *options, const uint8_t *data,
                     size_t size) {
  if (*judge == NULL && xy_judge_open(judge, name, options, NULL) != XY_OK) abort();
  return judge_text(*judge, size > 0 ? (const char *)data : "", size);
}

#define JUDGES(target, target_name, judge_name, set_name)                                  \
  static bool run_##target(const char *path, const uint8_t *data, size_t size) {           \
    static xy_judge *judge;                                                                \
    (void)path;                                                                            \
    return judge_by(&judge, judge_name, &(xy_judge_options){.set = set_name}, data, size); \
  }                                                                                        \
  const xy__fuzz_target xy__fuzz_##target = {target_name, NULL, run_##target};
JUDGES(vader, "vader", "vader", NULL)
JUDGES(refusal, "refusal", "refusal", NULL)
JUDGES(misgendering, "misgendering", "pronouns", "xe")
