/* xy_generate and xy_next_tokens: prompts -> token ids -> one call of the engine -> texts. The prompt formats and start
 * tokens are ask/'s; everything is checked before the first weight is read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/decoding.h"
#include "ask/request.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/memory.h"
#include "engine/decode/decode.h"

/* One call in hand. */
typedef struct job {
  const xy_prompt *prompts;
  size_t n;
  xy_model *model;
  xy_decoding decoding; /* with the end tokens that hold */
  const xy_generate_options *options;
  xy_tokenizer *tokenizer;  /* NULL: the checkpoint has none */
  const xy__format *format; /* closed at the end */
  xy__tail tail;
  xy__prompt *made; /* [n], with ids of their own */
  int32_t *ends;    /* of the checkpoint, where the decoding names none */
  xy_continuation *continuations;
  xy_distribution *distributions;
  double begun; /* xy__clock_now */
} job;

static const char *item_name(const job *j, size_t i, char number[40]) {
  snprintf(number, 40, "prompt %zu", i);
  return j->prompts[i].name != NULL ? j->prompts[i].name : number;
}

/* ---- prompts ------------------------------------------------------------------------------------------- */

static int open_tokenizer(job *j, xy_error *err) {
  const char *path = xy__model_tokenizer_path(j->model);
  return path != NULL ? xy_tokenizer_open(&j->tokenizer, path, err) : XY_OK;
}

static int role_of(xy__role *out, const char *name, const char *item, xy_error *err) {
  for (int role = XY__SYSTEM; role <= XY__ASSISTANT; role++) {
    *out = (xy__role)role;
    if (name != NULL && strcmp(name, xy__role_name(*out)) == 0) return XY_OK;
  }
  return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected a role of system, user or assistant, found '%s'", item,
                  name != NULL ? name : "");
}

/* The prompt as turns: a text is a user's. Caller frees. */
static int turns_of(xy__turn **out, size_t *n, const xy_prompt *prompt, const char *item, xy_error *err) {
  const xy_turn text = {"user", prompt->text};
  const xy_turn *turns = prompt->turns != NULL ? prompt->turns : &text;
  *n = prompt->turns != NULL ? prompt->n_turns : 1;
  if (*n == 0) return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected at least one turn, found none", item);
  xy__turn *made = xy__array(*n, sizeof *made);
  int rc = made != NULL ? XY_OK : xy__fail_memory(err, item);
  for (size_t i = 0; i < *n && rc == XY_OK; i++) {
    rc = role_of(&made[i].role, turns[i].role, item, err);
    made[i].text = turns[i].text;
    if (rc == XY_OK && (turns[i].text == NULL || *turns[i].text == '\0')) {
      rc = xy__fail(err, XY_ERR_ARGUMENT, "%s: expected a text to go on from, found an empty one", item);
    }
  }
  if (rc == XY_OK && made[*n - 1].role == XY__ASSISTANT) {
    rc = xy__fail(err, XY_ERR_ARGUMENT, "%s: expected a last turn of somebody else, found the assistant's", item);
  }
  if (rc == XY_OK) {
    *out = made;
  } else {
    free(made);
  }
  return rc;
}

/* The key of a prompt's noise: of the seed, and of what is asked, before any format. */
static uint64_t noise_of(uint64_t seed, const xy__turn *turns, size_t n, const int32_t *ids, size_t n_ids) {
  unsigned char raw[32];
  xy__text text = {0};
  xy__text_addf(&text, "xylem noise 1 %llu\n", (unsigned long long)seed);
  for (size_t i = 0; i < n; i++) {
    xy__text_addf(&text, "%s %zu %s\n", xy__role_name(turns[i].role), strlen(turns[i].text), turns[i].text);
  }
  for (size_t i = 0; i < n_ids; i++) xy__text_addf(&text, " %d", ids[i]);
  xy__digest_raw(raw, text.failed ? "" : text.data, text.failed ? 0 : text.size);
  xy__text_dispose(&text);
  uint64_t key = 0;
  for (int b = 7; b >= 0; b--) key = key << 8 | raw[b];
  return key;
}

static int from_ids(xy__prompt *out, const job *j, const xy_prompt *prompt, const char *item, xy_error *err) {
  if (prompt->n_ids == 0 || prompt->n_ids > INT32_MAX) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected at least one id, found %zu", item, prompt->n_ids);
  }
  int32_t *ids = xy__array(prompt->n_ids, sizeof *ids);
  if (ids == NULL) return xy__fail_memory(err, item);
  memcpy(ids, prompt->ids, prompt->n_ids * sizeof *ids);
  *out =
      (xy__prompt){ids, (int32_t)prompt->n_ids, noise_of(j->decoding.seed, NULL, 0, ids, prompt->n_ids), prompt->name};
  return XY_OK;
}

static int from_turns(xy__prompt *out, const job *j, const xy_prompt *prompt, const char *item, xy_error *err) {
  if (j->tokenizer == NULL) {
    int rc = xy__fail(err, XY_ERR_NOT_FOUND, "%s: text needs a tokenizer, and %s holds no tokenizer.json", item,
                      j->model->path);
    return xy__hint(err, rc, "put tokenizer.json beside config.json, or give token ids");
  }
  xy__turn *turns;
  size_t n;
  int32_t *ids;
  int rc = turns_of(&turns, &n, prompt, item, err);
  if (rc != XY_OK) return rc;
  const xy__request_rules rules = {
      .tokenizer = j->tokenizer, .start = j->options->start, .bos = j->model->config.bos, .eos = j->model->config.eos};
  rc = xy__request_prompt(&ids, &out->n, &rules, turns, n, j->format, item, err);
  if (rc == XY_OK) {
    out->ids = ids;
    out->noise = noise_of(j->decoding.seed, turns, n, NULL, 0);
    out->name = prompt->name;
  }
  free(turns);
  return rc;
}

static int make_prompts(job *j, xy_error *err) {
  j->made = xy__array(j->n, sizeof *j->made);
  if (j->made == NULL) return xy__fail_memory(err, "prompts");
  for (size_t i = 0; i < j->n; i++) {
    char number[40];
    const xy_prompt *prompt = &j->prompts[i];
    const char *item = item_name(j, i, number);
    if ((prompt->ids != NULL) + (prompt->text != NULL) + (prompt->turns != NULL) != 1) {
      return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected ids, a text or turns, one of them", item);
    }
    int rc = prompt->ids != NULL ? from_ids(&j->made[i], j, prompt, item, err)
                                 : from_turns(&j->made[i], j, prompt, item, err);
    if (rc != XY_OK) return rc;
  }
  return XY_OK;
}

/* ---- settings ------------------------------------------------------------------------------------------ */

/* The checkpoint's end tokens: those of config.json, and the tokenizer's. */
static int find_ends(job *j, xy_error *err) {
  const xy__config *c = &j->model->config;
  if (j->decoding.no_end) {
    j->decoding.n_ends = 0;
    return XY_OK;
  }
  if (j->decoding.ends != NULL) return XY_OK;
  j->ends = xy__array(c->n_ends + 1, sizeof *j->ends);
  if (j->ends == NULL) return xy__fail_memory(err, "end tokens");
  size_t n = c->n_ends;
  memcpy(j->ends, c->ends, n * sizeof *j->ends);
  int64_t eos = j->tokenizer != NULL ? xy__tokenizer_eos(j->tokenizer) : -1;
  bool there = eos < 0 || eos >= c->V;
  for (size_t i = 0; i < n; i++) there = there || j->ends[i] == eos;
  if (!there) j->ends[n++] = (int32_t)eos;
  j->decoding.ends = j->ends;
  j->decoding.n_ends = n;
  return XY_OK;
}

static int check_stops(const job *j, xy_error *err) {
  for (size_t i = 0; i < j->options->n_stops; i++) {
    const char *stop = j->options->stops[i];
    if (stop == NULL || *stop == '\0') {
      return xy__fail(err, XY_ERR_ARGUMENT, "stop: expected a text, found an empty one");
    }
  }
  if (j->options->n_stops == 0 || j->tokenizer != NULL) return XY_OK;
  return xy__fail(err, XY_ERR_NOT_FOUND, "stop: expected a tokenizer beside %s, found none", j->model->path);
}

/* ---- texts --------------------------------------------------------------------------------------------- */

static char *first_stop(const job *j, const char *text) {
  char *first = NULL;
  for (size_t i = 0; i < j->options->n_stops; i++) {
    char *at = strstr(text, j->options->stops[i]);
    if (at != NULL && (first == NULL || at < first)) first = at;
  }
  return first;
}

static int stop(void *user, bool *ends, size_t prompt, const int32_t *ids, int32_t n, xy_error *err) {
  const job *j = user;
  (void)prompt;
  char *text;
  size_t bytes;
  int rc = xy_tokenizer_decode(&text, &bytes, j->tokenizer, ids, (size_t)n, false, err);
  if (rc != XY_OK) return rc;
  *ends = first_stop(j, text) != NULL;
  xy_free(text);
  return XY_OK;
}

/* The text of new ids, cut before a stop string; and before the space that stands in front of an end token. */
static int write_text(xy_continuation *out, const job *j, xy__ending ending, xy_error *err) {
  size_t bytes;
  int rc = xy_tokenizer_decode(&out->text, &bytes, j->tokenizer, out->ids, out->n, false, err);
  if (rc != XY_OK) return rc;
  char *cut = ending == XY__ENDED_STOP ? first_stop(j, out->text) : NULL;
  if (ending == XY__ENDED_EOS && j->tail == XY__TAIL_SPACE_EOS && bytes > 0 && out->text[bytes - 1] == ' ') {
    cut = out->text + bytes - 1;
  }
  if (cut != NULL) *cut = '\0';
  return XY_OK;
}

static int keep(void *user, const xy__continuation *c, xy_error *err) {
  static const char *const endings[] = {"eos", "stop", "length"};
  job *j = user;
  xy_continuation *out = &j->continuations[c->prompt * (size_t)j->decoding.samples + (size_t)c->sample];
  out->n = (size_t)c->n;
  out->end = endings[c->ending];
  out->ids = xy__array(out->n, sizeof *out->ids);
  out->logprobs = xy__array(out->n, sizeof *out->logprobs);
  if (out->ids == NULL || out->logprobs == NULL) return xy__fail_memory(err, "continuations");
  memcpy(out->ids, c->ids, out->n * sizeof *out->ids);
  memcpy(out->logprobs, c->logprobs, out->n * sizeof *out->logprobs);
  return j->tokenizer != NULL ? write_text(out, j, c->ending, err) : XY_OK;
}

static int keep_kept(void *user, size_t prompt, const xy__choice *kept, int64_t n, xy_error *err) {
  job *j = user;
  xy_distribution *out = &j->distributions[prompt];
  out->n = (size_t)n;
  out->ids = xy__array(out->n, sizeof *out->ids);
  out->probs = xy__array(out->n, sizeof *out->probs);
  if (out->ids == NULL || out->probs == NULL) return xy__fail_memory(err, "distributions");
  for (int64_t i = 0; i < n; i++) {
    out->ids[i] = kept[i].id;
    out->probs[i] = kept[i].prob;
  }
  return XY_OK;
}

static int report(double share, void *user) {
  const job *j = user;
  const xy_progress progress = {
      .stage = j->model->path, .phase = "continue", .done = share, .seconds_left = xy__clock_left(j->begun, share)};
  return j->options->progress(&progress, j->options->user);
}

/* ---- calls --------------------------------------------------------------------------------------------- */

static int prepare(job *j, xy_error *err) {
  const xy_generate_options *o = j->options;
  if ((int)o->start < XY_START_DEFAULT || o->start > XY_START_NONE) {
    return xy__fail(err, XY_ERR_ARGUMENT, "start: expected an xy_start, found %d", (int)o->start);
  }
  int rc = xy__decoding_check(&j->decoding, err);
  if (rc == XY_OK) rc = xy__tail_parse(&j->tail, o->tail, err);
  if (rc == XY_OK) rc = xy__format_open(&j->format, o->format, err);
  if (rc == XY_OK) rc = open_tokenizer(j, err);
  if (rc == XY_OK) rc = check_stops(j, err);
  if (rc == XY_OK) rc = find_ends(j, err);
  return rc == XY_OK ? make_prompts(j, err) : rc;
}

static int run(job *j, xy_error *err) {
  const xy_generate_options *o = j->options;
  const xy__decode_options how = {.decoding = &j->decoding,
                                  .precision = o->precision,
                                  .threads = o->threads,
                                  .memory = o->memory,
                                  .done = keep,
                                  .stop = o->n_stops > 0 ? stop : NULL,
                                  .kept = j->distributions != NULL ? keep_kept : NULL,
                                  .progress = o->progress != NULL ? report : NULL,
                                  .user = j};
  j->begun = xy__clock_now();
  int rc = xy__engine_continue(j->model, j->made, j->n, &how, err);
  xy_error changed = {0};
  if (rc != XY_ERR_CANCELLED && xy__model_unchanged(j->model, &changed) != XY_OK) {
    rc = changed.code;
    if (err != NULL) *err = changed;
  }
  return rc;
}

static void job_dispose(job *j) {
  for (size_t i = 0; j->made != NULL && i < j->n; i++) free((int32_t *)j->made[i].ids);
  free(j->made);
  free(j->ends);
  xy__format_close(j->format);
  xy_tokenizer_free(j->tokenizer);
}

static job job_of(xy_model *model, const xy_prompt *prompts, size_t n, const xy_decoding *decoding,
                  const xy_generate_options *options) {
  static const xy_generate_options defaults = XY_GENERATE_OPTIONS_INIT;
  static const xy_decoding plain = XY_DECODING_INIT;
  return (job){.prompts = prompts,
               .n = n,
               .model = model,
               .decoding = decoding != NULL ? *decoding : plain,
               .options = options != NULL ? options : &defaults};
}

int xy_generate(xy_continuation **out, xy_model *model, const xy_prompt *prompts, size_t n, const xy_decoding *decoding,
                const xy_generate_options *options, xy_error *err) {
  xy__error_clear(err);
  job j = job_of(model, prompts, n, decoding, options);
  int rc = prepare(&j, err);
  size_t all = rc == XY_OK ? n * (size_t)j.decoding.samples : 0;
  if (rc == XY_OK) {
    j.continuations = xy__array(all, sizeof *j.continuations);
    rc = j.continuations != NULL ? run(&j, err) : xy__fail_memory(err, "continuations");
  }
  if (rc == XY_OK) {
    *out = j.continuations;
  } else {
    xy_continuations_free(j.continuations, all);
  }
  job_dispose(&j);
  return rc;
}

void xy_continuations_free(xy_continuation *continuations, size_t n) {
  for (size_t i = 0; i < n && continuations != NULL; i++) {
    free(continuations[i].ids);
    free(continuations[i].logprobs);
    xy_free(continuations[i].text);
  }
  free(continuations);
}

int xy_next_tokens(xy_distribution **out, xy_model *model, const xy_prompt *prompts, size_t n,
                   const xy_decoding *decoding, const xy_generate_options *options, xy_error *err) {
  xy__error_clear(err);
  job j = job_of(model, prompts, n, decoding, options);
  int rc = prepare(&j, err);
  if (rc == XY_OK) {
    j.distributions = xy__array(n, sizeof *j.distributions);
    rc = j.distributions != NULL ? run(&j, err) : xy__fail_memory(err, "distributions");
  }
  if (rc == XY_OK) {
    *out = j.distributions;
  } else {
    xy_distributions_free(j.distributions, n);
  }
  job_dispose(&j);
  return rc;
}

void xy_distributions_free(xy_distribution *distributions, size_t n) {
  for (size_t i = 0; i < n && distributions != NULL; i++) {
    free(distributions[i].ids);
    free(distributions[i].probs);
  }
  free(distributions);
}
