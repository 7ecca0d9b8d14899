/* The table of subword models, and the step from tokenizer.json's "model" object to the one that its type names. */
#include <string.h>

#include "base/json.h"
#include "tokenizer/subword/subword.h"

#define ROW(name) &xy__subword_##name,
static const xy__subword *const subwords[] = {XY__SUBWORDS(ROW)};
enum { SUBWORDS = sizeof subwords / sizeof subwords[0] };

/* A list, to be read later. */
static xy__scan list_scan(const xy__scan *scan, char *text, size_t bytes) {
  xy__scan list = *scan;
  list.at = text;
  list.end = text + bytes;
  return list;
}

static int add_small(json_t *small, const char *key, const char *value, size_t bytes, const xy__scan *scan) {
  json_t *member;
  int rc = xy__json_parse(&member, value, bytes, scan->name, scan->err);
  if (rc != XY_OK) return xy__fail_prefix(scan->err, rc, "model.%s", key);
  return json_object_set_new(small, key, member) == 0 ? XY_OK : xy__fail_memory(scan->err, scan->name);
}

static int read_members(xy__subword_members *out, xy__scan *scan) {
  out->small = json_object();
  if (out->small == NULL) return xy__fail_memory(scan->err, scan->name);
  int rc = xy__scan_open(scan, '{');
  bool more = true;
  for (bool first = true; rc == XY_OK; first = false) {
    char *key;
    char *value;
    size_t key_bytes;
    size_t bytes;
    if ((rc = xy__scan_more(&more, scan, first, '}')) != XY_OK || !more) break;
    if ((rc = xy__scan_key(&key, &key_bytes, scan)) != XY_OK) break;
    if ((rc = xy__scan_skip(&value, &bytes, scan)) != XY_OK) break;
    if (strcmp(key, "vocab") == 0) {
      out->vocab = list_scan(scan, value, bytes);
    } else if (strcmp(key, "merges") == 0) {
      out->merges = list_scan(scan, value, bytes);
    } else {
      rc = add_small(out->small, key, value, bytes, scan);
    }
  }
  return rc;
}

/* Files of old have no type: they are all BPE. */
static int find_subword(const xy__subword **out, const json_t *small, const char *file, xy_error *err) {
  const char *type;
  int rc = xy__json_string(&type, small, "type", "BPE", file, err);
  if (rc != XY_OK) return rc;
  for (size_t i = 0; i < SUBWORDS; i++) {
    if (strcmp(subwords[i]->type, type) != 0) continue;
    *out = subwords[i];
    return XY_OK;
  }
  xy__text known = {0};
  for (size_t i = 0; i < SUBWORDS; i++) xy__text_addf(&known, "%s%s", i > 0 ? ", " : "", subwords[i]->type);
  rc = xy__fail(err, XY_ERR_UNSUPPORTED, "%s: model: type '%s' is not supported (%s %s)", file, type,
                known.failed ? "" : known.data, SUBWORDS > 1 ? "are" : "is");
  xy__text_dispose(&known);
  return rc;
}

int xy__subword_read(const xy__subword **kind, void **model, xy__vocabulary *vocabulary, xy__scan *scan) {
  xy__subword_members members = {0};
  int rc = read_members(&members, scan);
  if (rc == XY_OK) rc = find_subword(kind, members.small, scan->name, scan->err);
  if (rc == XY_OK) rc = (*kind)->read(model, vocabulary, &members, scan->err);
  json_decref(members.small);
  return rc;
}
