/* Added tokens: words that are found in the text before anything else happens to it. Follows AddedVocabulary of
 * huggingface/tokenizers: tokens that are not `normalized` are looked for in the text as given, the others in each
 * normalized rest; of tokens that start at one place the longest wins.
 */
#ifndef XY_TOKENIZER_ADDED_H
#define XY_TOKENIZER_ADDED_H

#include "tokenizer/normalize.h"
#include "tokenizer/pretokenize.h"
#include "tokenizer/vocabulary.h"

typedef struct xy__added_token {
  char *content;
  size_t bytes;
  char *written; /* what decoding makes of it, where that is not its content: the normalized one; else NULL */
  int32_t id;
  bool single_word, lstrip, rstrip, normalized, special;
} xy__added_token;

/* A trie of byte strings; node 0 is the root, whose children stand in a table: most bytes of a text start no token. */
typedef struct xy__trie {
  int32_t first[256];
  struct xy__trie_node *nodes;
  size_t n, capacity;
} xy__trie;

typedef struct xy__added {
  xy__added_token *tokens; /* [n], in the file's order */
  size_t n, capacity;
  xy__map ids;             /* content -> id */
  int32_t largest;         /* id */
  xy__added_token **by_id; /* [largest + 1], NULL where the id is another token's; NULL itself where n is 0 */
  xy__trie raw, normalized;
} xy__added;

/* The added token of an id; NULL: it is none. */
static inline const xy__added_token *xy__added_at(const xy__added *added, int32_t id) {
  return added->by_id != NULL && id >= 0 && id <= added->largest ? added->by_id[id] : NULL;
}

/* From the "added_tokens" member (may be null). Ids must be those that Hugging Face gives. xy__added_dispose takes
 * half-read ones. */
int xy__added_read(xy__added *out, const json_t *json, const xy__vocabulary *vocabulary,
                   const xy__normalizers *normalizers, const char *file, xy_error *err);
void xy__added_dispose(xy__added *added);

/* Adds the pieces of text[piece.start..piece.end) to *out: tokens of `trie`, and the text between them. */
int xy__added_split(xy__pieces *out, const xy__added *added, const xy__trie *trie, const char *text, xy__piece piece,
                    xy_error *err);

/* The id of a token by its text; -1 when it is neither added nor in the vocabulary. */
int64_t xy__added_id(const xy__added *added, const xy__vocabulary *vocabulary, const char *text, size_t bytes);

#endif
