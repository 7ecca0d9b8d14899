/* SHA-256 (OpenSSL), streaming, in hex. */
#ifndef XY_BASE_DIGEST_H
#define XY_BASE_DIGEST_H

#include <stddef.h>

#define XY__DIGEST_HEX 65 /* 64 digits and a final 0 */
#define XY__DIGEST_BASE64 45

typedef struct xy__digest xy__digest;
xy__digest *xy__digest_new(void); /* NULL when out of memory */
void xy__digest_add(xy__digest *digest, const void *data, size_t bytes);
/* Writes the hex digest and frees `digest`. */
void xy__digest_end(char hex[XY__DIGEST_HEX], xy__digest *digest);

/* Of bytes in memory. */
void xy__digest_of(char hex[XY__DIGEST_HEX], const void *data, size_t bytes);
/* In base64, as a Content-Security-Policy names a script or style. */
void xy__digest_base64(char out[XY__DIGEST_BASE64], const void *data, size_t bytes);
void xy__digest_raw(unsigned char out[32], const void *data, size_t bytes);

#endif
