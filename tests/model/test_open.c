/* Checkpoints as a user opens them: what is said about sound ones, and how broken ones are refused: by name, with
 * what was expected and what was found.
 */
#include "folder.h"

static bool has_note(const xy_model_info *info, const char *part) {
  for (size_t i = 0; i < info->n_notes; i++) {
    if (strstr(info->notes[i], part) != NULL) return true;
  }
  return false;
}

/* Opens a folder and describes it; caller frees the model. */
static xy_model *open_and_describe(xy_model_info *info, const char *folder) {
  xy_model *model;
  xy_error err;
  assert_ok(xy_model_open(&model, folder, &err), err);
  assert_ok(xy__model_info(info, model, &err), err);
  return model;
}

/* ---- sound checkpoints ----------------------------------------------------------------------------------- */

static void describes_a_checkpoint(void **state) {
  (void)state;
  xy_model_info info;
  xy_model *model = open_and_describe(&info, tests_path("model/data/mistral_window"));
  assert_string_equal(info.architecture, "mistral");
  assert_string_equal(info.dtype, "float32");
  assert_string_equal(info.tokenizer, "none");
  assert_int_equal(info.layers, 2);
  assert_int_equal(info.hidden, 32);
  assert_int_equal(info.heads, 4);
  assert_int_equal(info.kv_heads, 2);
  assert_int_equal(info.head_dim, 8);
  assert_int_equal(info.intermediate, 52);
  assert_int_equal(info.vocabulary, 121);
  assert_int_equal(info.context, 96);
  assert_int_equal(info.window, 5);
  assert_int_equal(info.files, 1);
  assert_false(info.tied);
  /* embedding and head, per layer q, k, v, o, gate, up, down and two norms, the last norm */
  assert_int_equal(info.parameters, 2 * 121 * 32 + 2 * (2 * 32 * 32 + 2 * 16 * 32 + 3 * 32 * 52 + 2 * 32) + 32);
  assert_true(has_note(&info, "Sliding window: 2 of 2 layers attend to the last 5 tokens only."));
  xy_model_free(model);
}

static void notes_what_is_unusual(void **state) {
  (void)state;
  xy_model_info info;
  xy_model *model = open_and_describe(&info, tests_path("model/data/gpt_neox_parallel"));
  assert_true(has_note(&info, "6 leftover buffers"));
  assert_false(has_note(&info, "Transformers 5 "));
  xy_model_free(model);
  model = open_and_describe(&info, tests_path("model/data/llama_gqa_tied"));
  assert_true(info.tied && strcmp(info.dtype, "bfloat16") == 0 && info.heads * info.head_dim == 48);
  assert_true(has_note(&info, "(tied)") && has_note(&info, "spelling of Transformers 5"));
  xy_model_free(model);
  model = open_and_describe(&info, tests_path("model/data/qwen2_window"));
  assert_true(info.window == 4 && has_note(&info, "1 of 2 layers"));
  xy_model_free(model);
  model = open_and_describe(&info, tests_path("model/data/llama_yarn_rope"));
  assert_true(has_note(&info, "type yarn, factor 4"));
  xy_model_free(model);
  model = open_and_describe(&info, tests_path("model/data/llama_f16_shards"));
  assert_true(info.files == 5 && strcmp(info.dtype, "float16") == 0);
  xy_model_free(model);
}

static void takes_odd_but_sound_ones(void **state) {
  (void)state;
  char *folder = folder_of("llama");
  xy_model_info info;
  set_config(folder, "tie_word_embeddings", "true"); /* but the weights have two that differ */
  set_config(folder, "torch_dtype", "\"float16\"");
  set_config(folder, "bos_token_id", "-1");
  set_config(folder, "eos_token_id", "[7, 8]");
  xy_model *model = open_and_describe(&info, folder);
  assert_false(info.tied);
  assert_true(model->head != model->embedding);
  assert_true(has_note(&info, "they differ") && has_note(&info, "config.json says float16, the weights are float32"));
  assert_true(has_note(&info, "bos_token_id of config.json is -1"));
  assert_true(model->config.bos == -1 && model->config.eos == 7);
  xy_model_free(model);
  folder_remove(folder);

  folder = folder_of("llama_gqa_tied");
  patch(folder, "model.safetensors", "", "model.embed_tokens.weight\"",
        "lm_head.weight\"           "); /* only the head */
  model = open_and_describe(&info, folder);
  assert_true(info.tied && model->head == model->embedding);
  xy_model_free(model);
  folder_remove(folder);
}

/* A golden model whose config.json has one other value (NULL: the key is removed). */
static void refuses_config(const char *name, const char *key, const char *value, int code, const char *message) {
  char *folder = folder_of(name);
  set_config(folder, key, value);
  open_fails(folder, code, message);
  folder_remove(folder);
}

/* ---- folders --------------------------------------------------------------------------------------------- */

static void refuses_folders_without_a_checkpoint(void **state) {
  (void)state;
  char *folder = folder_new();
  xy_model *model;
  xy_error err;
  open_fails(folder, XY_ERR_NOT_FOUND, "expected a Hugging Face checkpoint with its config.json, found none");
  put_text(folder, "config.json", "{\"model_type\": \"llama\"}");
  open_fails(folder, XY_ERR_NOT_FOUND, "expected model.safetensors or model.safetensors.index.json, found none");
  put_text(folder, "model-Q4.gguf", "GGUF");
  open_fails(folder, XY_ERR_UNSUPPORTED, "found GGUF files");
  put_text(folder, "pytorch_model.bin", "PK");
  assert_fails(xy_model_open(&model, folder, &err), XY_ERR_UNSUPPORTED, err, "found only PyTorch's pickled files");
  assert_non_null(strstr(err.hint, "save_pretrained"));
  put_text(folder, "adapter_config.json", "{}");
  assert_fails(xy_model_open(&model, folder, &err), XY_ERR_UNSUPPORTED, err, "found an adapter");
  assert_non_null(strstr(err.hint, "merge_and_unload"));
  folder_remove(folder);
  open_fails(tests_path("model/data/llama/config.json"), XY_ERR_ARGUMENT, "expected the folder of a checkpoint");
}

static void refuses_shards_that_do_not_fit(void **state) {
  (void)state;
  const char *index = "model.safetensors.index.json";
  char *folder = folder_of("llama_f16_shards");
  patch(folder, index, "\"model.norm.weight\"", "model-0000", "model-0009");
  open_fails(folder, XY_ERR_NOT_FOUND, "names the file model-0009");
  patch(folder, index, "\"model.norm.weight\"", "model-0009", "/tmp/model");
  open_fails(folder, XY_ERR_FORMAT, "tensor model.norm.weight: expected the name of a file beside the index");
  patch(folder, index, "\"model.norm.weight\"", "/tmp/model", "model-0000");
  patch(folder, index, "", "\"model.norm.weight\"", "\"model.nrom.weight\"");
  open_fails(folder, XY_ERR_FORMAT, "tensor model.nrom.weight: expected in model-0000");
  put_text(folder, index, "{\"weight_map\": {}}");
  open_fails(folder, XY_ERR_FORMAT, "expected a weight_map");
  unlink(file_in(folder, index));
  open_fails(folder, XY_ERR_NOT_FOUND, "is the index missing?");
  folder_remove(folder);

  folder = folder_of("llama_f16_shards"); /* one tensor in two shards */
  char *data;
  size_t size;
  xy_error err;
  assert_ok(xy__file_read_bytes(&data, &size, file_in(folder, "model-00001-of-00005.safetensors"), &err), err);
  put_file(folder, "model-00002-of-00005.safetensors", data, size);
  free(data);
  open_fails(folder, XY_ERR_FORMAT, "is also in");
  folder_remove(folder);
}

/* ---- weights --------------------------------------------------------------------------------------------- */

static void refuses_weights_that_do_not_fit(void **state) {
  (void)state;
  const char *weights = "model.safetensors";
  const char *norm = "\"model.layers.1.post_attention_layernorm.weight\"";
  char *folder = folder_of("llama");
  patch(folder, weights, "", norm, "\"model.layers.1.pest_attention_layernorm.weight\"");
  open_fails(folder, XY_ERR_FORMAT,
             "model.safetensors: tensor model.layers.1.post_attention_layernorm.weight: expected shape [32], found no "
             "such tensor");
  patch(folder, weights, "", "\"model.layers.1.pest_attention_layernorm.weight\"", norm);
  patch(folder, weights, "\"model.layers.0.mlp.down_proj.weight\"", "[32,52]", "[52,32]");
  open_fails(folder, XY_ERR_FORMAT,
             "model.safetensors: tensor model.layers.0.mlp.down_proj.weight: expected shape [32, 52], found [52, 32]");
  patch(folder, weights, "\"model.layers.0.mlp.down_proj.weight\"", "[52,32]", "[32,52]");
  patch(folder, weights, norm, "\"F32\"", "\"I32\"");
  open_fails(folder, XY_ERR_UNSUPPORTED,
             "tensor model.layers.1.post_attention_layernorm.weight: expected dtype F32, F16 or BF16, found I32");
  assert_int_equal(truncate(file_in(folder, weights), 60000), 0);
  open_fails(folder, XY_ERR_FORMAT, "bytes of data (truncated?)");
  assert_int_equal(truncate(file_in(folder, weights), 60), 0);
  open_fails(folder, XY_ERR_FORMAT, "(truncated, or not safetensors)");
  put_text(folder, weights, "");
  open_fails(folder, XY_ERR_FORMAT, "found only 0 bytes");
  put_text(folder, weights, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
  open_fails(folder, XY_ERR_UNSUPPORTED, "model.safetensors: a git-lfs pointer, not the file itself");
  folder_remove(folder);
}

/* What people have where a checkpoint, or a file of one, should be. */
static void names_what_is_there_instead(void **state) {
  (void)state;
  const char *pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
  xy_model *model;
  xy_error err;
  char *folder = folder_new();
  put_text(folder, "adapter_config.json", "{\"peft_type\": \"LORA\", \"base_model_name_or_path\": \"org/base\"}");
  put_text(folder, "adapter_model.safetensors", "");
  assert_fails(xy_model_open(&model, folder, &err), XY_ERR_UNSUPPORTED, err,
               "found an adapter, which is not a whole model, of the base model 'org/base'");
  assert_non_null(strstr(err.hint, "merge_and_unload"));
  assert_non_null(strstr(err.hint, "STAGE: {model: "));
  folder_remove(folder);

  folder = folder_of("llama");
  put_text(folder, "config.json", pointer);
  assert_fails(xy_model_open(&model, folder, &err), XY_ERR_UNSUPPORTED, err, "config.json: a git-lfs pointer");
  assert_non_null(strstr(err.hint, "git lfs pull"));
  folder_remove(folder);

  folder = folder_of("llama");
  for (const char *const *name = (const char *const[]){"model.safetensors", "config.json", NULL}; *name != NULL;
       name++) {
    unlink(file_in(folder, *name));
    assert_int_equal(symlink("/nowhere/blob", file_in(folder, *name)), 0);
    assert_fails(xy_model_open(&model, folder, &err), XY_ERR_IO, err, "a broken link: it leads to /nowhere/blob");
    assert_non_null(strstr(err.text, *name));
  }
  put_text(folder, "model.gguf", "GGUF\3");
  open_fails(file_in(folder, "model.gguf"), XY_ERR_UNSUPPORTED, "model.gguf: a GGUF file");
  put_file(folder, "old.bin", "\x80\2\x8A\n", 4);
  open_fails(file_in(folder, "old.bin"), XY_ERR_UNSUPPORTED, "old.bin: a PyTorch file");
  folder_remove(folder);
}

/* Adds a tensor of no values to model.safetensors. */
static void add_tensor(const char *folder, const char *name) {
  char *data;
  size_t size;
  xy_error err;
  xy__text file = {0};
  assert_ok(xy__file_read_bytes(&data, &size, file_in(folder, "model.safetensors"), &err), err);
  uint64_t header;
  memcpy(&header, data, sizeof header);
  uint64_t values = size - 8 - header;
  size_t brace = 8 + header;
  while (data[brace - 1] != '}') brace--;
  xy__text_add_bytes(&file, data, brace - 1);
  xy__text_addf(&file, ",\"%s\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[%llu,%llu]}}", name,
                (unsigned long long)values, (unsigned long long)values);
  header = file.size - 8;
  memcpy(file.data, &header, sizeof header);
  xy__text_add_bytes(&file, data + size - values, values);
  put_file(folder, "model.safetensors", file.data, file.size);
  xy__text_dispose(&file);
  free(data);
}

static void refuses_other_heads_and_unmerged_tensors(void **state) {
  (void)state;
  refuses_config("llama", "architectures", "[\"LlamaForSequenceClassification\"]", XY_ERR_UNSUPPORTED,
                 "config.json: architectures: LlamaForSequenceClassification is a classifier");
  refuses_config("llama_gqa_tied", "architectures", "[\"LlamaForTokenClassification\"]", XY_ERR_UNSUPPORTED,
                 "is a classifier of tokens");
  char *folder = folder_of("llama");
  add_tensor(folder, "base_model.model.model.layers.0.self_attn.q_proj.lora_A.default.weight");
  add_tensor(folder, "base_model.model.model.layers.0.self_attn.q_proj.lora_B.default.weight");
  open_fails(folder, XY_ERR_UNSUPPORTED, "2 LoRA tensors were left in the weights unmerged (base_model.");
  folder_remove(folder);
}

static void warns_of_what_is_not_read(void **state) {
  (void)state;
  xy_model_info info;
  char *folder = folder_of("llama");
  xy_model *model = open_and_describe(&info, folder);
  assert_int_equal(info.n_warnings, 0);
  xy_model_free(model);
  add_tensor(folder, "model.layers.0.self_attn.q_proj.bias");
  put_text(folder, "model.safetensors.index.json", "{}");
  put_text(folder, "adapter_config.json", "{}");
  model = open_and_describe(&info, folder);
  assert_int_equal(info.n_warnings, 2);
  assert_string_equal(info.notes[0],
                      "The folder holds model.safetensors.index.json beside model.safetensors, and only "
                      "model.safetensors is read.");
  assert_string_equal(info.notes[1],
                      "1 tensors have no place in this architecture and are ignored "
                      "(model.layers.0.self_attn.q_proj.bias).");
  xy_model_free(model);
  unlink(file_in(folder, "model.safetensors.index.json"));
  model = open_and_describe(&info, folder);
  assert_true(info.n_warnings == 2 && strstr(info.notes[0], "holds adapter_config.json beside") != NULL);
  xy_model_free(model);
  folder_remove(folder);
}

static void names_a_weight_that_is_not_finite(void **state) {
  (void)state;
  char *folder = folder_of("llama");
  xy_model *model;
  xy_error err;
  const unsigned char nan[4] = {0, 0, 0xC0, 0x7F};
  char *data;
  size_t size;
  assert_ok(xy__file_read_bytes(&data, &size, file_in(folder, "model.safetensors"), &err), err);
  memcpy(data + size - 4, nan, 4); /* the last value of the last tensor */
  put_file(folder, "model.safetensors", data, size);
  free(data);
  assert_ok(xy_model_open(&model, folder, &err), err); /* values are checked when they are used */
  assert_fails(xy__tensor_check_finite(model->norm_final.weight, &err), XY_ERR_NUMERIC, err,
               "model.safetensors: tensor model.norm.weight: expected finite values, found NaN at [31]");
  assert_ok(xy__tensor_check_finite(model->embedding, &err), err);
  xy_model_free(model);
  folder_remove(folder);
}

/* ---- config.json ----------------------------------------------------------------------------------------- */

static void refuses_configs_that_are_no_configs(void **state) {
  (void)state;
  char *folder = folder_of("llama");
  put_text(folder, "config.json", "");
  open_fails(folder, XY_ERR_FORMAT, "config.json:1:0: not valid JSON");
  put_text(folder, "config.json", "[1]");
  open_fails(folder, XY_ERR_FORMAT, "config.json: expected a JSON object");
  put_text(folder, "config.json", "{\"model_type\": \"llama\", \"model_type\": \"llama\"}");
  open_fails(folder, XY_ERR_FORMAT, "duplicate object key");
  folder_remove(folder);
}

static void lists_the_architectures(void **state) {
  (void)state;
  refuses_config("llama", "model_type", "\"bert\"", XY_ERR_UNSUPPORTED,
                 "config.json: model_type: expected one of gpt_neox, gpt2, llama, mistral, qwen2, olmo2; found 'bert'");
  refuses_config("llama", "model_type", NULL, XY_ERR_UNSUPPORTED, "olmo2; found nothing");
  refuses_config("llama", "model_type", "7", XY_ERR_FORMAT, "model_type: expected a string, found an integer");
  refuses_config("llama", "quantization_config", "{\"bits\": 4}", XY_ERR_UNSUPPORTED, "found a quantized checkpoint");
}

static void refuses_sizes_that_make_no_sense(void **state) {
  (void)state;
  const int format = XY_ERR_FORMAT;
  refuses_config("llama", "num_hidden_layers", "0", format,
                 "num_hidden_layers: expected a number from 1 to 2147483647, "
                 "found 0");
  refuses_config("llama", "num_hidden_layers", "-2", format, "found -2");
  refuses_config("llama", "num_hidden_layers", "2000000000", format, "found 2000000000 layers, but only 21 tensors");
  refuses_config("llama", "num_hidden_layers", "3", format,
                 "model.layers.2.input_layernorm.weight: expected shape [32]");
  refuses_config("llama", "hidden_size", NULL, format, "config.json: hidden_size: expected a number, found nothing");
  refuses_config("llama", "hidden_size", "\"32\"", format, "hidden_size: expected an integer, found a string");
  refuses_config("llama", "hidden_size", "99999999999", format, "found 99999999999");
  refuses_config("gpt2", "n_head", "5", format, "n_head: expected a divisor of n_embd 32, found 5");
  refuses_config("gpt_neox_parallel", "num_attention_heads", "3", format,
                 "expected a divisor of hidden_size 32, found 3");
  refuses_config("llama", "num_key_value_heads", "3", format, "expected a divisor of the 4 attention heads, found 3");
  refuses_config("llama", "vocab_size", "120", format,
                 "embed_tokens.weight: expected shape [120, 32], found [121, 32]");
  refuses_config("gpt2", "n_positions", "1024", format, "wpe.weight: expected shape [1024, 32], found [96, 32]");
  refuses_config("llama", "rms_norm_eps", "-1e-6", format, "rms_norm_eps: expected a number that is not negative");
  refuses_config("llama", "tie_word_embeddings", "1", format, "expected true or false, found an integer");
  refuses_config("llama", "bos_token_id", "\"<s>\"", format,
                 "bos_token_id: expected a token id, a list of them, or null");
  refuses_config("mistral_window", "sliding_window", "0", format, "sliding_window: expected a number from 1");
  refuses_config("qwen2_window", "layer_types", "[\"full_attention\"]", format,
                 "layer 1: expected full_attention or "
                 "sliding_attention, found nothing");
  refuses_config("qwen2_window", "use_sliding_window", "false", format,
                 "found sliding_attention although "
                 "use_sliding_window is false");
}

static void refuses_what_it_has_no_rules_for(void **state) {
  (void)state;
  const int unsupported = XY_ERR_UNSUPPORTED;
  refuses_config(
      "gpt2", "activation_function", "\"mish\"", unsupported,
      "activation_function: expected gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, silu or relu, found 'mish'");
  refuses_config("gpt2", "add_cross_attention", "true", unsupported, "found cross-attention");
  refuses_config("llama", "rope_scaling", "{\"type\": \"longrope\", \"factor\": 2.0}", unsupported,
                 "rope_scaling: rope_type: expected default, linear, llama3, yarn or dynamic, found 'longrope'");
  refuses_config("llama", "rope_scaling", "{\"type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [2]}",
                 unsupported, "found 'longrope'");
  refuses_config("gpt_neox_parallel", "rotary_pct", "0.2", unsupported, "expected an even number of the 8 columns");
  refuses_config("llama", "rope_scaling", "{\"type\": \"default\", \"partial_rotary_factor\": 0.5}", unsupported,
                 "all of them, found 0.5");
}

static void refuses_rotary_parameters_that_make_no_sense(void **state) {
  (void)state;
  const int format = XY_ERR_FORMAT;
  refuses_config("llama", "rope_scaling", "\"linear\"", format, "rope_scaling: expected an object or null");
  refuses_config("llama", "rope_scaling", "{\"type\": \"linear\"}", format,
                 "factor: expected a number above 0, found 0");
  refuses_config("llama", "rope_scaling", "{\"type\": \"linear\", \"factor\": -2}", format, "found -2");
  refuses_config("llama", "rope_scaling", "{\"type\": \"linear\", \"factor\": \"2\"}", format, "expected a number");
  refuses_config("llama", "rope_scaling",
                 "{\"type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4, \"high_freq_factor\": 4}", format,
                 "expected high_freq_factor above low_freq_factor, found 4 and 4");
  refuses_config("llama", "rope_scaling", "{\"type\": \"llama3\", \"factor\": 8}", format, "low_freq_factor: expected");
  refuses_config("llama", "rope_scaling", "{\"type\": \"yarn\", \"factor\": 2, \"beta_fast\": -1}", format,
                 "expected positive beta_fast");
  refuses_config("llama", "rope_theta", "0", format, "rope_theta: expected a number above 0");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(describes_a_checkpoint),
                                     cmocka_unit_test(notes_what_is_unusual),
                                     cmocka_unit_test(takes_odd_but_sound_ones),
                                     cmocka_unit_test(refuses_folders_without_a_checkpoint),
                                     cmocka_unit_test(refuses_shards_that_do_not_fit),
                                     cmocka_unit_test(refuses_weights_that_do_not_fit),
                                     cmocka_unit_test(names_what_is_there_instead),
                                     cmocka_unit_test(refuses_other_heads_and_unmerged_tensors),
                                     cmocka_unit_test(warns_of_what_is_not_read),
                                     cmocka_unit_test(names_a_weight_that_is_not_finite),
                                     cmocka_unit_test(refuses_configs_that_are_no_configs),
                                     cmocka_unit_test(lists_the_architectures),
                                     cmocka_unit_test(refuses_sizes_that_make_no_sense),
                                     cmocka_unit_test(refuses_what_it_has_no_rules_for),
                                     cmocka_unit_test(refuses_rotary_parameters_that_make_no_sense)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
