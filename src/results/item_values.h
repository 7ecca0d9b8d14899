/* What is said of each item beside the long table: the members `distributions` and `items` of results.json name a value
 * of every item, and here is how the page and the figures speak of it.
 */
#ifndef XY_RESULTS_ITEM_VALUES_H
#define XY_RESULTS_ITEM_VALUES_H

#include <stddef.h>

typedef struct xy__item_value {
  const char *measure;          /* in results.json */
  const char *name;             /* "margin" */
  const char *first, *second;   /* the two texts of an item */
  const char *highest, *lowest; /* what items at the ends show */
  const char *title, *scale;    /* of its distribution on the page: what is said before the medians, and what they are;
                                   NULL: it is not drawn */
  const char *file, *subject;   /* of the figure of its distribution: how its name begins, and what spreads */
} xy__item_value;

extern const xy__item_value xy__item_values[];
extern const size_t xy__item_values_n;

/* That of gaps for a name that the table does not have. */
const xy__item_value *xy__item_value_of(const char *measure);

#endif
