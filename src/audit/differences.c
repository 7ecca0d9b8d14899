/* See differences.h. */
#include "audit/differences.h"

#include <string.h>

#include "base/json.h"

enum { MOST_TOLD = 6, MOST_SHOWN = 40 };

typedef struct telling {
  xy__text *out;
  size_t n;
} telling;

/* A value as its reader knows it: texts without quotes, digests and lists cut. */
static void add_value(xy__text *out, const json_t *value) {
  xy__text whole = {0};
  if (json_is_string(value)) {
    xy__text_add(&whole, json_string_value(value));
  } else if (value == NULL || json_is_null(value)) {
    xy__text_add(&whole, "none");
  } else {
    xy__json_add(&whole, value);
  }
  bool digest = whole.size == 64 && strspn(whole.data, "0123456789abcdef") == 64;
  size_t shown = digest ? 12 : whole.size < MOST_SHOWN ? whole.size : MOST_SHOWN;
  if (whole.data != NULL) {
    while (shown < whole.size && shown > 0 && ((unsigned char)whole.data[shown] & 0xC0) == 0x80) shown--;
    xy__text_add_bytes(out, whole.data, shown);
  }
  if (shown < whole.size) xy__text_add(out, "...");
  out->failed |= whole.failed;
  xy__text_dispose(&whole);
}

/* Counts a difference; whether there is still room to tell it. */
static bool tell(telling *t) {
  if (t->n++ >= MOST_TOLD) return false;
  if (t->n > 1) xy__text_add(t->out, "; ");
  return true;
}

static void tell_values(telling *t, const char *where, const char *key, const json_t *held, const json_t *own) {
  if (!tell(t)) return;
  xy__text_addf(t->out, "%s%s%s ", where, *where != '\0' ? " " : "", key);
  add_value(t->out, held);
  xy__text_add(t->out, " there, ");
  add_value(t->out, own);
  xy__text_add(t->out, " here");
}

/* A whole number and a real of the same value are one: files do not tell them apart. */
static bool same(const json_t *a, const json_t *b) {
  if (json_is_number(a) && json_is_number(b)) return json_number_value(a) == json_number_value(b);
  bool none = (a == NULL || json_is_null(a)) && (b == NULL || json_is_null(b));
  return none || json_equal(a, b);
}

/* Members of `own`, and those of the objects in it. */
static void compare_members(telling *t, const char *where, const json_t *held, const json_t *own) {
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)own, key, value) {
    const json_t *other = json_object_get(held, key);
    if (json_is_object(value)) {
      compare_members(t, where, other, value);
    } else if (!same(other, value)) {
      tell_values(t, where, key, other, value);
    }
  }
}

static const json_t *named(const json_t *list, const char *name) {
  size_t i;
  const json_t *one;
  json_array_foreach((json_t *)(uintptr_t)list, i, one) {
    if (strcmp(xy__json_text(one, "name"), name) == 0) return one;
  }
  return NULL;
}

/* A part that a run over groups made of a benchmark, "FILE/FIELD=LABEL", has no say. */
static bool is_part(const json_t *list, const char *name) {
  size_t i;
  const json_t *one;
  json_array_foreach((json_t *)(uintptr_t)list, i, one) {
    const char *whole = xy__json_text(one, "name");
    size_t n = strlen(whole);
    if (n > 0 && strncmp(name, whole, n) == 0 && name[n] == '/') return true;
  }
  return false;
}

/* What is not settled before an audit has asked its scorers stays out. */
static void compare_one(telling *t, const char *where, const json_t *held, const json_t *own) {
  json_t *settled = json_copy((json_t *)(uintptr_t)own);
  json_object_del(settled, "split_items");
  json_object_del(settled, "notes");
  compare_members(t, where, held, settled);
  json_decref(settled);
}

static void compare_lists(telling *t, const char *what, const json_t *held, const json_t *own) {
  size_t i;
  const json_t *one;
  json_array_foreach((json_t *)(uintptr_t)own, i, one) {
    const char *name = xy__json_text(one, "name");
    const json_t *other = named(held, name);
    char where[256];
    snprintf(where, sizeof where, "%s %.200s:", what, name);
    if (other != NULL) {
      compare_one(t, where, other, one);
    } else if (tell(t)) {
      xy__text_addf(t->out, "%s %s is here alone", what, name);
    }
  }
  json_array_foreach((json_t *)(uintptr_t)held, i, one) {
    const char *name = xy__json_text(one, "name");
    if (named(own, name) == NULL && !is_part(own, name) && tell(t)) {
      xy__text_addf(t->out, "%s %s is there alone", what, name);
    }
  }
}

int xy__facts_differ(xy__text *out, const json_t *held, const json_t *own, xy_error *err) {
  telling t = {.out = out};
  const char *version = "xylem";
  if (!same(json_object_get(held, version), json_object_get(own, version))) {
    tell_values(&t, "", version, json_object_get(held, version), json_object_get(own, version));
  }
  compare_lists(&t, "stage", json_object_get(held, "stages"), json_object_get(own, "stages"));
  compare_lists(&t, "benchmark", json_object_get(held, "benchmarks"), json_object_get(own, "benchmarks"));
  compare_members(&t, "family:", json_object_get(held, "family"), json_object_get(own, "family"));
  compare_members(&t, "setting", json_object_get(held, "settings"), json_object_get(own, "settings"));
  if (t.n > MOST_TOLD) xy__text_addf(out, "; and %zu more differences", t.n - MOST_TOLD);
  return out->failed ? xy__fail_memory(err, "facts") : XY_OK;
}
