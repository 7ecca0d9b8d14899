/* Two runs joined by benchmark and item: what they do not share is counted, never silently dropped. */
#include "compare/join.h"

#include <stdlib.h>
#include <string.h>

static bool labels_make(xy__item_labels *l, size_t items) {
  *l = (xy__item_labels){.of = xy__array(items, sizeof *l->of), .names = xy__array(items, sizeof *l->names)};
  return l->of != NULL && l->names != NULL;
}

/* False: out of memory. */
static bool labels_set(xy__item_labels *l, size_t i, const char *label) {
  int64_t number;
  if (!xy__map_get(&l->map, label, strlen(label), &number)) {
    number = (int64_t)l->n;
    if (!xy__map_put(&l->map, label, strlen(label), number)) return false;
    l->names[l->n++] = label;
  }
  l->of[i] = (int)number;
  return true;
}

/* The same where an item may have none; "all" is none either, since it would repeat the whole. */
static bool labels_set_some(xy__item_labels *l, size_t i, const char *label) {
  if (*label != '\0' && strcmp(label, "all") != 0) return labels_set(l, i, label);
  l->of[i] = -1;
  return true;
}

static void labels_dispose(xy__item_labels *l) {
  free(l->of);
  free(l->names);
  xy__map_dispose(&l->map);
}

void xy__joined_dispose(xy__joined *joined) {
  free(joined->first);
  free(joined->second);
  labels_dispose(&joined->clusters);
  labels_dispose(&joined->identities);
  labels_dispose(&joined->themes);
  labels_dispose(&joined->conditions);
}

/* False: out of memory. */
static bool make_room(xy__joined *out, size_t most) {
  *out = (xy__joined){.first = xy__array(most, sizeof *out->first), .second = xy__array(most, sizeof *out->second)};
  bool room = labels_make(&out->clusters, most);
  room = labels_make(&out->identities, most) && room;
  room = labels_make(&out->themes, most) && room;
  room = labels_make(&out->conditions, most) && room;
  return room && out->first != NULL && out->second != NULL;
}

static bool add(xy__joined *out, const xy__sample *first, const xy__sample *second) {
  size_t i = out->n++;
  out->first[i] = first;
  out->second[i] = second;
  return labels_set(&out->clusters, i, first->cluster) && labels_set_some(&out->identities, i, first->identity) &&
         labels_set_some(&out->themes, i, first->theme) && labels_set_some(&out->conditions, i, first->condition);
}

static bool is_at(const xy__sampled_run *run, const xy__sample *sample, int bench, const char *stage) {
  return sample->bench == bench && strcmp(run->results->stages[sample->stage].name, stage) == 0;
}

int xy__join(xy__joined *out, xy_compared_bench *counts, const xy__sampled_run runs[2], int bench,
             const char *const stages[2], xy_error *err) {
  const xy__sampled_run *a = &runs[0], *b = &runs[1];
  if (!make_room(out, a->n > 0 ? a->n : 1)) return xy__fail_memory(err, counts->name);
  xy_compared_bench found = {
      .name = counts->name, .first_digest = counts->first_digest, .second_digest = counts->second_digest};
  size_t matched = 0;
  for (size_t i = 0; i < a->n; i++) {
    const xy__sample *one = &a->samples[i];
    if (!is_at(a, one, bench, stages[0])) continue;
    const xy__sample *other = xy__run_sample(b, counts->name, one->item, stages[1]);
    if (other == NULL) {
      found.only_first++;
      continue;
    }
    matched++;
    if (memcmp(one->texts, other->texts, sizeof one->texts) != 0) {
      found.changed++;
    } else if (!add(out, one, other)) {
      return xy__fail_memory(err, counts->name);
    }
  }
  int place = xy__run_place(xy__run_benchmarks(b), counts->name);
  for (size_t i = 0; i < b->n; i++) found.only_second += is_at(b, &b->samples[i], place, stages[1]);
  found.only_second -= matched;
  found.shared = out->n;
  bool unset = counts->shared + counts->only_first + counts->only_second + counts->changed == 0;
  if (unset || found.shared < counts->shared) *counts = found; /* stages may hold different items */
  return XY_OK;
}
