/* xylem: where a language model's social bias comes from.
 *
 * The public interface of libxylem. The command line uses nothing else.
 *
 * Conventions
 * - A function that can fail returns int: 0 (XY_OK) or a negative code of xy_code. Its result leaves through
 *   the first parameter, which is written only on success.
 *   The codes say what each means; any call may return XY_ERR_MEMORY, and one that reads or writes files XY_ERR_IO,
 *   XY_ERR_FORMAT and XY_ERR_NOT_FOUND.
 * - Details of a failure go into the caller's xy_error (may be NULL): which file, which item, what was
 *   expected, what was found. The library never prints, exits or asserts on input.
 * - What a struct of options leaves at zero means the default. `= XY_…_OPTIONS_INIT` makes one of defaults alone, and
 *   NULL in its place means the same. What options point to is borrowed until the call returns; `progress` and `user`
 *   of an audit are used as long as it lives.
 * - `_free` destroys an object and takes NULL. A `const char *` that is returned, or stands inside a struct, belongs to
 *   the object that it came from and lives as long as it does; where it came from none, it is static.
 * - An index `i` is below the count that its function names or that stands beside it.
 * - Log-probabilities are natural logarithms (nats). Shares are 0 to 1, whatever is printed. Text is UTF-8. Memory and
 *   sizes of files are in bytes, times in seconds.
 * - Objects are not shared between threads at the same time; the library itself uses all cores (OpenMP).
 */
#ifndef XYLEM_H
#define XYLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XY_VERSION "0.1.0"

/* What the initialisers of options are made of: zeros, in either language. */
#ifdef __cplusplus
#define XY_ZERO \
  {             \
  }
#else
#define XY_ZERO {0}
#endif

#if defined(__GNUC__)
#define XY_EXPORT __attribute__((visibility("default")))
#else
#define XY_EXPORT
#endif

/* ---- errors -------------------------------------------------------------------------------------------- */

typedef enum xy_code {
  XY_OK = 0,
  XY_ERR_ARGUMENT = -1,    /* the caller's arguments contradict each other or are out of range */
  XY_ERR_IO = -2,          /* the system refused: open, read, write, rename */
  XY_ERR_FORMAT = -3,      /* a file is not what it claims to be */
  XY_ERR_UNSUPPORTED = -4, /* a valid file that xylem has no rules for (architecture, tokenizer part) */
  XY_ERR_MEMORY = -5,      /* allocation failed, or the memory budget is too small for one step */
  XY_ERR_NUMERIC = -6,     /* a weight or a score is not finite */
  XY_ERR_NOT_FOUND = -7,   /* no such model, family, benchmark, format or file */
  XY_ERR_CANCELLED = -8    /* a progress callback asked to stop */
} xy_code;

/* Caller-supplied; no allocation. Needs no initialising and no freeing: every call that takes one begins it anew, and
 * leaves XY_OK and empty texts in it when it succeeds. */
typedef struct xy_error {
  int code;
  char text[4096]; /* one line per problem, no trailing newline */
  char hint[512];  /* a command or action that would mend it, or "" */
} xy_error;

/* A short name for a code ("format", "io", …); "unknown" for a number that is none. */
XY_EXPORT const char *xy_code_name(int code);

/* XY_OK where `path` is a file that could hold text; else what it is instead, with a hint: a folder, a FIFO, a device,
 * a broken link, a git-lfs pointer, a table of another kind, something compressed. Every function that reads a text
 * begins with this. */
XY_EXPORT int xy_file_check(const char *path, xy_error *err);

/* For a handler of signals that ends the process at once: removes the temporaries of files that are being written, so
 * that what is not whole leaves no trace. Safe in a handler; no call of the library may go on after it. */
XY_EXPORT void xy_files_abandon(void);

/* Frees memory that a function of this interface handed to the caller. NULL is allowed. */
XY_EXPORT void xy_free(void *memory);

/* ---- progress ------------------------------------------------------------------------------------------ */

typedef struct xy_progress {
  const char *stage;     /* stage or model in hand, or "" */
  const char *phase;     /* "read", "tokenize", "walk" or "measure" */
  int64_t walk, walks;   /* from 1; 0 where it does not apply */
  int64_t layer, layers; /* from 1; 0 where it does not apply */
  double done;           /* share of the whole job, 0 to 1 */
  double seconds_left;   /* estimate for the whole job; negative while unknown */
} xy_progress;

/* Called from one thread at a time. Return non-zero to cancel: the call then fails with XY_ERR_CANCELLED, and
 * everything already stored stays stored. */
typedef int (*xy_progress_fn)(const xy_progress *progress, void *user);

/* ---- checkpoints --------------------------------------------------------------------------------------- */

typedef struct xy_model xy_model;

/* Opens a Hugging Face checkpoint: a directory, or a hub id ("EleutherAI/pythia-160m") that is present in the
 * local hub cache (HF_HUB_CACHE, HF_HOME/hub, ~/.cache/huggingface/hub), or "seedling/base" and its sisters for
 * the built-in family. Weights are memory-mapped; headers, names and shapes are checked here, values when they
 * are first used. Caller frees with xy_model_free. */
XY_EXPORT int xy_model_open(xy_model **out, const char *name, xy_error *err);
XY_EXPORT void xy_model_free(xy_model *model);

typedef struct xy_model_info {
  const char *path;                                                /* the directory that was read */
  const char *architecture;                                        /* model_type of config.json, e.g. "gpt_neox" */
  int64_t layers, hidden, heads, kv_heads, head_dim, intermediate; /* hidden = width of the residual stream */
  int64_t vocabulary;     /* rows of the output layer (padding included): what the softmax runs over */
  int64_t context;        /* longest sequence, tokens */
  int64_t window;         /* sliding attention window in tokens, 0 for none */
  int64_t parameters;     /* distinct weights; tied embeddings counted once */
  int64_t bytes;          /* of weight files */
  const char *dtype;      /* "float32", "float16", "bfloat16" or "mixed" */
  bool tied;              /* input and output embeddings are one tensor */
  int files;              /* of weights */
  const char *tokenizer;  /* one line on the tokenizer, or "none" */
  int64_t tokenizer_size; /* ids that the tokenizer knows, 0 without one */
  const char *bos, *eos;  /* text of the start and end tokens, "" where there is none */
  size_t n_notes;
  const char *const *notes; /* what is unusual about this checkpoint, one sentence each */
  size_t n_warnings;        /* the first of them, which may have changed the numbers: what is left out of weights */
} xy_model_info;

/* Opens the tokenizer too, where there is one. Strings live as long as `model`. */
XY_EXPORT int xy_model_describe(xy_model_info *out, xy_model *model, xy_error *err);

/* The first n_warnings of its notes, without reading anything: how many, and *out. They live as long as `model`. */
XY_EXPORT size_t xy_model_warnings(const char *const **out, const xy_model *model);

/* SHA-256 in hex over config, tokenizer and weights: two different checkpoints never share one. Reads every
 * weight on the first call. */
XY_EXPORT int xy_model_fingerprint(const char **out, xy_model *model, xy_error *err);

/* ---- tokenizers ---------------------------------------------------------------------------------------- */

typedef struct xy_tokenizer xy_tokenizer;

/* `path` is a tokenizer.json or a directory that holds one. Caller frees with xy_tokenizer_free. */
XY_EXPORT int xy_tokenizer_open(xy_tokenizer **out, const char *path, xy_error *err);
XY_EXPORT void xy_tokenizer_free(xy_tokenizer *tokenizer);

/* Token ids of `text` (bytes long, UTF-8), exactly as Hugging Face tokenizers gives them. With `special`, what
 * the post-processor adds (a start token, say) is added; special tokens written inside the text are recognised
 * either way. Caller frees *ids with xy_free; *ids is NULL when *n is 0. */
XY_EXPORT int xy_tokenizer_encode(int32_t **ids, size_t *n, const xy_tokenizer *tokenizer, const char *text,
                                  size_t bytes, bool special, xy_error *err);

/* The text of ids [n], exactly as Hugging Face's tokenizers.Tokenizer.decode (0.23) gives it: *text is UTF-8, *bytes
 * long (zero characters may be in it) and 0-terminated. Caller frees it with xy_free; it is never NULL.
 *   - Without `special`, special tokens are left out, as by skip_special_tokens=True; added tokens that are not special
 *     stay. (0.23 forgets a special token that the normalizer changes; here, as before 0.23, it is left out.)
 *   - Ids that the tokenizer does not know, negative ones among them, are passed over.
 *   - Bytes that are not UTF-8 become U+FFFD: the end of the text may change when the next token completes a character.
 *   - Without a decoder in tokenizer.json, tokens are joined by spaces. A decoder that xylem has no rules for is an
 * error here, XY_ERR_UNSUPPORTED by its name, and none of xy_tokenizer_open.
 *   - "clean_up_tokenization_spaces" of tokenizer_config.json is not applied: Transformers 5 ignores it for BPE. */
XY_EXPORT int xy_tokenizer_decode(char **text, size_t *bytes, const xy_tokenizer *tokenizer, const int32_t *ids,
                                  size_t n, bool special, xy_error *err);

/* ---- scoring ------------------------------------------------------------------------------------------- */

typedef enum xy_precision {
  XY_PRECISION_DEFAULT = 0, /* of scores XY_FP32; of an audit what its family says, or else the same */
  XY_FP32 = 1,              /* the reference */
  XY_BF16 = 2               /* inputs of every multiplication rounded to bfloat16, fp32 accumulation */
} xy_precision;

typedef enum xy_start {
  XY_START_DEFAULT = 0,   /* of scores XY_START_TOKENIZER; of an audit what its family says, or else the same */
  XY_START_TOKENIZER = 1, /* what the tokenizer adds; BOS (or EOS) alone where the context is empty: the rule of
                             lm-evaluation-harness */
  XY_START_ALWAYS = 2,    /* one BOS (or EOS) in front of everything, never two */
  XY_START_NONE = 3       /* nothing; the first token of an empty context is then not scored */
} xy_start;

/* What is wanted of one text. Either `ids` [n_ids] (scored from the second id on; needs no tokenizer), or `text`, or
 * `continuation` with its `prompt`, which the options' format lays out, or `continuation` with its `context`, which is
 * taken as it is, as xy_requests_write has it; the others are NULL. `name` is used in error messages ("FILE:12"; NULL:
 * its number). All borrowed until the call returns. */
typedef struct xy_request {
  const char *name;
  const char *text;
  const char *prompt, *context, *continuation;
  const int32_t *ids;
  size_t n_ids;
  bool laid_out; /* a prompt format laid the context out: the tokens of the whole text stay where the cut splits one */
  bool has_cut;  /* of a text or continuation: xy_score.cut is wanted */
  size_t cut;    /* bytes of it, where the tokens after an identity term begin */
  const char *benchmark, *item; /* what first asked for it, as xy_requests_write has it; not looked at, may be NULL */
} xy_request;

/* Requests as files hold them: JSON objects, one a line or all in a list, {"text"}, {"prompt", "continuation"},
 * {"context", "continuation"} (what xy_requests_write writes) or {"ids"}. `name` is the file in messages; every wrong
 * row is told at once. Free with xy_requests_free; the list lives as long. */
typedef struct xy_requests xy_requests;
XY_EXPORT int xy_requests_read(xy_requests **out, const char *text, size_t bytes, const char *name, xy_error *err);
XY_EXPORT const xy_request *xy_requests_list(size_t *n, const xy_requests *requests);
XY_EXPORT void xy_requests_free(xy_requests *requests);

/* log P(continuation | prompt) = sum over its tokens of log softmax(logits)[token], summed in double. */
typedef struct xy_score {
  double logprob;        /* nats */
  size_t tokens;         /* scored tokens */
  size_t bytes;          /* UTF-8 bytes of the scored text; 0 for `ids` */
  bool greedy;           /* every scored token was the most probable one */
  bool split;            /* the cut between prompt and continuation fell inside a merged token */
  int32_t *token_ids;    /* [tokens] */
  float *token_logprobs; /* [tokens], nats */
  size_t context_tokens; /* before them */
  int32_t *context_ids;  /* [context_tokens] */
  size_t cut;            /* of a request with one: tokens before it, those of the context included */
  bool cut_split;        /* and whether it fell inside a merged token */
} xy_score;

typedef struct xy_score_options {
  xy_precision precision;
  xy_start start;
  const char *format; /* prompt format for prompt/continuation requests; NULL: "plain" */
  const char *tail;   /* what ends an answer: "none" (NULL), "eos", "space+eos" */
  int64_t memory;     /* bytes that a walk may use; 0: a share of what is free */
  int threads;        /* 0: all cores */
  xy_progress_fn progress;
  void *user;
} xy_score_options;
#define XY_SCORE_OPTIONS_INIT XY_ZERO

/* Scores n requests in one walk (or as few as the memory budget allows) through the model. *out is an array of n,
 * in order. Results depend on neither threads, batch, memory budget nor the other requests: to the last bit, but
 * that fp32 calls of up to 128 tokens, shared beginnings counted once, sum in another order (to 1e-5 per token).
 * XY_ERR_NUMERIC where a score is not finite. Caller frees with xy_scores_free, which takes the same n. */
XY_EXPORT int xy_score_requests(xy_score **out, xy_model *model, const xy_request *requests, size_t n,
                                const xy_score_options *options, xy_error *err);
XY_EXPORT void xy_scores_free(xy_score *scores, size_t n);

/* ---- continuing ---------------------------------------------------------------------------------------- */

/* How texts go on: the settings of Transformers' generate under their names, applied in its order (repetition penalty,
 * no-repeat n-grams, minimum length, temperature, top-k with what ties with the k-th, top-p, min-p). Start from
 * XY_DECODING_INIT, which filters nothing: a zero is no neutral value of each. */
typedef struct xy_decoding {
  int samples;               /* of each prompt, at least 1 */
  uint64_t seed;             /* with the prompt, what the samples' noise is drawn under */
  bool greedy;               /* the most probable token, after penalties; the lowest id of equals. One sample */
  int max_new, min_new;      /* new tokens: at most, end token included; and how many before a text may end */
  double temperature;        /* above 0 */
  int top_k;                 /* 0: all */
  double top_p;              /* above 0; 1: all */
  double min_p;              /* 0 to below 1, of the most probable token's probability; 0: all */
  double repetition_penalty; /* above 0, of every token that the text has already; 1: none */
  int no_repeat_ngram;       /* no n tokens in a row come twice; 0: they may */
  bool no_end;               /* nothing ends a text but its length and stop strings */
  const int32_t *ends;       /* [n_ends] end tokens; NULL: the checkpoint's */
  size_t n_ends;
} xy_decoding;
#define XY_DECODING_INIT {1, 1, false, 128, 0, 1, 0, 1, 0, 1, 0, false, NULL, 0}

/* The i-th preset: its name, and where its settings come from; false past the last. */
XY_EXPORT bool xy_decoding_preset_at(const char **name, const char **source, size_t i);
/* Sets `out` to the preset of that name; XY_ERR_NOT_FOUND where there is none. */
XY_EXPORT int xy_decoding_preset(xy_decoding *out, const char *name, xy_error *err);

typedef struct xy_turn {
  const char *role; /* "system", "user" or "assistant" */
  const char *text;
} xy_turn;

/* What goes on. One of `ids` [n_ids] (exactly these; needs no tokenizer), `text`, or `turns` [n_turns], the last one no
 * assistant's; the others are NULL. `name` is used in error messages ("FILE:12"; NULL: its number). All borrowed until
 * the call returns. */
typedef struct xy_prompt {
  const char *name;
  const int32_t *ids;
  size_t n_ids;
  const char *text;
  const xy_turn *turns;
  size_t n_turns;
} xy_prompt;

/* Prompts as files hold them: JSON objects, one a line or all in a list, {"prompt"}, {"messages": [{"role",
 * "content"}]} or {"ids"}; errors as of xy_requests_read. Free with xy_prompts_free; the list lives as long. */
typedef struct xy_prompts xy_prompts;
XY_EXPORT int xy_prompts_read(xy_prompts **out, const char *text, size_t bytes, const char *name, xy_error *err);
XY_EXPORT const xy_prompt *xy_prompts_list(size_t *n, const xy_prompts *prompts);
XY_EXPORT void xy_prompts_free(xy_prompts *prompts);

typedef struct xy_continuation {
  int32_t *ids;    /* [n] all new ones, the end token among them */
  float *logprobs; /* [n] nats, of the model itself: temperature 1, nothing filtered */
  size_t n;
  char *text;      /* without special tokens, cut before a stop string; NULL where the checkpoint has no tokenizer */
  const char *end; /* "eos", "stop" or "length" */
} xy_continuation;

typedef struct xy_generate_options {
  xy_precision precision;
  xy_start start;
  const char *format;       /* prompt format of texts and turns; NULL: "plain" */
  const char *tail;         /* what ends an answer: after "space+eos" a space before the end token is no text */
  const char *const *stops; /* [n_stops] a text ends before the first of these that comes */
  size_t n_stops;
  int64_t memory; /* bytes that the call may use; 0: a share of what is free */
  int threads;    /* 0: all cores */
  xy_progress_fn progress;
  void *user;
} xy_generate_options;
#define XY_GENERATE_OPTIONS_INIT XY_ZERO

/* decoding->samples continuations of each prompt: *out is an array of n * samples, prompt after prompt. NULL decoding:
 * XY_DECODING_INIT. Ids and log-probabilities depend on neither threads, batch, memory budget nor the other prompts: to
 * the last bit on one processor's instruction set. A sample's noise is drawn under the seed and a digest of its text or
 * turns as they were given, before any format: checkpoints of one vocabulary draw alike. Caller frees with
 * xy_continuations_free, which takes the same n * samples. */
XY_EXPORT int xy_generate(xy_continuation **out, xy_model *model, const xy_prompt *prompts, size_t n,
                          const xy_decoding *decoding, const xy_generate_options *options, xy_error *err);
XY_EXPORT void xy_continuations_free(xy_continuation *continuations, size_t n);

/* What penalties and filters leave of the next token's distribution, the most probable first. */
typedef struct xy_distribution {
  int32_t *ids;  /* [n] */
  double *probs; /* [n], with sum 1 */
  size_t n;
} xy_distribution;

/* One for each prompt; nothing is sampled. Caller frees with xy_distributions_free, which takes the same n. */
XY_EXPORT int xy_next_tokens(xy_distribution **out, xy_model *model, const xy_prompt *prompts, size_t n,
                             const xy_decoding *decoding, const xy_generate_options *options, xy_error *err);
XY_EXPORT void xy_distributions_free(xy_distribution *distributions, size_t n);

/* ---- benchmarks ---------------------------------------------------------------------------------------- */

typedef struct xy_bench xy_bench;

typedef struct xy_bench_options {
  const char *kind;     /* "bbq", "winobias", … (xy_bench_kind); NULL: told from the file */
  const char *themes;   /* a mapping of statements to themes; NULL: as the file has them */
  const char *groups;   /* a mapping of labels to names of groups, which goes before ours; NULL: none */
  const char *language; /* of the texts, a language tag; NULL: as the file or its kind says */
  const char *uneven;   /* rows whose sides differ in form, such as a full stop: "leave-out" (NULL), "keep" */
  bool strict;          /* one row that cannot be used refuses the file; otherwise it is left out, and told */
} xy_bench_options;
#define XY_BENCH_OPTIONS_INIT XY_ZERO

/* `name` is a built-in benchmark ("stigma"), a context file (.yaml), or a published file that an importer knows. What
 * the options say of a file may stand around its name, too: "winoqueer=FILE,themes=MAP,groups=MAP,language=nl". Caller
 * frees with xy_bench_free. */
XY_EXPORT int xy_bench_open(xy_bench **out, const char *name, const xy_bench_options *options, xy_error *err);
XY_EXPORT void xy_bench_free(xy_bench *bench);

/* Names of the kinds of file that it reads. */
XY_EXPORT size_t xy_bench_kind_count(void);
XY_EXPORT const char *xy_bench_kind(size_t i);

/* Built-in benchmarks: names and one-line descriptions. */
XY_EXPORT size_t xy_bench_builtin_count(void);
XY_EXPORT const char *xy_bench_builtin_name(size_t i);
XY_EXPORT const char *xy_bench_builtin_summary(size_t i);

/* A commented context file to start from, named `name` (an id: no spaces and none of / ~ , : =). Caller frees with
 * xy_free. */
XY_EXPORT int xy_bench_template(char **out, const char *name, xy_error *err);

/* The smallest effect that a benchmark could see with 80% power in a two-sided test at 5%, were its items' values to
 * spread by `deviation` (in any unit, which is then the effect's) and to be correlated by `correlation` (0 to 1) within
 * a cluster: for planning, before anything is measured. An audit gives the one of its own numbers
 * (xy_measure.detectable). NAN with fewer than two clusters. */
XY_EXPORT int xy_bench_detectable(double *out, const xy_bench *bench, double deviation, double correlation,
                                  xy_error *err);

/* The same for the items of an identity, a theme, or both (NULL: all). */
typedef struct xy_bench_reach {
  size_t items, clusters;
  double detectable; /* in the units of `deviation`; NAN with fewer than two clusters */
  double least_p;    /* no test over these clusters can have a smaller p, however large the effect */
} xy_bench_reach;
XY_EXPORT int xy_bench_reach_of(xy_bench_reach *out, const xy_bench *bench, const char *identity, const char *theme,
                                double deviation, double correlation, xy_error *err);

typedef struct xy_bench_info {
  const char *name;
  const char *task; /* "pair", …: results.json and context files say `modality` */
  const char *language, *axis, *summary;
  const char *source; /* file, or "built-in" */
  const char *digest; /* SHA-256 of the source in hex */
  const char *harm;   /* what a preference for the target text means, one sentence; "" if the file has none */
  size_t items, identities, counterparts, themes, templates, clusters;
  size_t controls,
      control_clusters;  /* harmless items about the same groups, and the statements that they are made from */
  size_t rows, left_out; /* of a published file: its rows, and those that could not be used; 0 of others */
  size_t noticed;        /* rows that are used, and about which a note says something */
  bool untouched;        /* a context file that still says what xy_bench_template wrote into it */
  size_t n_notes;
  const char *const *notes; /* what was left out of a published file, or could not be used, and why; a sentence each */
} xy_bench_info;
XY_EXPORT void xy_bench_describe(xy_bench_info *out, const xy_bench *bench);

/* Labels of targets and themes, in order of first appearance. `i` below `identities` / `themes` of xy_bench_info. */
XY_EXPORT const char *xy_bench_identity(const xy_bench *bench, size_t i);
XY_EXPORT const char *xy_bench_theme(const xy_bench *bench, size_t i);
/* The axis of a target: the benchmark's, or its own where a benchmark holds several. */
XY_EXPORT const char *xy_bench_identity_axis(const xy_bench *bench, size_t i);

/* An identity term, and the tokens that a tokenizer makes of it where it stands in the texts, at least and at most. */
typedef struct xy_bench_term {
  const char *identity; /* lives as long as the benchmark */
  bool target;          /* else a counterpart */
  bool differs; /* of a target: in some text it has another number of tokens than the counterpart's term there */
  size_t least, most;
} xy_bench_term;
/* Of every target, then of every counterpart, of pairs that differ in whom they name; *n is 0 where none do. Caller
 * frees *out with xy_free. */
XY_EXPORT int xy_bench_terms(xy_bench_term **out, size_t *n, const xy_bench *bench, const xy_tokenizer *tokenizer,
                             xy_error *err);

typedef struct xy_item {
  const char *id;          /* unique within the benchmark */
  const char *identity;    /* of the target */
  const char *counterpart; /* identity it is held against */
  const char *theme, *cluster;
  const char *prompt;         /* shared context, or NULL */
  const char *target, *other; /* the two texts; the first two options of an item that is no pair */
  const char *condition;      /* of a choice: "ambiguous" or "disambiguated"; of a pronoun: its antecedent; else "" */
  size_t options;             /* pair: 2 */
  int answer;                 /* the right option, or -1 */
} xy_item;
/* `i` below `items` of xy_bench_info. */
XY_EXPORT void xy_bench_item(xy_item *out, const xy_bench *bench, size_t i);

typedef struct xy_option {
  const char *text;
  const char *label; /* the group that an answer names, or the set of a pronoun; else "" */
  bool biased;       /* the answer that the stereotype gives */
} xy_option;
/* Option `o` of item `i`, below its `options`. */
XY_EXPORT void xy_bench_option(xy_option *out, const xy_bench *bench, size_t i, size_t o);

/* ---- scores made elsewhere ------------------------------------------------------------------------------- */

typedef struct xy_import xy_import;

/* Reads log-probabilities that another program computed: samples files of lm-evaluation-harness, folders of them, or
 * request files (xy_requests_write) with `logprob` added to their lines, and log-probabilities per token where they
 * are known, as `xylem score` writes them. Wrong rows are reported with their lines; two
 * rows that answer one request differently are an error. Caller frees with xy_import_free. */
XY_EXPORT int xy_import_open(xy_import **out, const char *const *paths, size_t n, xy_error *err);
XY_EXPORT void xy_import_free(xy_import *import);

typedef struct xy_import_info {
  const char *model, *dtype, *engine; /* as the harness' results file says; "" where there is none */
  const char *fingerprint;            /* SHA-256 over the files, in hex */
  size_t files;
  int64_t rows, requests, repeated; /* lines; distinct (context, continuation); requests answered more than once */
  int64_t with_tokens;              /* requests with a log-probability per token */
} xy_import_info;
XY_EXPORT void xy_import_describe(xy_import_info *out, const xy_import *import);

/* How much of a benchmark the scores answer. `format` is the prompt format that its requests are written in (NULL:
 * plain). */
typedef struct xy_import_coverage {
  size_t items, complete;   /* items of the benchmark; those with a score for each of their texts */
  size_t requests, scored;  /* texts of the items, and how many of them have a score */
  const char *missing_item; /* the first with a text that has no score; "" when there is none; of `bench` */
} xy_import_coverage;
XY_EXPORT int xy_import_cover(xy_import_coverage *out, const xy_import *import, const xy_bench *bench,
                              const char *format, xy_error *err);

/* ---- what is measured ---------------------------------------------------------------------------------- */

/* A task is what is asked of a model about an item: which of two texts it prefers ("pair"), the same of sentences that
 * differ in a pronoun ("coref"), which of several answers it gives ("choice"), which pronoun it continues with
 * ("pronoun"), or which of two answers to a prompt ("preference"). docs/measures.md says how each measure is computed.
 * All strings of this section are static; "" where there is none. */

/* What a measure of the long table is. */
typedef struct xy_measure_kind {
  const char *name; /* as in xy_measure.measure */
  char label[64];   /* for people; a change is called as what changes: "misgendering rate" */
  const char *unit; /* "nats" (per what: xy_gap_unit), "share" (0 to 1), "points" (a difference of two shares, -1 to 1),
                       "score" or "correlation" (-1 to 1), "percent" (0 to 100) or "tokens" */
  const char *tasks;          /* that have it, with spaces between */
  const char *mode;           /* the mode or rule that it is read under where that is always the same one */
  const char *change;         /* the measure of its change between two stages */
  const char *head, *meaning; /* of one that stands for a task: its name in a column, and a gloss; the gloss of a gap
                                 ends where its unit follows */
  double parity;              /* the value of no effect; NAN where it has none */
  bool rate;                  /* printed in percent, as its unit says */
  bool is_change;             /* it compares a stage with an earlier one */
  bool tested;                /* has p, q and the smallest detectable effect */
  bool judged;                /* its rows, or those of its change, have verdicts */
} xy_measure_kind;
XY_EXPORT size_t xy_measure_kinds(void);
/* `i` below xy_measure_kinds. */
XY_EXPORT void xy_measure_kind_at(xy_measure_kind *out, size_t i);
/* False where there is none of that name, as in results of another version. */
XY_EXPORT bool xy_measure_kind_of(xy_measure_kind *out, const char *name);

/* The i-th mode or rule that a task's rows are read under; NULL behind the last. Of choices and pronouns the first
 * stands for the task. */
XY_EXPORT const char *xy_task_mode(const char *task, size_t i);
/* The i-th verdict that xy_measure.verdict may hold; NULL behind the last. */
XY_EXPORT const char *xy_verdict_name(size_t i);
/* The sign of a verdict where its word has no room ("▲"); "" for "". */
XY_EXPORT const char *xy_verdict_mark(const char *verdict);
/* What a mode or rule is called for people: "statement" for "predicate"; `mode` itself where it has no other name. */
XY_EXPORT const char *xy_mode_label(const char *mode);
/* What gaps, and changes of gaps, in this mode are in: "nats", "nats per token" or "nats per byte". */
XY_EXPORT const char *xy_gap_unit(const char *mode);

/* A table of a benchmark's results for people, a line per stage. */
typedef enum xy_shown {
  XY_SHOWN_INTERVAL, /* the value with its interval */
  XY_SHOWN_VALUE,
  XY_SHOWN_VERDICT
} xy_shown;
typedef struct xy_layout_column {
  const char *title, *measure; /* one of a change is from the parent stage */
  xy_shown shown;
} xy_layout_column;
typedef struct xy_layout {
  const char *tasks;        /* whose results it shows, with spaces between */
  const char *item, *items; /* what one of theirs is called, and what all are: "pair", "pairs" */
  const char *note;         /* what the columns say; "{unit}" stands for the unit of gaps */
  const char *counted;      /* the measure whose rows it has, and whose items and clusters are counted above it */
  bool every_mode;          /* a line per stage and mode or rule; otherwise per stage, in the benchmark's gap_mode */
  const xy_layout_column *columns; /* [n_columns] */
  size_t n_columns;
} xy_layout;
XY_EXPORT size_t xy_layouts(void);
/* `i` below xy_layouts; the first is that of most benchmarks. */
XY_EXPORT void xy_layout_at(xy_layout *out, size_t i);
/* False for a task that has none: preference data. */
XY_EXPORT bool xy_layout_of(xy_layout *out, const char *task);

/* ---- families and audits ------------------------------------------------------------------------------- */

typedef struct xy_family xy_family;

/* `name` is a family.yaml or the name of a ready family ("seedling", "pythia-2.8b-archangel"). Every error of the
 * file is reported at once, a line each. Caller frees with xy_family_free. */
XY_EXPORT int xy_family_open(xy_family **out, const char *name, xy_error *err);

/* From n stage specifications NAME=MODEL[:PARENT[:METHOD[:BETA]]]. METHOD defaults to the stage's name. Caller frees
 * with xy_family_free. */
XY_EXPORT int xy_family_from_stages(xy_family **out, const char *name, const char *const *specs, size_t n,
                                    xy_error *err);
XY_EXPORT void xy_family_free(xy_family *family);

/* Names of the ready families. */
XY_EXPORT size_t xy_family_builtin_count(void);
XY_EXPORT const char *xy_family_builtin_name(size_t i);

typedef struct xy_stage_info {
  const char *name, *model, *parent, *method, *reference, *format, *tail; /* "" where there is none; the model of a
                                                                             stage with imported scores: their file */
  double beta; /* NAN where the stage has no implicit reward */
} xy_stage_info;
XY_EXPORT const char *xy_family_name(const xy_family *family);
/* Root first, parents before children. */
XY_EXPORT size_t xy_family_stages(const xy_family *family);
XY_EXPORT void xy_family_stage(xy_stage_info *out, const xy_family *family, size_t i);

typedef struct xy_audit_options {
  const char *runs;              /* directory of runs; NULL: "runs" */
  const char *name;              /* of the run; NULL: the family's name */
  const char *store;             /* SQLite file; NULL: RUNS/scores.sqlite */
  const char *const *benchmarks; /* names, files, or KIND=FILE; replaces the family's list when n > 0 */
  size_t n_benchmarks;
  const char *const *identities; /* narrow to these targets */
  size_t n_identities;
  const char *const *themes; /* narrow to these themes */
  size_t n_themes;
  bool strict; /* one row of a published file that cannot be used is an error; otherwise it is left out, and told */
  const char *const *only_stages; /* narrow to these stages; parents and references they need come along */
  size_t n_only_stages;
  size_t limit; /* at most this many clusters per benchmark, spread over its themes; 0: all */
  xy_precision precision;
  xy_start start;
  const char *mode;    /* of every headline; NULL: as the family says, by default the one that each benchmark's items
                          allow (docs/measures.md, "Name and statement") */
  int64_t draws;       /* bootstrap draws; 0: 10,000 */
  uint64_t seed;       /* 0: 20241106 */
  const char *command; /* how the run was called, for results.json; NULL: not recorded */
  bool show_text;      /* the HTML report shows benchmark texts */
  bool plan_only;      /* only xy_audit_plan is called: weights that are not there are planned by config.json */
  bool replace;        /* another audit's results in the run directory give way; otherwise they are an error */
  int64_t memory;      /* bytes that a walk may use; 0: a share of what is free */
  int threads;         /* 0: all cores */
  xy_progress_fn progress;
  void *user;
} xy_audit_options;
#define XY_AUDIT_OPTIONS_INIT XY_ZERO

typedef struct xy_audit xy_audit;

/* Opens every checkpoint, expands every benchmark, tokenizes, and looks up the store: everything but computing.
 * `family` is borrowed and must outlive the audit. Caller frees with xy_audit_free. */
XY_EXPORT int xy_audit_open(xy_audit **out, const xy_family *family, const xy_audit_options *options, xy_error *err);
XY_EXPORT void xy_audit_free(xy_audit *audit);

typedef struct xy_reward_options {
  const char *runs;               /* directory of runs; NULL: "runs" */
  const char *name;               /* of the run; NULL: the family's name and "-reward" */
  const char *store;              /* SQLite file; NULL: RUNS/scores.sqlite */
  const char *const *only_stages; /* narrow to these stages, and what they need */
  size_t n_only_stages;
  const char *const *by; /* fields of the rows by whose labels results are given, besides subset, identity, theme */
  size_t n_by;
  const char *format, *tail; /* how prompts are written and answers end; NULL: as the family says */
  bool strict;               /* one row that cannot be used is an error; otherwise it is left out, and told */
  bool skip_long;            /* leave out rows longer than a stage's context; otherwise they are an error */
  size_t limit;              /* at most this many prompts, spread over the subsets; 0: all */
  xy_precision precision;
  xy_start start;
  int64_t draws;       /* bootstrap draws; 0: 10,000 */
  uint64_t seed;       /* 0: 20241106 */
  const char *command; /* how the run was called, for results.json; NULL: not recorded */
  bool plan_only;      /* only xy_audit_plan is called: weights that are not there are planned by config.json */
  bool replace;        /* as in xy_audit_options */
  int64_t memory;      /* bytes that a walk may use; 0: a share of what is free */
  int threads;         /* 0: all cores */
  xy_progress_fn progress;
  void *user;
} xy_reward_options;
#define XY_REWARD_OPTIONS_INIT XY_ZERO

/* An audit of preference data (JSON Lines: prompt, chosen, rejected; docs/files.md) in place of benchmarks: what each
 * stage's implicit reward prefers. Planned, run and freed as any audit; the run directory holds rewards.jsonl in place
 * of samples.jsonl. Rows that cannot be used are left out and told. `family` is borrowed and must outlive the audit.
 * Caller frees with xy_audit_free. */
XY_EXPORT int xy_reward_open(xy_audit **out, const xy_family *family, const char *preferences,
                             const xy_reward_options *options, xy_error *err);

/* Writes what a stage must be asked to `path`, for scoring elsewhere: a line per distinct request, a JSON object with
 * `benchmark` and `item` (the first that wants it), `context` and `continuation`; `identity_end`, bytes of the
 * continuation, where an item has one; `laid_out` where a prompt format made the context. Which benchmarks and what of
 * them: `options`, as of an audit; the stage, for its prompt format: the one of only_stages, else the family's first.
 * No checkpoint is read. *out is the number of requests. The second writes what preference data ask. */
XY_EXPORT int xy_requests_write(int64_t *out, const char *path, const xy_family *family,
                                const xy_audit_options *options, xy_error *err);
XY_EXPORT int xy_reward_requests_write(int64_t *out, const char *path, const xy_family *family, const char *preferences,
                                       const xy_reward_options *options, xy_error *err);

typedef struct xy_plan_stage {
  const char *stage;
  int64_t requests;     /* distinct token sequences wanted */
  int64_t stored;       /* of them already in the store */
  int64_t tokens;       /* of those not stored: tokens of all requests, before prefixes are shared */
  int64_t nodes;        /* forest nodes that must be computed for them */
  int64_t walks;        /* passes through the weights */
  double flops;         /* multiply-adds counted as two */
  int64_t memory;       /* bytes, peak estimate of a walk */
  int64_t weight_bytes; /* read from disk per walk */
  double seconds;       /* expected on this machine, from a short measurement; 0 where nothing is to be scored */
  int64_t download;     /* bytes of weights that are not there yet (plan_only); 0: they are */
  const char *get;      /* the command that downloads them; "" where they are there, or none is known */
} xy_plan_stage;
typedef struct xy_plan {
  int64_t items, controls;
  int64_t disk;     /* bytes that store and run directory will grow by, estimate */
  double seconds;   /* of the whole audit: its stages, and `measuring` */
  double measuring; /* statistics, tables and page */
  int64_t memory;
  size_t n_stages;
  const xy_plan_stage *stages; /* [n_stages], in order; live as long as the audit */
} xy_plan;
/* What xy_audit_run would do; computes nothing but what a short measurement of this machine needs. */
XY_EXPORT int xy_audit_plan(xy_plan *out, xy_audit *audit, xy_error *err);

/* Names of the benchmarks that it measures; `i` below xy_audit_benchmarks. They live as long as the audit. */
XY_EXPORT size_t xy_audit_benchmarks(const xy_audit *audit);
XY_EXPORT const char *xy_audit_benchmark(const xy_audit *audit, size_t i);

/* What should be known before anything is computed, a sentence each: stages that are one checkpoint. NULL behind the
 * last. They are findings of the run, too. */
XY_EXPORT const char *xy_audit_note(const xy_audit *audit, size_t i);

/* Scores that the store held for what was planned or run so far, and that are damaged (a bit flipped on disk). They are
 * computed again and put in their places. */
XY_EXPORT int64_t xy_audit_damaged(const xy_audit *audit);

typedef struct xy_results xy_results;

/* Runs what the store does not hold yet, measures, and writes the run directory, SHA256SUMS over its files last. A
 * second call (or a second process) computes nothing that is stored. A directory that holds another audit's results is
 * XY_ERR_ARGUMENT, and stays as it is. Caller frees *out with xy_results_free; it is independent of `audit`. */
XY_EXPORT int xy_audit_run(xy_results **out, xy_audit *audit, xy_error *err);

/* Reads a results.json back; `path` is the file or its run directory. A member that is missing, unknown or of another
 * type is XY_ERR_FORMAT. Caller frees with xy_results_free. */
XY_EXPORT int xy_results_open(xy_results **out, const char *path, xy_error *err);
XY_EXPORT void xy_results_free(xy_results *results);

/* What looking at a run again gave. It holds where there is no fault. */
typedef struct xy_verified {
  size_t files;              /* whose digests are those of SHA256SUMS */
  size_t rows;               /* of the long table that the samples give again, to 1e-9 of their values */
  size_t scores;             /* lines of the samples that store and checkpoints give again, to the last digit */
  size_t benchmarks;         /* whose files are those of the run */
  const char *const *faults; /* [n_faults], a sentence each: the file or row, and what is wrong with it */
  size_t n_faults;
  const char *const *notes; /* [n_notes], a sentence each: what could not be looked at, and why */
  size_t n_notes;
} xy_verified;

/* Looks at a finished run again: digests of its files and benchmarks, the long table by its samples, the samples by the
 * store and the checkpoints. Nothing is scored, and the run stays as it is. `run` is a run directory or its
 * results.json; `store` NULL: scores.sqlite beside the directory. Caller frees with xy_verified_free. */
XY_EXPORT int xy_verify(xy_verified **out, const char *run, const char *store, xy_error *err);
XY_EXPORT void xy_verified_free(xy_verified *verified);

/* *out: the file NAME of a finished run is not what the audit wrote, by the run's SHA256SUMS. False where that does not
 * list it. `run` is a run directory or its results.json. */
XY_EXPORT int xy_run_changed(bool *out, const char *run, const char *name, xy_error *err);

/* A row of the long table of results.json. Strings are "" and numbers NAN where a column does not apply. Values are in
 * the unit of their measure (xy_measure_kind). */
typedef struct xy_measure {
  const char *benchmark, *measure, *mode, *stage;
  const char *against;          /* the stage that it is compared with */
  const char *identity, *theme; /* or "all" */
  int64_t n, clusters;          /* items that count, and clusters that they are of */
  double value, low, high;      /* 95% cluster bootstrap interval */
  double p, q;                  /* sign-flip permutation, Benjamini-Hochberg; NAN where nothing is tested */
  double detectable;            /* smallest effect that this benchmark could have seen; NAN where not computed */
  const char *verdict;          /* "amplified", "attenuated", "persists", "clear", "negligible", "undetermined" or "" */
  /* What "equivalent" was decided by: the 90% interval lies within `bound` of no effect; and how far from it the error
   * of the engine's arithmetic may carry the value, which then counts as none too. NAN where nothing was. */
  double low90, high90, bound, floor;
  const char *level;   /* of a row with a verdict: where the stage's bias lies, of a change beside where it came from
                          ("still at parity", "moved past parity", …); else "" */
  const char *depends; /* "mode" or "rule" where the verdict is another one under another of them; else "" */
  int64_t ties;        /* items that a rate left out of `n` since they prefer neither side */
} xy_measure;
/* "depends on the mode", for xy_measure.depends; "" for "". In tables the mark stands behind the verdict, and the words
 * once beside the table. */
XY_EXPORT const char *xy_depends_text(const char *depends);
#define XY_DEPENDS_MARK "†"
XY_EXPORT size_t xy_results_measures(const xy_results *results);
XY_EXPORT void xy_results_measure(xy_measure *out, const xy_results *results, size_t i);
/* A row's value as people read it, in the digits that its interval allows, with its unit where it is a share: "+0.94",
 * "58.8%", "−5.0 pp"; and with its interval: "+0.94 [+0.60, +1.26]". NULL when out of memory. Caller frees with
 * xy_free. */
XY_EXPORT char *xy_measure_text(const xy_measure *row, bool interval);

typedef struct xy_finding {
  const char *kind; /* "blind_spot", "amplification", "limited", … */
  const char *text; /* one or two plain sentences with their numbers */
  /* Of the row of the long table, over all items, that it speaks of; "" where it speaks of none. */
  const char *benchmark, *measure, *stage, *against;
  bool leads; /* it concerns more than what a step did or a reward prefers on one benchmark, and is shown first */
} xy_finding;
XY_EXPORT size_t xy_results_findings(const xy_results *results);
XY_EXPORT void xy_results_finding(xy_finding *out, const xy_results *results, size_t i);

/* What stands first: where the preference comes from, how much of it, and what the numbers cannot tell, a sentence
 * each; and the benchmark that they are about and the step that moved it most, "" for none. A run of which nothing can
 * be said has "" throughout. */
typedef struct xy_headline {
  const char *where, *how_much, *cannot_tell;
  const char *benchmark, *stage, *against;
} xy_headline;
XY_EXPORT void xy_results_headline(xy_headline *out, const xy_results *results);

/* Where the run directory is, and the family's name, the mode that the run was asked for ("" where each benchmark has
 * its own, xy_results_bench) and the stages in order, as results.json has them. */
XY_EXPORT const char *xy_results_directory(const xy_results *results);
XY_EXPORT const char *xy_results_family(const xy_results *results);
XY_EXPORT const char *xy_results_headline_mode(const xy_results *results);
XY_EXPORT size_t xy_results_stages(const xy_results *results);
XY_EXPORT void xy_results_stage(xy_stage_info *out, const xy_results *results, size_t i);

/* A benchmark of the run, and its headline: the measure that stands for it beside benchmarks of other tasks, the
 * mode (or rule) it is read under, and the measure of its change from a stage to the next; what it is told in where a
 * stage stands (of gaps the preference rate, else the measure itself) and under which mode; of pairs and coref also the
 * mode that gaps and preference rates are shown under, and why; "" where there is none. Benchmarks of one axis stand
 * together: "binary-gender" first, then "gender-diverse", then the others in the order of results.json. */
typedef struct xy_results_bench {
  const char *name, *task, *axis;
  const char *measure, *mode, *change;
  const char *level, *level_mode;
  const char *gap_mode, *why;
} xy_results_bench;
XY_EXPORT size_t xy_results_benchmarks(const xy_results *results);
XY_EXPORT void xy_results_benchmark(xy_results_bench *out, const xy_results *results, size_t i);
/* Whether benchmark i, or an identity of it, is on the axis. */
XY_EXPORT bool xy_results_on_axis(const xy_results *results, size_t i, const char *axis);

/* ---- the report again, from results alone ---------------------------------------------------------------- */

/* report.html, byte for byte as the audit writes it from these results; `show_text` as in xy_audit_options. Like all
 * that follow, the file appears whole or not at all. */
XY_EXPORT int xy_report_html(const xy_results *results, const char *path, bool show_text, xy_error *err);

/* Every item as static pages below items/ of the run directory, from its samples.jsonl; nothing where it has none. */
XY_EXPORT int xy_report_items(const xy_results *results, bool show_text, xy_error *err);

/* The CSV tables of a run directory (docs/files.md) into `folder`, which is made if missing. */
XY_EXPORT int xy_report_csv(const xy_results *results, const char *folder, xy_error *err);

/* `text` as a terminal may show it: control characters and marks that turn the direction of writing as their code
 * points
 * (\u001b), bytes that are not UTF-8 as themselves (\xff); line ends and tabs stay. NULL when out of memory. Caller
 * frees with xy_free. */
XY_EXPORT char *xy_visible_text(const char *text, size_t bytes);

/* Which of the two is said of `n`: "item" of 1, else "items". */
XY_EXPORT const char *xy_plural(int64_t n, const char *one, const char *many);

typedef enum xy_markup { XY_MARKUP_MARKDOWN, XY_MARKUP_LATEX, XY_MARKUP_CSV } xy_markup;
/* `text` for a table's cell or a paragraph, with all escaped that the markup could take for its own, line ends as
 * spaces; of CSV a cell, quoted where it must be, with an apostrophe before what a spreadsheet would run. NULL when out
 * of memory. Caller frees with xy_free. */
XY_EXPORT char *xy_markup_text(const char *text, xy_markup markup);
/* Main tables and findings for a paper or a model card, in Markdown or LaTeX. LaTeX needs the packages amssymb,
 * booktabs and graphicx. Caller frees *out with xy_free. */
XY_EXPORT int xy_report_text(char **out, const xy_results *results, xy_markup markup, xy_error *err);
/* What a paper that reports the run should cite, as BibTeX. Caller frees *out with xy_free. */
XY_EXPORT int xy_report_bibtex(char **out, const xy_results *results, xy_error *err);
/* Main tables and findings into a file. */
XY_EXPORT int xy_report_text_write(const xy_results *results, xy_markup markup, const char *path, xy_error *err);

typedef enum xy_figure_format { XY_FIGURE_SVG, XY_FIGURE_PDF, XY_FIGURE_PNG } xy_figure_format;
typedef struct xy_figure_options {
  xy_figure_format format;
  double width;  /* mm, 60 to 400; 0: 178, a page of two columns */
  bool untitled; /* without the title, for a paper whose caption says it */
} xy_figure_options;
#define XY_FIGURE_OPTIONS_INIT XY_ZERO
/* The report's figures, one file each, and figures.json and figures.tex with a caption for each, into `folder`, which
 * is made if missing. *out is how many. XY_ERR_ARGUMENT for a width or a format that there is not, XY_ERR_UNSUPPORTED
 * for one that needs librsvg where that is not installed. */
XY_EXPORT int xy_figures_write(size_t *out, const xy_results *results, const char *folder,
                               const xy_figure_options *options, xy_error *err);

/* ---- judges --------------------------------------------------------------------------------------------- */

/* A judge maps a text to a label and to numbers by name: a lexicon, rules, a list of words (docs/judges.md). */
typedef struct xy_judge xy_judge;

/* What a label or a score means. */
typedef struct xy_judge_term {
  const char *name, *meaning;
} xy_judge_term;

/* What a kind of judge is. */
typedef struct xy_judge_card {
  const char *name;            /* "vader" */
  const char *operand;         /* what follows the name and a colon ("FILE"), NULL for nothing */
  const char *summary, *blind; /* what it measures; what it cannot tell */
  const char *source, *licence, *version;
  const char *entries;   /* what it judges by: "words", "patterns" */
  bool sets, identities; /* whether it asks for a declared pronoun set, and for terms to set aside */
  size_t n_labels, n_scores;
  const xy_judge_term *labels, *scores; /* a score in capitals stands for as many as what is read names */
} xy_judge_card;
XY_EXPORT size_t xy_judge_kinds(void);
XY_EXPORT const xy_judge_card *xy_judge_kind(size_t i);

typedef struct xy_judge_options {
  const char *set;               /* id of the pronoun set that was declared, where a text names none itself */
  const char *const *identities; /* [n_identities] terms that are set aside beside the built-in ones */
  size_t n_identities;
} xy_judge_options;
#define XY_JUDGE_OPTIONS_INIT XY_ZERO

/* `name` is that of a kind, with a colon and what it reads where it has an operand ("wordlist:FILE"). XY_ERR_NOT_FOUND
 * for a judge or a pronoun set that there is not, XY_ERR_ARGUMENT for options that the judge does not ask for. Caller
 * frees with xy_judge_free. */
XY_EXPORT int xy_judge_open(xy_judge **out, const char *name, const xy_judge_options *options, xy_error *err);
XY_EXPORT void xy_judge_free(xy_judge *judge);

typedef struct xy_judge_info {
  const xy_judge_card *card;
  const char *name;        /* as it was opened */
  const char *fingerprint; /* SHA-256 in hex over all that a verdict depends on beside what is handed in with a text */
  size_t entries;          /* what it judges by: words, patterns */
  size_t n_scores;
  const char *const *scores; /* [n_scores] their names, in the order of a judgement's */
} xy_judge_info;
XY_EXPORT void xy_judge_describe(xy_judge_info *out, const xy_judge *judge);

typedef struct xy_judge_input {
  const char *text; /* [bytes] */
  size_t bytes;
  const char *set; /* id of the pronoun set declared for its person; NULL: the options' */
} xy_judge_input;

typedef struct xy_judgement {
  const char *label;    /* NULL where the judge has none for this text */
  const double *scores; /* [n_scores] of xy_judge_info */
} xy_judgement;

/* What *out points to is valid until the judge's next call. An empty text is judged as any other. XY_ERR_FORMAT where a
 * text is not UTF-8, XY_ERR_NOT_FOUND for a pronoun set that there is not. */
XY_EXPORT int xy_judge_text(xy_judgement *out, xy_judge *judge, const xy_judge_input *input, xy_error *err);

/* ---- the survey ---------------------------------------------------------------------------------------- */

/* Which bias evaluations the makers of language models report, and how benchmarks treat gender: facts with their
 * sources, as tables of text (docs/survey.md). */
typedef struct xy_survey xy_survey;

typedef enum xy_survey_kind {
  XY_SURVEY_MODELS = 0,
  XY_SURVEY_EVALUATIONS = 1,
  XY_SURVEY_BENCHMARKS = 2
} xy_survey_kind;

/* The built-in survey with the entries of n more files of the same form; an entry takes the place of a built-in one of
 * its id. Every fault of a file is reported, a line each. Caller frees with xy_survey_free. */
XY_EXPORT int xy_survey_open(xy_survey **out, const char *const *files, size_t n, xy_error *err);
XY_EXPORT void xy_survey_free(xy_survey *survey);

XY_EXPORT size_t xy_survey_rows(const xy_survey *survey, xy_survey_kind kind);
/* Name of column i; NULL behind the last. */
XY_EXPORT const char *xy_survey_column(xy_survey_kind kind, size_t i);
/* Text of a cell, "" where nothing is said; lists are joined by "; ". NULL for a column that the table does not have.
 */
XY_EXPORT const char *xy_survey_cell(const xy_survey *survey, xy_survey_kind kind, size_t row, const char *column);
/* Whether the row came from one of the caller's files. */
XY_EXPORT bool xy_survey_added(const xy_survey *survey, xy_survey_kind kind, size_t row);
/* Whether it did, and stands in the place of a built-in entry. */
XY_EXPORT bool xy_survey_replaces(const xy_survey *survey, xy_survey_kind kind, size_t row);
/* What a column of choices may say, in order; NULL behind the last, or at once where it takes any text. */
XY_EXPORT const char *xy_survey_choice(xy_survey_kind kind, const char *column, size_t i);
/* Whether a cell says `item`, or has it in its list. */
XY_EXPORT bool xy_survey_says(const char *cell, const char *item);

/* A line of the headline: of `of` preference-finetuned models, how many `models` are so. Group "reporting" counts what
 * their makers report; the other groups count those that report an evaluation, by modality, by how it treats gender, by
 * what it prints for trans and nonbinary people (the most telling of a model's evaluations), and by whether a benchmark
 * that the survey knows was made with the community. In "modality", "gender" and "community" a model may count in more
 * than one line. */
typedef struct xy_survey_count {
  const char *group, *value, *meaning; /* `meaning` in words */
  int64_t models, of;
} xy_survey_count;
/* *out is an array of *n. Facts that are only recalled are left out unless `recalled`. Caller frees *out with xy_free.
 */
XY_EXPORT int xy_survey_counts(xy_survey_count **out, size_t *n, const xy_survey *survey, bool recalled, xy_error *err);

/* What no model reports: an axis, a way to treat gender or a way of making (with the community or not) that some
 * benchmark of the survey has, and no evaluation of a preference-finetuned model. `benchmarks` have it, "a; b". Caller
 * frees *out with xy_survey_gaps_free. */
typedef struct xy_survey_gap {
  const char *what; /* "axis", "gender" or "community" */
  char *value, *benchmarks;
  int64_t evaluations; /* of all models, preference-finetuned or not */
} xy_survey_gap;
XY_EXPORT int xy_survey_gaps(xy_survey_gap **out, size_t *n, const xy_survey *survey, bool recalled, xy_error *err);
XY_EXPORT void xy_survey_gaps_free(xy_survey_gap *gaps, size_t n);

/* The coverage page: one HTML file without network or script. Caller frees *html with xy_free. */
XY_EXPORT int xy_survey_page(char **html, const xy_survey *survey, bool recalled, xy_error *err);
/* The same into a file, which appears whole or not at all. */
XY_EXPORT int xy_survey_page_write(const xy_survey *survey, bool recalled, const char *path, xy_error *err);

/* ---- two runs beside each other ------------------------------------------------------------------------- */

typedef struct xy_comparison xy_comparison;

/* Differences between two run directories (the same may be given twice), item by item, over the items that both hold
 * with the same texts. Stages are paired by name, or as the n_matches `matches` say ("STAGE=STAGE", of the first and
 * the second run). XY_ERR_ARGUMENT where no stage has a partner. Caller frees with xy_comparison_free. */
XY_EXPORT int xy_compare(xy_comparison **out, const char *first, const char *second, const char *const *matches,
                         size_t n_matches, xy_error *err);
XY_EXPORT void xy_comparison_free(xy_comparison *comparison);

/* The second run's mean less the first's, in the unit of the measure (xy_measure_kind). */
typedef struct xy_difference {
  const char *benchmark, *measure, *mode, *stage, *other; /* stage of the first run, and of the second */
  const char *identity, *theme; /* or "all"; of pronoun benchmarks a kind of antecedent is a theme too */
  const char *identity_name;    /* as people read it: "transgender women" */
  int64_t n, clusters;
  double first, second;    /* the two means, over the same items */
  double value, low, high; /* the mean difference, 95% cluster bootstrap interval */
  double p, q, detectable; /* as in xy_measure */
  const char *verdict;     /* as of a step from the first to the second; "" for measures that have none */
  bool front;              /* the mode is the one that stands for the measure in the first run */
} xy_difference;
XY_EXPORT size_t xy_comparison_rows(const xy_comparison *comparison);
XY_EXPORT void xy_comparison_row(xy_difference *out, const xy_comparison *comparison, size_t i);

/* How much of a benchmark the runs share: of their stages, the pair that shares least. A digest is "" where a run does
 * not hold the benchmark. */
typedef struct xy_compared_bench {
  const char *name, *first_digest, *second_digest;
  size_t shared, only_first, only_second; /* items */
  size_t changed;                         /* items of one id whose texts differ: left out */
} xy_compared_bench;
XY_EXPORT size_t xy_comparison_benchmarks(const xy_comparison *comparison);
XY_EXPORT void xy_comparison_benchmark(xy_compared_bench *out, const xy_comparison *comparison, size_t i);

/* The mode that the first run was asked for; "" where each benchmark has its own. */
XY_EXPORT const char *xy_comparison_mode(const xy_comparison *comparison);

/* ---- exchange with lm-evaluation-harness ---------------------------------------------------------------- */

/* Writes a run as the harness leaves its own: below `folder`, for each stage a folder named after its model, in it
 * results_DATE.json and, per benchmark (a task there), samples_TASK_DATE.jsonl. `run` is a run directory that an audit
 * of benchmarks wrote. *out is the number of stages. */
XY_EXPORT int xy_export_lm_eval(size_t *out, const char *run, const char *folder, xy_error *err);

#ifdef __cplusplus
}
#endif
#endif
