/* See targets.h. */
#include "targets.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

const xy__fuzz_target xy__fuzz_targets[] = {{"yaml", NULL, xy__fuzz_yaml},
                                            {"json", NULL, xy__fuzz_json},
                                            {"csv", NULL, xy__fuzz_csv},
                                            {"context", "context.yaml", xy__fuzz_context},
                                            {"pronouns", "pronouns.yaml", xy__fuzz_context},
                                            {"themes", "themes.yaml", xy__fuzz_themes},
                                            {"told", "told.csv", xy__fuzz_told},
                                            {"winoqueer", "winoqueer.csv", xy__fuzz_winoqueer},
                                            {"crows-pairs", "crows_pairs.csv", xy__fuzz_crows_pairs},
                                            {"redditbias", "redditbias.csv", xy__fuzz_redditbias},
                                            {"stereoset", "stereoset.json", xy__fuzz_stereoset},
                                            {"honest", "honest.tsv", xy__fuzz_honest},
                                            {"tango", "tango.csv", xy__fuzz_tango},
                                            {"winogender", "winogender.tsv", xy__fuzz_winogender},
                                            {"winobias", "pro_stereotyped_type1.txt.dev", xy__fuzz_winobias},
                                            {"bbq", "bbq.jsonl", xy__fuzz_bbq},
                                            {"preferences", "preferences.jsonl", xy__fuzz_preferences},
                                            {"safetensors", NULL, xy__fuzz_safetensors},
                                            {"index", "model.safetensors.index.json", xy__fuzz_index},
                                            {"config", "config.json", xy__fuzz_config},
                                            {"tokenizer", NULL, xy__fuzz_tokenizer},
                                            {"family", NULL, xy__fuzz_family},
                                            {"stage", NULL, xy__fuzz_stage},
                                            {"format", NULL, xy__fuzz_format},
                                            {"survey", "survey.yaml", xy__fuzz_survey},
                                            {"import", "samples.jsonl", xy__fuzz_import},
                                            {"results", "results.json", xy__fuzz_results},
                                            {"samples", "samples.jsonl", xy__fuzz_samples},
                                            {0}};

const xy__fuzz_target *xy__fuzz_target_of(const char *name) {
  for (const xy__fuzz_target *target = xy__fuzz_targets; target->name != NULL; target++) {
    if (strcmp(target->name, name) == 0) return target;
  }
  return NULL;
}

static void give_up(const char *path) {
  perror(path);
  exit(1);
}

static void write_file(const char *path, const void *data, size_t size) {
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0) give_up(path);
}

/* Folders in memory, removed at the end. */
static char root[] = "/dev/shm/xylem-fuzz-XXXXXX";
static bool rooted;

static void remove_root(void) {
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", root);
  if (system(command) != 0) perror(root); /* NOLINT(cert-env33-c,concurrency-mt-unsafe): a path of our own */
}

static const char *folder_of(const xy__fuzz_target *target) {
  static char folder[128];
  if (!rooted) {
    if (mkdtemp(root) == NULL) give_up(root);
    rooted = true;
    (void)atexit(remove_root);
  }
  snprintf(folder, sizeof folder, "%s/%s", root, target->name);
  return folder;
}

void xy__fuzz_run(const xy__fuzz_target *target, const uint8_t *data, size_t size) {
  static const xy__fuzz_target *last;
  static char path[256];
  if (target->file == NULL) {
    target->run("", data, size);
    return;
  }
  if (target != last) {
    const char *folder = folder_of(target);
    if (access(folder, F_OK) != 0 && mkdir(folder, 0700) != 0) give_up(folder);
    snprintf(path, sizeof path, "%s/%s", folder, target->file);
    last = target;
  }
  write_file(path, data, size);
  target->run(path, data, size);
}

void xy__fuzz_beside(const char *path, const char *name, const char *text) {
  char beside[512];
  snprintf(beside, sizeof beside, "%.*s%s", (int)(strrchr(path, '/') + 1 - path), path, name);
  if (access(beside, F_OK) != 0) write_file(beside, text, strlen(text));
}

void xy__fuzz_copy(const char *path, const char *name, const char *source) {
  char from[512], beside[512];
  const char *tests = getenv("XYLEM_TESTS"); /* NOLINT(concurrency-mt-unsafe): nothing sets it */
  bool absolute = source[0] == '/';
  snprintf(from, sizeof from, "%s%s%s", absolute ? "" : tests != NULL ? tests : "tests", absolute ? "" : "/", source);
  snprintf(beside, sizeof beside, "%.*s%s", (int)(strrchr(path, '/') + 1 - path), path, name);
  if (access(beside, F_OK) == 0) return;
  char *text;
  size_t size;
  if (xy__file_read_bytes(&text, &size, from, NULL) != XY_OK) give_up(from);
  write_file(beside, text, size);
  free(text);
}

void xy__fuzz_read(const char *text) {
  static volatile unsigned sum;
  for (const char *c = text; c != NULL && *c != '\0'; c++) sum += (unsigned char)*c;
}
