/* Llama 1 to 3: transformers/models/llama; and what its kin share (llama.h). */
#include "model/arch/llama.h"

#include <math.h>

static void configure(xy__model_builder *b, const xy__llama_variant *v) {
  xy__config *c = &b->model->config;
  c->V = xy__config_size(b, "vocab_size", 0);
  c->D = xy__config_size(b, "hidden_size", 0);
  c->L = xy__config_size(b, "num_hidden_layers", 0);
  c->H = xy__config_size(b, "num_attention_heads", 0);
  bool missing = !xy__config_has(b, "num_key_value_heads");
  c->G = xy__config_size(b, "num_key_value_heads", missing && v->default_kv_heads > 0 ? v->default_kv_heads : c->H);
  c->F = xy__config_size(b, "intermediate_size", 0);
  c->context = xy__config_size(b, "max_position_embeddings", v->default_context);
  c->norm_eps = xy__config_real(b, "rms_norm_eps", v->default_eps);
  c->tied = xy__config_flag(b, "tie_word_embeddings", false);
  c->rms = true;
  c->gated = true;
  xy__config_activation(b, "hidden_act", "silu");
  if (b->rc != XY_OK) return;
  if (c->D % c->H != 0 && !json_is_integer(json_object_get(b->model->store->config, "head_dim"))) {
    xy__build_fail(b, XY_ERR_FORMAT, "num_attention_heads", "expected a divisor of hidden_size %lld, found %lld",
                   (long long)c->D, (long long)c->H);
    return;
  }
  c->K = xy__config_size(b, "head_dim", c->D / c->H);
  xy__config_check_heads(b);
}

static void take_norms(xy__block *block, xy__model_builder *b, int64_t layer, bool post) {
  const xy__config *c = &b->model->config;
  if (post) {
    block->post_attn = xy__take_norm(b, "layers.#.post_attention_layernorm", layer, c->D, false);
    block->post_mlp = xy__take_norm(b, "layers.#.post_feedforward_layernorm", layer, c->D, false);
    block->q_norm = xy__take_norm(b, "layers.#.self_attn.q_norm", layer, c->H * c->K, false);
    block->k_norm = xy__take_norm(b, "layers.#.self_attn.k_norm", layer, c->G * c->K, false);
  } else {
    block->norm_attn = xy__take_norm(b, "layers.#.input_layernorm", layer, c->D, false);
    block->norm_mlp = xy__take_norm(b, "layers.#.post_attention_layernorm", layer, c->D, false);
  }
}

static void take_block(xy__block *block, xy__model_builder *b, int64_t layer, const xy__llama_variant *v) {
  const xy__config *c = &b->model->config;
  const xy__part qkv[] = {{"layers.#.self_attn.q_proj", c->H * c->K},
                          {"layers.#.self_attn.k_proj", c->G * c->K},
                          {"layers.#.self_attn.v_proj", c->G * c->K}};
  const xy__part up[] = {{"layers.#.mlp.gate_proj", c->F}, {"layers.#.mlp.up_proj", c->F}};
  take_norms(block, b, layer, v->post_norms);
  block->qkv = xy__take_linear(b, qkv, 3, layer, c->D, v->qkv_bias, false);
  block->out =
      xy__take_linear(b, &(xy__part){"layers.#.self_attn.o_proj", c->D}, 1, layer, c->H * c->K, v->out_bias, false);
  block->up = xy__take_linear(b, up, 2, layer, c->D, v->mlp_bias, false);
  block->down = xy__take_linear(b, &(xy__part){"layers.#.mlp.down_proj", c->D}, 1, layer, c->F, v->mlp_bias, false);
  block->attention_scale = 1 / sqrt((double)c->K);
}

void xy__build_llama(xy__model_builder *b, const xy__llama_variant *v) {
  static const char *const leftovers[] = {".rotary_emb.inv_freq", NULL};
  xy_model *model = b->model;
  configure(b, v);
  xy__build_prefix(b, "model.", "embed_tokens.weight");
  xy__take_vocabulary(b, "embed_tokens.weight", "lm_head.weight", NULL);
  xy__take_blocks(b, model->config.L);
  for (int64_t l = 0; b->rc == XY_OK && l < model->config.L; l++) take_block(&model->blocks[l], b, l, v);
  model->norm_final = xy__take_norm(b, "norm", 0, model->config.D, false);
  xy__build_rope(b, &(xy__rope_keys){"rope_theta", NULL, 1});
  xy__pass_over(b, leftovers);
}

static void build(xy__model_builder *b) {
  bool attention = xy__config_flag(b, "attention_bias", false);
  bool mlp = xy__config_flag(b, "mlp_bias", false);
  xy__build_llama(
      b,
      &(xy__llama_variant){
          .qkv_bias = attention, .out_bias = attention, .mlp_bias = mlp, .default_context = 2048, .default_eps = 1e-6});
}

const xy__arch xy__arch_llama = {"llama", build};
