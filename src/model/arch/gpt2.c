/* GPT-2: transformers/models/gpt2. Learned positions, layer norms, Conv1D matrices ([in, out]), tied embeddings. The
 * published checkpoints name their tensors without the prefix "transformer.", later ones with it.
 */
#include <math.h>

#include "model/arch/arch.h"

static void configure(xy__model_builder *b) {
  xy__config *c = &b->model->config;
  c->V = xy__config_size(b, "vocab_size", 0);
  c->D = xy__config_size(b, "n_embd", 0);
  c->L = xy__config_size(b, "n_layer", 0);
  c->H = c->G = xy__config_size(b, "n_head", 0);
  c->F = xy__config_size(b, "n_inner", 4 * c->D);
  c->context = xy__config_size(b, "n_positions", 1024);
  c->norm_eps = xy__config_real(b, "layer_norm_epsilon", 1e-5);
  c->tied = xy__config_flag(b, "tie_word_embeddings", true);
  xy__config_activation(b, "activation_function", "gelu_new");
  if (xy__config_flag(b, "add_cross_attention", false)) {
    xy__build_fail(b, XY_ERR_UNSUPPORTED, "add_cross_attention", "expected a decoder alone, found cross-attention");
  }
  if (b->rc != XY_OK) return;
  if (c->D % c->H != 0) {
    xy__build_fail(b, XY_ERR_FORMAT, "n_head", "expected a divisor of n_embd %lld, found %lld", (long long)c->D,
                   (long long)c->H);
    return;
  }
  c->K = c->D / c->H;
  xy__config_check_heads(b);
}

static void take_block(xy__block *block, xy__model_builder *b, int64_t layer) {
  const xy__config *c = &b->model->config;
  block->norm_attn = xy__take_norm(b, "h.#.ln_1", layer, c->D, true);
  block->norm_mlp = xy__take_norm(b, "h.#.ln_2", layer, c->D, true);
  block->qkv = xy__take_linear(b, &(xy__part){"h.#.attn.c_attn", 3 * c->D}, 1, layer, c->D, true, true);
  block->out = xy__take_linear(b, &(xy__part){"h.#.attn.c_proj", c->D}, 1, layer, c->D, true, true);
  block->up = xy__take_linear(b, &(xy__part){"h.#.mlp.c_fc", c->F}, 1, layer, c->D, true, true);
  block->down = xy__take_linear(b, &(xy__part){"h.#.mlp.c_proj", c->D}, 1, layer, c->F, true, true);
}

static void build(xy__model_builder *b) {
  static const char *const leftovers[] = {".attn.bias", ".attn.masked_bias", NULL};
  xy_model *model = b->model;
  configure(b);
  bool scaled = xy__config_flag(b, "scale_attn_weights", true);
  bool by_layer = xy__config_flag(b, "scale_attn_by_inverse_layer_idx", false);
  xy__build_prefix(b, "transformer.", "wte.weight");
  xy__take_vocabulary(b, "wte.weight", "lm_head.weight", NULL);
  model->positions = xy__take(b, "wpe.weight", 0, model->config.context, model->config.D);
  xy__take_blocks(b, model->config.L);
  for (int64_t l = 0; b->rc == XY_OK && l < model->config.L; l++) {
    take_block(&model->blocks[l], b, l);
    double scale = scaled ? 1 / sqrt((double)model->config.K) : 1;
    model->blocks[l].attention_scale = by_layer ? scale / (double)(l + 1) : scale;
  }
  model->norm_final = xy__take_norm(b, "ln_f", 0, model->config.D, true);
  xy__pass_over(b, leftovers);
}

const xy__arch xy__arch_gpt2 = {"gpt2", build};
