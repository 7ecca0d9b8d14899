/* See vocabulary.h. */
#include "tokenizer/vocabulary.h"

#include <stdlib.h>
#include <string.h>

enum { usual_entry = 24 }; /* bytes that a token takes in the file; the table starts with as much room */

static int add_token(xy__vocabulary *v, const xy__scan *scan, const char *text, size_t bytes, int64_t id) {
  if (id < 0 || id >= XY__MAX_ID) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.vocab: token '%s': expected an id from 0 to %d, found %lld",
                    scan->name, text, XY__MAX_ID - 1, (long long)id);
  }
  size_t before = v->ids.used;
  if (!xy__map_put(&v->ids, text, bytes, id)) return xy__fail_memory(scan->err, scan->name);
  if (v->ids.used == before) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.vocab: token '%s' is there twice", scan->name, text);
  }
  if ((size_t)id >= v->capacity) {
    size_t wanted = (size_t)id * 2 + 1024;
    xy__token_text *grown = realloc(v->texts, wanted * sizeof *grown);
    if (grown == NULL) return xy__fail_memory(scan->err, scan->name);
    memset(grown + v->capacity, 0, (wanted - v->capacity) * sizeof *grown);
    v->texts = grown;
    v->capacity = wanted;
  }
  if (v->texts[id].text != NULL) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.vocab: id %lld is given to '%s' and to '%s'", scan->name,
                    (long long)id, v->texts[id].text, text);
  }
  v->texts[id] = (xy__token_text){text, bytes};
  if (id >= v->size) v->size = (int32_t)id + 1;
  v->count++;
  return XY_OK;
}

int xy__vocabulary_read(xy__vocabulary *v, xy__scan *scan) {
  bool more = true;
  if (!xy__map_reserve(&v->ids, (size_t)(scan->end - scan->at) / usual_entry)) {
    return xy__fail_memory(scan->err, scan->name);
  }
  int rc = xy__scan_open(scan, '{');
  for (bool first = true; rc == XY_OK; first = false) {
    char *text;
    size_t bytes;
    int64_t id;
    if ((rc = xy__scan_more(&more, scan, first, '}')) != XY_OK || !more) break;
    if ((rc = xy__scan_key(&text, &bytes, scan)) != XY_OK) break;
    if ((rc = xy__scan_integer(&id, scan)) != XY_OK) break;
    rc = add_token(v, scan, text, bytes, id);
  }
  if (rc != XY_OK) return rc;
  if (v->count == 0) return xy__fail(scan->err, XY_ERR_FORMAT, "%s: model.vocab is empty", scan->name);
  return XY_OK;
}

void xy__vocabulary_dispose(xy__vocabulary *vocabulary) {
  xy__map_dispose(&vocabulary->ids);
  free(vocabulary->texts);
  *vocabulary = (xy__vocabulary){0};
}
