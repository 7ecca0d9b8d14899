/* A turn of a conversation: who speaks, and what. Benchmarks hold conversations, prompt formats lay them out. */
#ifndef XY_BASE_TURN_H
#define XY_BASE_TURN_H

typedef enum xy__role { XY__SYSTEM, XY__USER, XY__ASSISTANT } xy__role;

typedef struct xy__turn {
  xy__role role;
  const char *text; /* borrowed */
} xy__turn;

/* "system", "user", "assistant". */
static inline const char *xy__role_name(xy__role role) {
  static const char *const names[] = {"system", "user", "assistant"};
  return names[role];
}

#endif
