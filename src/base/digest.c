/* See digest.h. */
#include "base/digest.h"

/* The functions without a context of OpenSSL's own: the newer interface (EVP) starts the whole library for the first
 * digest, in 7,000 allocations, and ends with a signal where one of them fails. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

struct xy__digest {
  SHA256_CTX context;
};

static void to_hex(char hex[XY__DIGEST_HEX], const unsigned char raw[32]) {
  static const char digits[] = "0123456789abcdef";
  for (int i = 0; i < 32; i++) {
    hex[2 * i] = digits[raw[i] >> 4];
    hex[2 * i + 1] = digits[raw[i] & 15];
  }
  hex[64] = '\0';
}

xy__digest *xy__digest_new(void) {
  xy__digest *digest = calloc(1, sizeof *digest);
  if (digest != NULL) SHA256_Init(&digest->context);
  return digest;
}

void xy__digest_add(xy__digest *digest, const void *data, size_t bytes) {
  if (bytes > 0) SHA256_Update(&digest->context, data, bytes);
}

void xy__digest_end(char hex[XY__DIGEST_HEX], xy__digest *digest) {
  unsigned char raw[32] = {0};
  SHA256_Final(raw, &digest->context);
  free(digest);
  to_hex(hex, raw);
}

void xy__digest_raw(unsigned char out[32], const void *data, size_t bytes) {
  SHA256_CTX context;
  SHA256_Init(&context);
  if (bytes > 0) SHA256_Update(&context, data, bytes);
  SHA256_Final(out, &context);
}

void xy__digest_of(char hex[XY__DIGEST_HEX], const void *data, size_t bytes) {
  unsigned char raw[32];
  xy__digest_raw(raw, data, bytes);
  to_hex(hex, raw);
}

void xy__digest_base64(char out[XY__DIGEST_BASE64], const void *data, size_t bytes) {
  unsigned char raw[32];
  xy__digest_raw(raw, data, bytes);
  EVP_EncodeBlock((unsigned char *)out, raw, sizeof raw);
}
