/* GPT-NeoX (Pythia): transformers/models/gpt_neox. Layer norms, partial rotary embeddings, query, key and value
 * interleaved per head in one matrix, parallel or serial residual, no gate.
 */
#include <math.h>

#include "model/arch/arch.h"

static void configure(xy__model_builder *b) {
  xy__config *c = &b->model->config;
  c->V = xy__config_size(b, "vocab_size", 0);
  c->D = xy__config_size(b, "hidden_size", 0);
  c->L = xy__config_size(b, "num_hidden_layers", 0);
  c->H = c->G = xy__config_size(b, "num_attention_heads", 0);
  c->F = xy__config_size(b, "intermediate_size", 0);
  c->context = xy__config_size(b, "max_position_embeddings", 2048);
  c->norm_eps = xy__config_real(b, "layer_norm_eps", 1e-5);
  c->parallel = xy__config_flag(b, "use_parallel_residual", true);
  c->tied = xy__config_flag(b, "tie_word_embeddings", false);
  c->interleaved_qkv = true;
  xy__config_activation(b, "hidden_act", "gelu");
  if (b->rc != XY_OK) return;
  if (c->D % c->H != 0) {
    xy__build_fail(b, XY_ERR_FORMAT, "num_attention_heads", "expected a divisor of hidden_size %lld, found %lld",
                   (long long)c->D, (long long)c->H);
    return;
  }
  c->K = c->D / c->H;
  xy__config_check_heads(b);
}

static void take_block(xy__block *block, xy__model_builder *b, int64_t layer, bool bias) {
  const xy__config *c = &b->model->config;
  block->norm_attn = xy__take_norm(b, "layers.#.input_layernorm", layer, c->D, true);
  block->norm_mlp = xy__take_norm(b, "layers.#.post_attention_layernorm", layer, c->D, true);
  block->qkv =
      xy__take_linear(b, &(xy__part){"layers.#.attention.query_key_value", 3 * c->D}, 1, layer, c->D, bias, false);
  block->out = xy__take_linear(b, &(xy__part){"layers.#.attention.dense", c->D}, 1, layer, c->D, bias, false);
  block->up = xy__take_linear(b, &(xy__part){"layers.#.mlp.dense_h_to_4h", c->F}, 1, layer, c->D, true, false);
  block->down = xy__take_linear(b, &(xy__part){"layers.#.mlp.dense_4h_to_h", c->D}, 1, layer, c->F, true, false);
  block->attention_scale = 1 / sqrt((double)c->K);
}

static void build(xy__model_builder *b) {
  static const char *const leftovers[] = {".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq", NULL};
  xy_model *model = b->model;
  configure(b);
  bool bias = xy__config_flag(b, "attention_bias", true);
  xy__build_prefix(b, "gpt_neox.", "embed_in.weight");
  xy__take_vocabulary(b, "embed_in.weight", "embed_out.weight", "lm_head.weight");
  xy__take_blocks(b, model->config.L);
  for (int64_t l = 0; b->rc == XY_OK && l < model->config.L; l++) take_block(&model->blocks[l], b, l, bias);
  model->norm_final = xy__take_norm(b, "final_layer_norm", 0, model->config.D, true);
  xy__build_rope(b, &(xy__rope_keys){"rotary_emb_base", "rotary_pct", 0.25});
  xy__pass_over(b, leftovers);
}

const xy__arch xy__arch_gpt_neox = {"gpt_neox", build};
