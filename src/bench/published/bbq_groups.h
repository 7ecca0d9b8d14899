/* Who of the people in a BBQ question is stereotyped, and what the group is called. */
#ifndef XY_BENCH_BBQ_GROUPS_H
#define XY_BENCH_BBQ_GROUPS_H

#include <jansson.h>

#include "base/text.h"

/* What a row says of its groups; borrowed from it. */
typedef struct xy__bbq_groups {
  const char *category, *index; /* category, question_index */
  const json_t *names;          /* stereotyped_groups */
} xy__bbq_groups;

/* Adds the tags of a name: the whole, and what stands before and after '-' or '_' where it is intersectional. */
void xy__bbq_tags_add(xy__text *tags, const char *name);

/* The stereotyped group that a person with these tags is of; NULL: none. */
const char *xy__bbq_group_of(const xy__bbq_groups *groups, const xy__text *tags);

/* The label of whom the row is about: `group` is what xy__bbq_group_of found, `tag` the person's own; NULL and "" where
 * it found nobody. */
void xy__bbq_label(xy__text *out, const xy__bbq_groups *groups, const char *group, const char *tag);

#endif
