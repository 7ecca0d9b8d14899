/* Unicode as Hugging Face tokenizers sees it, where that differs from the libraries this program uses.
 *
 * tokenizers is built on crates of different ages: its regex engine (Oniguruma) knows Unicode 16, its normalizer
 * Unicode 9, its lower-casing Unicode 17; PCRE2 and utf8proc of Debian 12 know 14 and 15. The tables that bridge the
 * difference are made by tools/make_unicode_tables.py from the package itself.
 */
#ifndef XY_TOKENIZER_UNICODE_H
#define XY_TOKENIZER_UNICODE_H

#include "base/text.h"

/* Rust's char::is_whitespace: Python's set without U+001C to U+001F. */
bool xy__white_space(int32_t code_point);

/* \w of Rust's regex crate: letters, marks, decimal digits, connectors, joiners and other alphabetic symbols. */
bool xy__word_character(int32_t code_point);

/* Appends to a PCRE2 character class, as ranges, the code points that Oniguruma counts to general category `name`
 * ("L", "Nd") and PCRE2 may not know yet; with "Han" those of that script. */
void xy__add_newer_members(xy__text *out, const char *name, size_t n);

/* Younger than the normalizer of Hugging Face: passes through every normalization form unchanged. */
bool xy__normalization_inert(int32_t code_point);

/* Appends the lower case of text[0..n). */
void xy__lower_case(xy__text *out, const char *text, size_t n);

/* Appends one code point as UTF-8. */
void xy__text_add_code_point(xy__text *out, int32_t code_point);

#endif
