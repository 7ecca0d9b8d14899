/* Narrows a benchmark to some identities, themes and clusters (bench.h). Whole clusters stay or go, since they are what
 * intervals are made from; with a limit the themes take turns, each giving its next cluster in order of appearance.
 */
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"
#include "bench/builder.h"

/* keep[i]: label i was asked for. */
static int choose_labels(bool *keep, const xy__labels *labels, const char *const *wanted, size_t n, const char *what,
                         const xy_bench *bench, xy_error *err) {
  int rc = XY_OK;
  for (size_t i = 0; i < labels->n; i++) keep[i] = n == 0;
  const char **known = xy__array(labels->n + 1, sizeof *known);
  if (known == NULL) return xy__fail_memory(err, bench->name);
  for (size_t i = 0; i < labels->n; i++) known[i] = labels->names[i];
  for (size_t w = 0; w < n; w++) {
    size_t i = 0;
    while (i < labels->n && strcmp(labels->names[i], wanted[w]) != 0) i++;
    if (i < labels->n) {
      keep[i] = true;
      continue;
    }
    xy__text list = {0};
    for (size_t k = 0; k < labels->n; k++) xy__text_addf(&list, "%s%s", k > 0 ? ", " : "", labels->names[k]);
    const char *near = xy__nearest(wanted[w], known);
    rc =
        xy__fail_more(err, XY_ERR_ARGUMENT,
                      near != NULL ? "%s: no %s '%s' (did you mean '%s'?); it has %s" : "%s: no %s '%s'%.0s; it has %s",
                      bench->name, what, wanted[w], near != NULL ? near : "", list.failed ? "" : list.data);
    xy__text_dispose(&list);
  }
  free(known);
  return rc;
}

typedef struct selection {
  bool *identities, *themes, *clusters; /* kept labels */
  int *theme_of;                        /* of each cluster: its first item's; -1 when no item is left */
} selection;

static bool is_kept(const selection *s, const xy__item *item) {
  return s->identities[item->identity] && s->themes[item->theme];
}

/* Marks at most `limit` clusters: round r takes the r-th cluster of every theme, in the themes' order. */
static bool choose_clusters(selection *s, const xy_bench *bench, size_t limit) {
  size_t n = bench->clusters.n;
  size_t *next = xy__array(bench->themes.n, sizeof *next); /* where each theme's search goes on */
  if (next == NULL) return false;
  size_t left = limit > 0 ? limit : n;
  for (bool more = true; more && left > 0;) {
    more = false;
    for (size_t t = 0; t < bench->themes.n && left > 0; t++) {
      size_t c = next[t];
      while (c < n && s->theme_of[c] != (int)t) c++;
      next[t] = c < n ? c + 1 : n;
      if (c == n) continue;
      s->clusters[c] = more = true;
      left--;
    }
  }
  free(next);
  return true;
}

static int relabel(xy__builder *b, xy__label_kind kind, const xy__labels *labels, int i) {
  return i < 0 ? -1 : xy__builder_label(b, kind, labels->names[i], strlen(labels->names[i]));
}

static void copy_item(xy__builder *b, const xy_bench *bench, const xy__item *item) {
  xy__item *copy = xy__builder_item(b, item->n_options);
  if (copy == NULL) return;
  copy->id = xy__builder_string(b, item->id);
  if (item->prompt != NULL) copy->prompt = xy__builder_string(b, item->prompt);
  copy->identity = relabel(b, XY__IDENTITIES, &bench->identities, item->identity);
  copy->counterpart = relabel(b, XY__COUNTERPARTS, &bench->counterparts, item->counterpart);
  copy->theme = relabel(b, XY__THEMES, &bench->themes, item->theme);
  copy->cluster = b->controls ? relabel(b, XY__CONTROL_CLUSTERS, &bench->control_clusters, item->cluster)
                              : relabel(b, XY__CLUSTERS, &bench->clusters, item->cluster);
  copy->template = item->template;
  copy->condition = relabel(b, XY__CONDITIONS, &bench->conditions, item->condition);
  copy->polarity = relabel(b, XY__POLARITIES, &bench->polarities, item->polarity);
  copy->group = relabel(b, XY__GROUPS, &bench->groups, item->group);
  copy->answer = item->answer;
  copy->place = item->place;
  for (size_t i = 0; i < item->n_options; i++) {
    copy->options[i] = item->options[i];
    copy->options[i].text = xy__builder_string(b, item->options[i].text);
    copy->options[i].label = relabel(b, XY__OPTION_LABELS, &bench->option_labels, item->options[i].label);
  }
}

/* Of the controls the same identities stay, and as many statements as of the themes; they have no theme. */
static void copy_controls(xy__builder *b, const xy_bench *bench, const selection *s, size_t limit) {
  xy__builder_controls(b);
  for (size_t i = bench->n; i < xy__bench_asked(bench) && !b->failed; i++) {
    const xy__item *item = &bench->items[i];
    if (s->identities[item->identity] && (limit == 0 || (size_t)item->cluster < limit)) copy_item(b, bench, item);
  }
}

/* As the whole benchmark has it. */
static const char *axis_of(const void *user, const char *identity) {
  const xy_bench *bench = user;
  size_t i = 0;
  while (strcmp(bench->identities.names[i], identity) != 0) i++;
  return xy__bench_axis(bench, i);
}

static int copy_kept(xy_bench **out, const xy_bench *bench, const selection *s, size_t limit, xy_error *err) {
  xy__builder b;
  xy__builder_begin(&b);
  for (size_t i = 0; i < bench->n && !b.failed; i++) {
    const xy__item *item = &bench->items[i];
    if (is_kept(s, item) && s->clusters[item->cluster]) copy_item(&b, bench, item);
  }
  copy_controls(&b, bench, s, limit);
  if (!b.failed) {
    xy_bench *copy = b.bench;
    copy->name = xy__builder_string(&b, bench->name);
    copy->language = xy__builder_string(&b, bench->language);
    copy->axis = xy__builder_string(&b, bench->axis);
    xy__builder_axes(&b, axis_of, bench);
    copy->summary = xy__builder_string(&b, bench->summary);
    copy->harm = xy__builder_string(&b, bench->harm);
    copy->source = xy__builder_string(&b, bench->source);
    copy->task = xy__builder_string(&b, bench->task);
    for (size_t i = 0; i < bench->notes.n; i++) relabel(&b, XY__NOTES, &bench->notes, (int)i);
    copy->templates = bench->templates;
    copy->rows = bench->rows;
    copy->left_out = bench->left_out;
    copy->noticed = bench->noticed;
    copy->untouched = bench->untouched;
    memcpy(copy->digest, bench->digest, sizeof copy->digest);
    if (copy->n == 0) {
      xy__builder_dispose(&b);
      return xy__fail(err, XY_ERR_ARGUMENT, "%s: no item is about these identities and themes together", bench->name);
    }
  }
  return xy__builder_end(out, &b, err);
}

int xy__bench_narrow(xy_bench **out, const xy_bench *bench, const xy__bench_filter *filter, xy_error *err) {
  selection s = {
      .identities = xy__array(bench->identities.n, sizeof(bool)),
      .themes = xy__array(bench->themes.n, sizeof(bool)),
      .clusters = xy__array(bench->clusters.n, sizeof(bool)),
      .theme_of = xy__array(bench->clusters.n, sizeof(int)),
  };
  int rc = XY_OK;
  if (s.identities == NULL || s.themes == NULL || s.clusters == NULL || s.theme_of == NULL) {
    rc = xy__fail_memory(err, bench->name);
    goto out;
  }
  rc =
      choose_labels(s.identities, &bench->identities, filter->identities, filter->n_identities, "identity", bench, err);
  int other = choose_labels(s.themes, &bench->themes, filter->themes, filter->n_themes, "theme", bench, err);
  if (rc == XY_OK) rc = other;
  if (rc != XY_OK) goto out;
  for (size_t c = 0; c < bench->clusters.n; c++) s.theme_of[c] = -1;
  for (size_t i = 0; i < bench->n; i++) {
    const xy__item *item = &bench->items[i];
    if (is_kept(&s, item) && s.theme_of[item->cluster] < 0) s.theme_of[item->cluster] = item->theme;
  }
  rc = choose_clusters(&s, bench, filter->limit) ? copy_kept(out, bench, &s, filter->limit, err)
                                                 : xy__fail_memory(err, bench->name);
out:
  free(s.identities);
  free(s.themes);
  free(s.clusters);
  free(s.theme_of);
  return rc;
}
