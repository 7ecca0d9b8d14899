/* Fuzz entry: a tokenizer.json, a NUL byte, and a text to encode with it. Whatever comes, the library answers with ids
 * or an error. `make fuzz` runs it under libFuzzer, tests/tokenizer/test_fuzz.c on changed small tokenizers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tokenizer/tokenizer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
  size_t json = nul != NULL ? (size_t)(nul - data) : size;
  xy_tokenizer *tokenizer = NULL;
  xy_error err = {0};
  if (xy__tokenizer_parse(&tokenizer, (const char *)data, json, "fuzz", &err) != XY_OK) return 0;
  int32_t *ids = NULL;
  size_t n = 0;
  const char *text = nul != NULL ? (const char *)nul + 1 : "the answer";
  size_t bytes = nul != NULL ? size - json - 1 : strlen(text);
  if (xy_tokenizer_encode(&ids, &n, tokenizer, text, bytes, true, &err) == XY_OK) {
    for (size_t i = 0; i < n; i++) {
      if (ids[i] < 0 || ids[i] >= xy__tokenizer_size(tokenizer)) abort(); /* no id that the model could not look up */
    }
    xy_free(ids);
  }
  xy_tokenizer_free(tokenizer);
  return 0;
}
