/* Token sequences with the shape of a bias benchmark made from templates (WinoQueer's: about 45,540 pairs): identities
 * of two sides, statements, names, and templates that join them. Words are made-up token ids, so that no tokenizer is
 * needed; how many tokens a word has, and how much sentences share, follows English text under GPT-NeoX's tokenizer.
 */
#ifndef XY_BENCH_SENTENCES_H
#define XY_BENCH_SENTENCES_H

#include <stdlib.h>

#include "base/memory.h"
#include "engine/engine.h"

typedef struct sentences {
  xy__sequence *items;
  size_t n, capacity;
  xy__arena arena;
  int32_t ids[64]; /* of the sentence in hand */
  int32_t length;
  uint64_t seed;
  int32_t vocabulary;
} sentences;

static inline uint32_t sentences_draw(sentences *s, uint32_t below) {
  s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(s->seed >> 33) % below;
}

/* Word `number` of a class, as `tokens` ids that depend on nothing else. */
static inline void sentences_word(sentences *s, int class, int number, int tokens) {
  for (int t = 0; t < tokens; t++) {
    uint32_t mixed = (uint32_t)(class * 1000 + number * 8 + t + 1) * 2654435761u;
    s->ids[s->length++] = 10 + (int32_t)(mixed % (uint32_t)(s->vocabulary - 10));
  }
}

enum { LITERAL, PLURAL, SINGULAR, NAME, HEAD, TAIL };

/* Parts of a template: 'X' identity (plural), 'Y' identity, 'N' name, 'P' statement, else a word of its own. */
static inline void sentences_add(sentences *s, const char *template, int today, int identity, int name, int head,
                                 int tail) {
  s->length = 0;
  if (today > 0) sentences_word(s, LITERAL, 900 + today, 1);
  for (const char *part = template; *part != 0; part++) {
    switch (*part) {
      case 'X': sentences_word(s, PLURAL, identity, 2 + identity % 3); break;
      case 'Y': sentences_word(s, SINGULAR, identity, 1 + identity % 3); break;
      case 'N': sentences_word(s, NAME, name, 1); break;
      case 'P':
        sentences_word(s, HEAD, head, 1 + head % 2);
        sentences_word(s, TAIL, tail, tail == 0 ? 0 : 3 + tail % 3);
        break;
      default: sentences_word(s, LITERAL, *part, 1); break;
    }
  }
  if (!xy__grow(&s->items, &s->capacity, s->n, sizeof *s->items)) abort();
  int32_t *ids = xy__arena_alloc(&s->arena, (size_t)s->length * sizeof *ids);
  if (ids == NULL) abort();
  for (int32_t t = 0; t < s->length; t++) ids[t] = s->ids[t];
  s->items[s->n++] = (xy__sequence){.ids = ids, .n = s->length, .first = 1};
}

/* `pairs` pairs, a sentence of either side each. Deterministic. */
static inline void sentences_make(sentences *s, size_t pairs, int32_t vocabulary) {
  static const char *const templates[] = {"XaP.",    "bXaP.",  "cXaP.",       "dexXfgaP.", "hijXaP.", "klYmnP.",
                                          "NopNoY.", "NoYqP.", "rsNoYtuNoP.", "dvNwoYqP.", "XaPqdyz."};
  enum { statements = 171, groups = 9, names = 8, heads = 20, tails = 11 };
  *s = (sentences){.seed = 20241106, .vocabulary = vocabulary};
  for (int today = 0; s->n < 2 * pairs; today++) {
    for (int k = 0; k < 11 && s->n < 2 * pairs; k++) {
      bool named = false;
      for (const char *part = templates[k]; *part != 0; part++) named |= *part == 'N';
      for (int st = 0; st < statements; st++) {
        int head = st % heads;
        int tail = st / heads;
        int first = st * 5 % groups;
        int used = 1 + (st % 11 > 4) + (st % 11 > 7) + (st % 11 > 9); /* groups of this statement: mostly one or two */
        for (int g = 0; g < used; g++) {
          int group = (first + 2 * g) % groups;
          for (int other = 0; other < (group < 2 ? 4 : 2); other++) {
            for (int name = 0; name < (named ? names : 1) && s->n < 2 * pairs; name++) {
              sentences_add(s, templates[k], today, 10 + group, name, head, tail);
              sentences_add(s, templates[k], today, 30 + other, name, head, tail);
            }
          }
        }
      }
    }
  }
}

static inline void sentences_dispose(sentences *s) {
  free(s->items);
  xy__arena_dispose(&s->arena);
}

#endif
