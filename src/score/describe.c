/* xy_model_describe: what weights and config tell (model/info.c), joined with what only the tokenizer knows. */
#include "model/model.h"
#include "tokenizer/tokenizer.h"

/* Text of the start or end token: the tokenizer's own files decide, else config.json's id; "" where there is none. */
static int token_text(const char **out, xy_model *model, const xy_tokenizer *tokenizer, int64_t id, int64_t config_id,
                      xy_error *err) {
  if (id < 0) id = config_id;
  const char *text = xy__model_keep(model, id >= 0 ? xy__tokenizer_text(tokenizer, (int32_t)id) : "");
  if (text == NULL) return xy__fail_memory(err, model->path);
  *out = text;
  return XY_OK;
}

static int note_sizes(xy_model *model, int64_t tokens, xy_error *err) {
  int64_t rows = model->config.V;
  if (tokens < rows) {
    return xy__model_note(
        model, err,
        "Padded vocabulary: the output layer has %lld rows, the tokenizer knows %lld ids; the softmax "
        "runs over all rows.",
        (long long)rows, (long long)tokens);
  }
  if (tokens > rows) {
    return xy__model_note(model, err, "The tokenizer knows %lld ids, the output layer has %lld rows only.",
                          (long long)tokens, (long long)rows);
  }
  return XY_OK;
}

/* What the tokenizer knows, in the tokenizer's fields of *info, and its notes. */
static int add_tokenizer(xy_model_info *info, xy_model *model, const xy_tokenizer *tokenizer, xy_error *err) {
  info->tokenizer_size = xy__tokenizer_size(tokenizer);
  info->tokenizer = xy__model_keep(model, xy__tokenizer_summary(tokenizer));
  if (info->tokenizer == NULL) return xy__fail_memory(err, model->path);
  int rc = token_text(&info->bos, model, tokenizer, xy__tokenizer_bos(tokenizer), model->config.bos, err);
  if (rc == XY_OK) rc = token_text(&info->eos, model, tokenizer, xy__tokenizer_eos(tokenizer), model->config.eos, err);
  return rc == XY_OK ? note_sizes(model, info->tokenizer_size, err) : rc;
}

/* A tokenizer that xylem has no rules for is worth a note, not a failure: the checkpoint still scores ids. */
static int describe_tokenizer(xy_model_info *info, xy_model *model, const char *path, xy_error *err) {
  xy_tokenizer *tokenizer;
  xy_error problem;
  int rc = xy_tokenizer_open(&tokenizer, path, &problem);
  if (rc == XY_ERR_FORMAT || rc == XY_ERR_UNSUPPORTED) {
    info->tokenizer = "unusable";
    return xy__model_note(model, err, "The tokenizer cannot be used: %s.", problem.text);
  }
  if (rc != XY_OK) return xy__fail(err, rc, "%s", problem.text);
  rc = add_tokenizer(info, model, tokenizer, err);
  xy_tokenizer_free(tokenizer);
  return rc;
}

int xy_model_describe(xy_model_info *out, xy_model *model, xy_error *err) {
  xy__error_clear(err);
  const char *path = xy__model_tokenizer_path(model);
  xy_model_info info;
  int rc = xy__model_info(&info, model, err);
  if (rc != XY_OK) return rc;
  if (path == NULL) {
    rc = xy__model_note(model, err, "No tokenizer.json: this checkpoint scores token ids only.");
  } else {
    rc = describe_tokenizer(&info, model, path, err);
  }
  if (rc != XY_OK) return rc;
  info.n_notes = xy__model_notes(&info.notes, model);
  info.n_warnings = xy__model_warnings(&info.notes, model);
  *out = info;
  return XY_OK;
}
