/* A checkpoint as the engine sees it: one plain description of a decoder-only transformer, and views of its tensors
 * in mapped files. Every architecture file (src/model/arch/) fills this same description from its own spelling of
 * config.json and its own tensor names; the engine knows no architecture by name.
 *
 * Letters for shapes: V rows of the output layer, D hidden size, H query heads, G key/value heads, K head size,
 * F intermediate size, L layers.
 */
#ifndef XY_MODEL_MODEL_H
#define XY_MODEL_MODEL_H

#include "base/error.h"
#include "base/text.h"

typedef enum xy__dtype { XY__F32, XY__F16, XY__BF16 } xy__dtype;
static inline int64_t xy__dtype_bytes(xy__dtype dtype) { return dtype == XY__F32 ? 4 : 2; }

typedef struct xy__tensor {
  const char *name, *file; /* for messages */
  xy__dtype dtype;
  int rank;
  int64_t shape[4];
  const void *data; /* row-major, in the mapped file; may be unaligned */
  size_t bytes;
} xy__tensor;

/* y = x W' + b. The outputs of up to three stored tensors are stacked: (q, k, v) or (gate, up) become one
 * multiplication. Every bias of the parts is there, or none is. */
typedef struct xy__linear {
  int parts;
  const xy__tensor *weight[3]; /* [out_p, in], or [in, out_p] when `in_out` */
  const xy__tensor *bias[3];   /* [out_p] or NULL */
  int64_t out, in;             /* out: of all parts together */
  bool in_out;                 /* GPT-2's Conv1D layout */
} xy__linear;

typedef struct xy__norm {
  const xy__tensor *weight, *bias; /* weight NULL: this norm does not exist here; bias NULL: none */
} xy__norm;

/* One block. With h the residual stream:
 *   serial:   h += post_attn(out(attention(qkv(norm_attn(h)))));  h += post_mlp(down(act(up(norm_mlp(h)))))
 *   parallel: h += out(attention(qkv(norm_attn(h)))) + down(act(up(norm_mlp(h))))
 * A norm that does not exist is the identity. q_norm and k_norm (RMS over all heads together) act before RoPE. */
typedef struct xy__block {
  xy__norm norm_attn, norm_mlp, post_attn, post_mlp, q_norm, k_norm;
  xy__linear qkv, out, up, down;
  int64_t window;         /* attends to this many last positions, itself included; 0: all */
  double attention_scale; /* of q·k */
} xy__block;

typedef enum xy__activation { XY__GELU_ERF, XY__GELU_TANH, XY__SILU, XY__RELU } xy__activation;

typedef struct xy__config {
  const char *architecture;
  int64_t V, D, H, G, K, F, L;
  int64_t context; /* longest sequence */
  bool rms;        /* RMS norms; otherwise layer norms */
  double norm_eps;
  xy__activation activation;
  bool gated;           /* up = (gate, up): act(gate) * up, F columns each */
  bool parallel;        /* parallel residual */
  bool interleaved_qkv; /* columns of qkv are per head [q k v]; otherwise all q, all k, all v */
  int64_t rotary;       /* first `rotary` of the K columns are rotated (halves: i with i + rotary/2); 0: none */
  const float *inverse_frequency; /* [rotary / 2] */
  double rotary_scale;            /* factor on cos and sin */
  bool tied;
  int64_t bos, eos; /* of config.json, the first where it lists several; -1 where there is none */
  int32_t ends[16]; /* [n_ends] every eos_token_id of config.json */
  size_t n_ends;
} xy__config;

struct xy_model {
  const char *path;
  xy__config config;
  const xy__tensor *embedding; /* [V', D], V' >= every id */
  const xy__tensor *positions; /* [context, D], learned; or NULL */
  xy__block *blocks;           /* [L] */
  xy__norm norm_final;
  const xy__tensor *head;        /* [V, D]; the embedding itself when tied */
  const xy__tensor *head_bias;   /* [V] or NULL */
  struct xy__model_store *store; /* files, names, info, fingerprint: private to src/model */
};

/* As xy_model_open, of a checkpoint whose weights are not there: config.json alone says the shapes, and the dtype
 * (float32 where it does not). Tensors have no data, so that such a model can be planned and described, not run. */
int xy__model_open_shapes(xy_model **out, const char *name, xy_error *err);

/* Bytes of the weights that such a model lacks; 0 where they are there. */
int64_t xy__model_lacks(const xy_model *model);

/* Adds the command that downloads the checkpoint called `name`, by hub id; nothing where it is no such id. */
void xy__model_download(xy__text *out, const char *name);

/* Values of a tensor as fp32: elements [first, first + n) in row-major order. False when one of them is NaN or
 * infinite; every value is written either way. Safe from many threads. */
bool xy__tensor_read(float *out, const xy__tensor *tensor, int64_t first, int64_t n);

/* XY_ERR_NUMERIC naming file, tensor and place of the first NaN or infinite value: the message after a read that
 * gave false, and the check for a caller that multiplies the mapped values without reading them. */
int xy__tensor_check_finite(const xy__tensor *tensor, xy_error *err);
/* The same of elements [first, first + n). */
int xy__tensor_check_part(const xy__tensor *tensor, int64_t first, int64_t n, xy_error *err);

/* Parts of a fingerprint that the caller may cache: `n` weight files with what identifies their contents cheaply
 * ("realpath|device|inode|size|mtime_ns|ctime_ns"). See xy__model_set_file_digest. */
size_t xy__model_files(const xy_model *model);
const char *xy__model_file_identity(const xy_model *model, size_t i);
/* SHA-256 hex of weight file i, computed on first use or as set by the caller from its cache. */
int xy__model_file_digest(const char **out, xy_model *model, size_t i, xy_error *err);
int xy__model_set_file_digest(xy_model *model, size_t i, const char *hex);

/* SHA-256 in hex over the digests of the weight files, sorted; "" where weights are lacking. It lives with the model.
 */
int xy__model_weights_digest(const char **out, xy_model *model, xy_error *err);

/* XY_ERR_IO where a file of the checkpoint is no longer the one that was opened: replaced, rewritten, cut, or behind
 * another link. What was read of it before may be from either. */
int xy__model_unchanged(const xy_model *model, xy_error *err);

/* Path of the checkpoint's tokenizer.json, or NULL when it has none. */
const char *xy__model_tokenizer_path(const xy_model *model);

/* xy_model_describe without what only the tokenizer knows (tokenizer "none", size 0, bos and eos ""); that is added
 * above both floors, by src/score/describe.c. */
int xy__model_info(xy_model_info *out, xy_model *model, xy_error *err);

/* A copy that lives as long as the model; NULL when out of memory. */
const char *xy__model_keep(xy_model *model, const char *text);

/* Adds a sentence to the notes of xy_model_info, unless it is there already. A list from before is then invalid. */
int xy__model_note(xy_model *model, xy_error *err, const char *format, ...) XY__PRINTF(3, 4);

/* The same for what may have changed the numbers: told wherever they are. */
int xy__model_warn(xy_model *model, xy_error *err, const char *format, ...) XY__PRINTF(3, 4);

/* The notes so far, number returned; and the first of them, which are warnings. */
size_t xy__model_notes(const char *const **out, const xy_model *model);
size_t xy__model_warnings(const char *const **out, const xy_model *model);

#endif
