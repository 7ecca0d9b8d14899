/* See digest.h. */
#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

struct xy__digest {
  EVP_MD_CTX *context;
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
  if (digest == NULL) return NULL;
  digest->context = EVP_MD_CTX_new();
  if (digest->context == NULL || EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1) {
    EVP_MD_CTX_free(digest->context);
    free(digest);
    return NULL;
  }
  return digest;
}

void xy__digest_add(xy__digest *digest, const void *data, size_t bytes) {
  if (bytes > 0) EVP_DigestUpdate(digest->context, data, bytes);
}

void xy__digest_end(char hex[XY__DIGEST_HEX], xy__digest *digest) {
  unsigned char raw[32] = {0};
  EVP_DigestFinal_ex(digest->context, raw, NULL);
  EVP_MD_CTX_free(digest->context);
  free(digest);
  to_hex(hex, raw);
}

void xy__digest_raw(unsigned char out[32], const void *data, size_t bytes) { SHA256(data, bytes, out); }

void xy__digest_of(char hex[XY__DIGEST_HEX], const void *data, size_t bytes) {
  unsigned char raw[32];
  xy__digest_raw(raw, bytes > 0 ? data : "", bytes);
  to_hex(hex, raw);
}

void xy__digest_base64(char out[XY__DIGEST_BASE64], const void *data, size_t bytes) {
  unsigned char raw[32];
  xy__digest_raw(raw, data, bytes);
  EVP_EncodeBlock((unsigned char *)out, raw, sizeof raw);
}
