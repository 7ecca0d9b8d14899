/* See decode.h. Follows huggingface/tokenizers, src/decoders: what goes from one decoder to the next is a row of texts,
 * at first those of the tokens, and in the end they are joined. Each decoder writes a new row behind another one's, so
 * that a token costs no allocation.
 */
#include "tokenizer/decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tokenizer/component.h"

/* Texts, one behind the other: text i ends at ends[i]. Out of memory is remembered in `joined`. */
typedef struct {
  xy__text joined;
  size_t *ends;
  size_t n, capacity;
} token_row;

/* Memory of one decoding. */
typedef struct {
  xy__matcher matcher;
  xy__text spare[2];
} decode_work;

typedef struct xy__decoder {
  const struct decoder_kind *kind;
  char *mark;      /* Strip and Metaspace: a character; WordPiece: prefix; BPEDecoder: suffix; CTC: padding */
  char *delimiter; /* of words, CTC */
  int64_t start, stop;
  xy__prepend prepend;
  bool cleanup;
  xy__normalizers replace; /* one */
} decoder;

typedef struct {
  bool first, last;
} token_place;

typedef struct decoder_kind {
  const char *type;
  int (*read)(decoder *out, const json_t *json, const char *where, xy_error *err); /* NULL: no members matter */
  /* One of the two: makes the new row, or appends what becomes of one of its texts. */
  int (*run)(token_row *to, const decoder *d, const token_row *from, decode_work *w, xy_error *err);
  int (*each)(xy__text *out, const decoder *d, xy__token_text text, token_place place, decode_work *w, xy_error *err);
} decoder_kind;

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* ---- rows ---------------------------------------------------------------------------------------------- */

/* What was appended to row->joined since the last one is a text. */
static void end_text(token_row *r) {
  if (!xy__grow(&r->ends, &r->capacity, r->n, sizeof *r->ends)) {
    r->joined.failed = true;
  } else {
    r->ends[r->n++] = r->joined.size;
  }
}

static void add_text(token_row *r, xy__token_text text) {
  xy__text_add_bytes(&r->joined, text.text, text.bytes);
  end_text(r);
}

static xy__token_text text_at(const token_row *r, size_t i) {
  size_t start = i > 0 ? r->ends[i - 1] : 0;
  return (xy__token_text){r->joined.data + start, r->ends[i] - start};
}

static void row_dispose(token_row *r) {
  xy__text_dispose(&r->joined);
  free(r->ends);
}

static bool starts_with(xy__token_text text, const char *start) {
  size_t n = strlen(start);
  return text.bytes >= n && memcmp(text.text, start, n) == 0;
}

/* Replaces `from` by `to`, which is no longer, in all that stands behind text[start]. */
static void replace_behind(xy__text *text, size_t start, const char *from, const char *to) {
  size_t n = strlen(from);
  size_t kept = start;
  if (text->failed || text->data == NULL) return;
  for (size_t at = start; at < text->size;) {
    const char *found = memmem(text->data + at, text->size - at, from, n);
    size_t before = found != NULL ? (size_t)(found - text->data) - at : text->size - at;
    memmove(text->data + kept, text->data + at, before);
    kept += before;
    at += before;
    if (found == NULL) break;
    memcpy(text->data + kept, to, strlen(to));
    kept += strlen(to);
    at += n;
  }
  text->size = kept;
  text->data[kept] = '\0';
}

static void add_replaced(xy__text *out, xy__token_text text, const char *from, const char *to) {
  size_t start = out->size;
  xy__text_add_bytes(out, text.text, text.bytes);
  replace_behind(out, start, from, to);
}

/* White space that English has not, as the library takes it out of what WordPiece made, one by one, in this order. */
static void clean_up(xy__text *text, size_t start) {
  static const char *const pairs[][2] = {{" .", "."},   {" ?", "?"},     {" !", "!"},    {" ,", ","},
                                         {" ' ", "'"},  {" n't", "n't"}, {" 'm", "'m"},  {" do not", " don't"},
                                         {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) replace_behind(text, start, pairs[i][0], pairs[i][1]);
}

/* ---- bytes --------------------------------------------------------------------------------------------- */

/* How many of text[0..n), which begins with what is no UTF-8, one U+FFFD stands for: the longest beginning of some
 * character, or a byte (Unicode, "maximal subpart"). */
static size_t bad_bytes(const char *text, size_t n) {
  const unsigned char *s = (const unsigned char *)text;
  size_t most = s[0] >= 0xF0 && s[0] <= 0xF4 ? 3 : s[0] >= 0xE0 && s[0] < 0xF0 ? 2 : 1;
  unsigned char least = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
  unsigned char last = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
  size_t used = 1;
  while (used < most && used < n && s[used] >= least && s[used] <= last) {
    used++;
    least = 0x80;
    last = 0xBF;
  }
  return used;
}

/* Appends bytes[0..n) as UTF-8. */
static void add_lossy(xy__text *out, const char *bytes, size_t n) {
  while (n > 0) {
    size_t good = xy__utf8_check(bytes, n);
    xy__text_add_bytes(out, bytes, good);
    if (good == n) break;
    size_t bad = bad_bytes(bytes + good, n - good);
    xy__text_add(out, replacement);
    bytes += good + bad;
    n -= good + bad;
  }
}

/* A token with a character that stands for no byte is taken as it is. */
static int run_byte_level(token_row *to, const decoder *d, const token_row *from, decode_work *w, xy_error *err) {
  (void)d, (void)err;
  xy__text *bytes = &w->spare[0];
  xy__text_clear(bytes);
  for (size_t i = 0; i < from->n; i++) {
    xy__token_text token = text_at(from, i);
    if (!xy__text_add_from_byte_level(bytes, token.text, token.bytes)) {
      xy__text_add_bytes(bytes, token.text, token.bytes);
    }
  }
  add_lossy(&to->joined, bytes->data, bytes->size);
  to->joined.failed = to->joined.failed || bytes->failed;
  end_text(to);
  return XY_OK;
}

static int digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

/* The byte that a token such as <0xE5> stands for; -1 where it stands for none. Rust reads "+5", too. */
static int fallback_byte(xy__token_text token) {
  if (token.bytes != 6 || memcmp(token.text, "<0x", 3) != 0 || token.text[5] != '>') return -1;
  int high = token.text[3] == '+' ? 0 : digit(token.text[3]);
  int low = digit(token.text[4]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* A run of bytes is a text, or as many U+FFFD. */
static void add_run(token_row *to, const xy__text *run) {
  if (run->size == 0) return;
  if (xy__utf8_check(run->data, run->size) == run->size) {
    add_text(to, (xy__token_text){run->data, run->size});
    return;
  }
  for (size_t i = 0; i < run->size; i++) add_text(to, (xy__token_text){replacement, strlen(replacement)});
}

static int run_byte_fallback(token_row *to, const decoder *d, const token_row *from, decode_work *w, xy_error *err) {
  (void)d, (void)err;
  xy__text *run = &w->spare[0];
  xy__text_clear(run);
  for (size_t i = 0; i < from->n; i++) {
    xy__token_text token = text_at(from, i);
    int byte = fallback_byte(token);
    if (byte >= 0) {
      xy__text_add_bytes(run, &(char){(char)byte}, 1);
      continue;
    }
    add_run(to, run);
    xy__text_clear(run);
    add_text(to, token);
  }
  add_run(to, run);
  to->joined.failed = to->joined.failed || run->failed;
  return XY_OK;
}

/* ---- words --------------------------------------------------------------------------------------------- */

static int run_fuse(token_row *to, const decoder *d, const token_row *from, decode_work *w, xy_error *err) {
  (void)d, (void)w, (void)err;
  xy__text_add_bytes(&to->joined, from->joined.data, from->joined.size);
  end_text(to);
  return XY_OK;
}

static int strip_each(xy__text *out, const decoder *d, xy__token_text text, token_place place, decode_work *w,
                      xy_error *err) {
  (void)place, (void)w, (void)err;
  size_t n = strlen(d->mark);
  for (int64_t cut = 0; cut < d->start && starts_with(text, d->mark); cut++) {
    text.text += n;
    text.bytes -= n;
  }
  for (int64_t cut = 0; cut < d->stop && text.bytes >= n; cut++) {
    if (memcmp(text.text + text.bytes - n, d->mark, n) != 0) break;
    text.bytes -= n;
  }
  xy__text_add_bytes(out, text.text, text.bytes);
  return XY_OK;
}

static int replace_each(xy__text *out, const decoder *d, xy__token_text text, token_place place, decode_work *w,
                        xy_error *err) {
  (void)place;
  bool origin = true;
  return xy__normalize(out, &origin, &d->replace, text.text, text.bytes, &w->matcher, w->spare, err);
}

/* Where a mark was put in front of the text, the first token loses all that it has. */
static int metaspace_each(xy__text *out, const decoder *d, xy__token_text text, token_place place, decode_work *w,
                          xy_error *err) {
  (void)w, (void)err;
  add_replaced(out, text, d->mark, place.first && d->prepend != XY__PREPEND_NEVER ? "" : " ");
  return XY_OK;
}

static int word_piece_each(xy__text *out, const decoder *d, xy__token_text text, token_place place, decode_work *w,
                           xy_error *err) {
  (void)w, (void)err;
  size_t start = out->size;
  bool goes_on = !place.first && starts_with(text, d->mark);
  size_t cut = goes_on ? strlen(d->mark) : 0;
  if (!place.first && !goes_on) xy__text_add(out, " ");
  xy__text_add_bytes(out, text.text + cut, text.bytes - cut);
  if (d->cleanup) clean_up(out, start);
  return XY_OK;
}

static int bpe_each(xy__text *out, const decoder *d, xy__token_text text, token_place place, decode_work *w,
                    xy_error *err) {
  (void)w, (void)err;
  add_replaced(out, text, d->mark, place.last ? "" : " ");
  return XY_OK;
}

/* A token that is the one before it counts once. */
static int run_ctc(token_row *to, const decoder *d, const token_row *from, decode_work *w, xy_error *err) {
  (void)w, (void)err;
  for (size_t i = 0; i < from->n; i++) {
    xy__token_text text = text_at(from, i);
    xy__token_text last = i > 0 ? text_at(from, i - 1) : (xy__token_text){0};
    if (i > 0 && text.bytes == last.bytes && memcmp(text.text, last.text, text.bytes) == 0) continue;
    size_t start = to->joined.size;
    add_replaced(&to->joined, text, d->mark, "");
    if (d->cleanup) clean_up(&to->joined, start);
    if (d->cleanup) replace_behind(&to->joined, start, d->delimiter, " ");
    if (to->joined.size > start) end_text(to);
  }
  return XY_OK;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

/* A text that has to be there; to look for an empty one has no sense. */
static int read_text(char **out, const json_t *json, const char *key, bool empty, const char *where, xy_error *err) {
  const char *text;
  int rc = xy__json_string(&text, json, key, NULL, where, err);
  if (rc != XY_OK) return rc;
  if (text == NULL || (*text == '\0' && !empty)) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected a text", where, key);
  }
  *out = strdup(text);
  return *out != NULL ? XY_OK : xy__fail_memory(err, where);
}

static int read_strip(decoder *out, const json_t *json, const char *where, xy_error *err) {
  int rc = xy__component_character(&out->mark, json, "content", where, err);
  if (rc == XY_OK) rc = xy__json_int(&out->start, json, "start", 0, where, err);
  return rc == XY_OK ? xy__json_int(&out->stop, json, "stop", 0, where, err) : rc;
}

static int read_replace(decoder *out, const json_t *json, const char *where, xy_error *err) {
  return xy__normalizers_read(&out->replace, json, where, err);
}

static int read_metaspace(decoder *out, const json_t *json, const char *where, xy_error *err) {
  return xy__component_metaspace(&out->mark, &out->prepend, json, where, err);
}

static int read_word_piece(decoder *out, const json_t *json, const char *where, xy_error *err) {
  int rc = xy__json_bool(&out->cleanup, json, "cleanup", true, where, err);
  return rc == XY_OK ? read_text(&out->mark, json, "prefix", true, where, err) : rc;
}

static int read_bpe(decoder *out, const json_t *json, const char *where, xy_error *err) {
  return read_text(&out->mark, json, "suffix", false, where, err);
}

static int read_ctc(decoder *out, const json_t *json, const char *where, xy_error *err) {
  int rc = xy__json_bool(&out->cleanup, json, "cleanup", true, where, err);
  if (rc == XY_OK) rc = read_text(&out->mark, json, "pad_token", false, where, err);
  return rc == XY_OK ? read_text(&out->delimiter, json, "word_delimiter_token", false, where, err) : rc;
}

static const decoder_kind kinds[] = {{"ByteLevel", NULL, run_byte_level, NULL},
                                     {"ByteFallback", NULL, run_byte_fallback, NULL},
                                     {"Fuse", NULL, run_fuse, NULL},
                                     {"Strip", read_strip, NULL, strip_each},
                                     {"Replace", read_replace, NULL, replace_each},
                                     {"Metaspace", read_metaspace, NULL, metaspace_each},
                                     {"WordPiece", read_word_piece, NULL, word_piece_each},
                                     {"BPEDecoder", read_bpe, NULL, bpe_each},
                                     {"CTC", read_ctc, run_ctc, NULL}};

static int read_one(void *list, const json_t *json, const char *type, const char *where, xy_error *err) {
  xy__decoders *out = list;
  size_t k = 0;
  while (k < sizeof kinds / sizeof *kinds && strcmp(kinds[k].type, type) != 0) k++;
  if (k == sizeof kinds / sizeof *kinds) {
    return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: decoder '%s' is not supported", where, type);
  }
  if (!xy__grow(&out->items, &out->capacity, out->n, sizeof *out->items)) return xy__fail_memory(err, where);
  decoder *item = &out->items[out->n++];
  *item = (decoder){.kind = &kinds[k]};
  return item->kind->read != NULL ? item->kind->read(item, json, where, err) : XY_OK;
}

int xy__decoders_read(xy__decoders *out, const json_t *json, const char *file, xy_error *err) {
  xy_error why;
  out->none = json == NULL || json_is_null(json);
  out->refused = xy__component_read(out, json, "decoder", "decoders", read_one, file, &why);
  if (out->refused == XY_OK) return XY_OK;
  out->why = strdup(why.text);
  return out->refused == XY_ERR_MEMORY || out->why == NULL ? xy__fail_memory(err, file) : XY_OK;
}

void xy__decoders_dispose(xy__decoders *decoders) {
  for (size_t i = 0; i < decoders->n; i++) {
    free(decoders->items[i].mark);
    free(decoders->items[i].delimiter);
    xy__normalizers_dispose(&decoders->items[i].replace);
  }
  free(decoders->items);
  free(decoders->why);
  *decoders = (xy__decoders){0};
}

/* ---- decoding ------------------------------------------------------------------------------------------ */

static void gather(token_row *out, const xy__decoders *decoders, const xy__vocabulary *v, const xy__added *added,
                   const int32_t *ids, size_t n, bool special) {
  xy__text_add(&out->joined, ""); /* not NULL where there is no token */
  for (size_t i = 0; i < n; i++) {
    int32_t id = ids[i];
    if (id < 0 || id >= v->size || v->texts[id].text == NULL) continue;
    const xy__added_token *token = xy__added_at(added, id);
    if (token != NULL && token->special && !special) continue;
    if (decoders->none && out->n > 0) xy__text_add(&out->joined, " ");
    bool other = token != NULL && token->written != NULL;
    add_text(out, other ? (xy__token_text){token->written, strlen(token->written)} : v->texts[id]);
  }
}

static int run(token_row *to, const decoder *d, const token_row *from, decode_work *w, xy_error *err) {
  to->n = 0;
  xy__text_clear(&to->joined);
  xy__text_add(&to->joined, "");
  if (d->kind->run != NULL) return d->kind->run(to, d, from, w, err);
  for (size_t i = 0; i < from->n; i++) {
    token_place place = {i == 0, i + 1 == from->n};
    int rc = d->kind->each(&to->joined, d, text_at(from, i), place, w, err);
    if (rc != XY_OK) return rc;
    end_text(to);
  }
  return XY_OK;
}

int xy__decode(char **text, size_t *bytes, const xy__decoders *decoders, const xy__vocabulary *vocabulary,
               const xy__added *added, const int32_t *ids, size_t n, bool special, xy_error *err) {
  if (decoders->refused != XY_OK) return xy__fail(err, decoders->refused, "%s", decoders->why);
  token_row rows[2] = {{.n = 0}};
  token_row *from = &rows[0];
  token_row *to = &rows[1];
  decode_work w = {.spare = {{0}}};
  int rc = XY_OK;
  gather(from, decoders, vocabulary, added, ids, n, special);
  const size_t gathered = from->joined.size;
  for (size_t i = 0; rc == XY_OK && i < decoders->n && !from->joined.failed; i++) {
    rc = run(to, &decoders->items[i], from, &w, err);
    if (rc == XY_OK) rc = xy__component_growth(gathered, to->joined.size, "decoding", err);
    token_row *swapped = from;
    from = to;
    to = swapped;
  }
  if (rc == XY_OK && from->joined.failed) rc = xy__fail_memory(err, "decoding");
  if (rc == XY_OK) {
    *text = from->joined.data;
    *bytes = from->joined.size;
    from->joined = (xy__text){0};
  }
  row_dispose(&rows[0]);
  row_dispose(&rows[1]);
  xy__matcher_dispose(&w.matcher);
  xy__text_dispose(&w.spare[0]);
  xy__text_dispose(&w.spare[1]);
  return rc;
}
