/* Lines of golden files: JSON objects with texts and ids. */
#ifndef XY_TESTS_TOKENIZER_GOLDEN_H
#define XY_TESTS_TOKENIZER_GOLDEN_H

#include "base/file.h"
#include "base/json.h"
#include "support.h"
#include "xylem.h"

/* Calls `check` for each line of a JSONL file; returns how many there were. */
static inline size_t each_line(const char *path, void (*check)(const json_t *row, size_t line, void *user),
                               void *user) {
  char *text;
  size_t bytes;
  xy_error err = {0};
  assert_ok(xy__file_read_bytes(&text, &bytes, path, &err), err);
  size_t lines = 0;
  for (char *at = text, *end; at < text + bytes; at = end + 1) {
    end = strchr(at, '\n');
    if (end == NULL) end = text + bytes;
    json_t *row;
    assert_ok(xy__json_parse(&row, at, (size_t)(end - at), path, &err), err);
    check(row, ++lines, user);
    json_decref(row);
  }
  free(text);
  return lines;
}

/* `what` and `line` say in a message which row it is. */
static inline void assert_ids(const int32_t *ids, size_t n, const json_t *expected, const char *what, size_t line) {
  size_t wanted = json_array_size(expected);
  for (size_t i = 0; i < n && i < wanted; i++) {
    int64_t id = json_integer_value(json_array_get(expected, i));
    if (ids[i] != id) {
      fail_msg("%s, line %zu: id %zu is %d, expected %lld", what, line, i, (int)ids[i], (long long)id);
    }
  }
  if (n != wanted) fail_msg("%s, line %zu: %zu ids, expected %zu", what, line, n, wanted);
}

/* The small tokenizers of tests/tokenizer/data. */
static const char *const small_tokenizers[] = {"byte_level",
                                               "byte_level_old",
                                               "byte_level_prefix",
                                               "llama3",
                                               "qwen2",
                                               "cased",
                                               "spaced",
                                               "flagged",
                                               "sentence_piece",
                                               "sentence_piece_fused",
                                               "metaspace_always",
                                               "metaspace_first",
                                               "metaspace_never",
                                               "metaspace_old",
                                               "metaspace_whole",
                                               "sequence",
                                               "marked",
                                               "sentence_piece_unfused"};
enum { N_SMALL = sizeof small_tokenizers / sizeof *small_tokenizers };

static inline const char *small_path(const char *tokenizer, const char *file) {
  char name[256];
  snprintf(name, sizeof name, "tokenizer/data/%s/%s", tokenizer, file);
  return tests_path(name);
}

#endif
