#!/usr/bin/env python3
"""Tiny random checkpoints with the log-probabilities that Transformers gives for them, for tests/model/data.

One folder per architecture and spelling: config.json, safetensors, golden.jsonl. A line of golden.jsonl holds `ids`
and `logprobs`, logprobs[t] = log p(ids[t+1] | ids[..t]) in fp32 with eager attention, and a manifest records the
versions. Weights are spread wide enough that every part of the model moves the result; a check below changes each
option and demands that the log-probabilities change.

usage: make_model_goldens.py [OUT_DIR]      (needs torch, transformers, safetensors)
"""
import json
import pathlib
import shutil
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file

VOCAB = 121  # odd: no row count that happens to fit a block size
LENGTHS = (2, 3, 7, 20, 61)
HIDDEN = dict(vocab_size=VOCAB, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=96,
              bos_token_id=1, eos_token_id=2)
LLAMA = dict(HIDDEN, intermediate_size=52, num_key_value_heads=2)
NEOX = dict(HIDDEN, intermediate_size=72, bos_token_id=0, eos_token_id=0)
GPT2 = dict(vocab_size=VOCAB, n_embd=32, n_layer=2, n_head=4, n_positions=96, bos_token_id=0, eos_token_id=0)


def rope(**values):
    return {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default", **values}}


# name: (configuration class, keyword arguments, how it is written). `old`: config.json in the spelling of 2023.
MODELS = {
    "gpt_neox_parallel": ("GPTNeoX", dict(NEOX, **rope(partial_rotary_factor=0.25)), {"old": True, "buffers": True}),
    "gpt_neox_serial": ("GPTNeoX", dict(NEOX, use_parallel_residual=False, hidden_act="gelu_new",
                                        attention_bias=False, **rope(partial_rotary_factor=0.5)), {"dtype": "float16"}),
    "gpt_neox_tied": ("GPTNeoX", dict(NEOX, tie_word_embeddings=True, hidden_act="relu",
                                      **rope(partial_rotary_factor=1.0, rope_theta=5000.0)), {"dtype": "bfloat16"}),
    "gpt2": ("GPT2", dict(GPT2), {"old": True, "bare": True}),
    "gpt2_scaled": ("GPT2", dict(GPT2, n_inner=40, scale_attn_by_inverse_layer_idx=True, scale_attn_weights=False,
                                 tie_word_embeddings=False, activation_function="gelu"), {"dtype": "bfloat16"}),
    "llama": ("Llama", dict(LLAMA, num_key_value_heads=4, **rope()), {"old": True}),
    "llama_gqa_tied": ("Llama", dict(LLAMA, num_key_value_heads=1, tie_word_embeddings=True, head_dim=12, **rope()),
                       {"dtype": "bfloat16"}),
    "llama_biases": ("Llama", dict(LLAMA, attention_bias=True, mlp_bias=True, **rope()), {"dtype": "float16"}),
    "llama_llama3_rope": ("Llama", dict(LLAMA, **rope(rope_theta=500000.0, rope_type="llama3", factor=8.0,
                                                      low_freq_factor=1.0, high_freq_factor=4.0,
                                                      original_max_position_embeddings=32)), {"old": True}),
    "llama_linear_rope": ("Llama", dict(LLAMA, **rope(rope_type="linear", factor=2.5)),
                          {"old": True, "dtype": "bfloat16"}),
    "llama_yarn_rope": ("Llama", dict(LLAMA, **rope(rope_type="yarn", factor=4.0,
                                                    original_max_position_embeddings=24)), {"dtype": "bfloat16"}),
    "llama_dynamic_rope": ("Llama", dict(LLAMA, **rope(rope_type="dynamic", factor=3.0)), {"dtype": "float16"}),
    "llama_f16_shards": ("Llama", dict(LLAMA, **rope()), {"dtype": "float16", "shard": "12KB"}),
    "mistral_window": ("Mistral", dict(LLAMA, sliding_window=5, **rope()), {"old": True}),
    "qwen2": ("Qwen2", dict(LLAMA, **rope(rope_theta=1000000.0)), {"old": True}),
    "qwen2_window": ("Qwen2", dict(LLAMA, use_sliding_window=True, sliding_window=4, max_window_layers=1, **rope()),
                     {"dtype": "bfloat16"}),
    "olmo2": ("Olmo2", dict(LLAMA, **rope(rope_theta=500000.0)), {"dtype": "bfloat16"}),
}


def randomise(model, generator):
    """Values at which norms, biases and attention all matter."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if value.dim() == 1:
                value.copy_(noise * 0.2 + (1.0 if "norm" in name or ".ln_" in name else 0.0))
            else:
                value.copy_(noise * (0.7 if "embed" in name or "wte" in name else 1.6 / value.shape[-1] ** 0.5))


def logprobs(model, ids):
    with torch.no_grad():
        values = torch.log_softmax(model(torch.tensor([ids])).logits[0].float(), -1)
    return [float(f"{values[t, token]:.8g}") for t, token in enumerate(ids[1:])]


def spell_old(folder, options):
    """Rewrites config.json as Transformers 4.33 did."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.33.0"
    parameters = dict(config.pop("rope_parameters", None) or {})
    if config["model_type"] == "gpt_neox":
        config["rotary_emb_base"] = int(parameters.pop("rope_theta"))
        config["rotary_pct"] = parameters.pop("partial_rotary_factor")
        config.pop("attention_bias", None)
    elif parameters:
        config["rope_theta"] = parameters.pop("rope_theta")
        kind = parameters.pop("rope_type")
        config["rope_scaling"] = {"type": kind, **parameters} if kind != "default" else None
    if config["model_type"] == "gpt2":
        config.pop("tie_word_embeddings", None)
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    weights = folder / "model.safetensors"
    if options.get("buffers") or options.get("bare"):
        tensors = load_file(weights)
        if options.get("bare"):
            tensors = {name.removeprefix("transformer."): value for name, value in tensors.items()}
            for layer in range(config["n_layer"]):
                tensors[f"h.{layer}.attn.bias"] = torch.ones(1, 1, 4, 4)
        else:
            for layer in range(config["num_hidden_layers"]):
                start = f"gpt_neox.layers.{layer}.attention."
                tensors[start + "bias"] = torch.ones(1, 1, 4, 4, dtype=torch.bool)
                tensors[start + "masked_bias"] = torch.tensor(-1e9)
                tensors[start + "rotary_emb.inv_freq"] = torch.ones(1)
        save_file(tensors, weights, metadata={"format": "pt"})


def make(name, out):
    kind, arguments, options = MODELS[name]
    seed = sum(name.encode()) * 7919
    generator = torch.Generator().manual_seed(seed)
    configuration = getattr(transformers, kind + "Config")(**arguments)
    model = getattr(transformers, kind + ("LMHeadModel" if kind == "GPT2" else "ForCausalLM"))(configuration)
    randomise(model, generator)
    model = model.to(getattr(torch, options.get("dtype", "float32"))).eval()
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, max_shard_size=options.get("shard", "5GB"))
    (folder / "generation_config.json").unlink(missing_ok=True)
    if options.get("old"):
        spell_old(folder, options)
    # What counts is what is on disk, read back in fp32.
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    with open(folder / "golden.jsonl", "w") as file:
        for n in LENGTHS:
            ids = torch.randint(0, VOCAB, (n,), generator=generator).tolist()
            values = logprobs(model, ids)
            assert all(value == value and value < 0 for value in values), (name, values)
            file.write(json.dumps({"ids": ids, "logprobs": values}) + "\n")
    return model


def differ(a, b, ids):
    return max(abs(x - y) for x, y in zip(logprobs(a, ids), logprobs(b, ids)))


def check_options(out):
    """An option that does not change the result tests nothing."""
    changes = {"gpt_neox_serial": {"use_parallel_residual": True}, "gpt_neox_parallel": {"rotary_pct": 0.5},
               "gpt2_scaled": {"scale_attn_by_inverse_layer_idx": False}, "llama_llama3_rope": {"rope_scaling": None},
               "llama_linear_rope": {"rope_scaling": None}, "mistral_window": {"sliding_window": 6},
               "llama_yarn_rope": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}},
               "qwen2_window": {"max_window_layers": 0}, "qwen2": {"rope_theta": 10000.0}}
    for name, change in changes.items():
        folder = out / name
        text = (folder / "config.json").read_text()
        load = lambda: transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32,
                                                                         attn_implementation="eager")
        ids = json.loads((folder / "golden.jsonl").read_text().splitlines()[-1])["ids"]
        before = load()
        try:
            config = {**json.loads(text), **change}
            if "max_window_layers" in change:
                config.pop("layer_types", None)
            (folder / "config.json").write_text(json.dumps(config))
            effect = differ(before, load(), ids)
        finally:
            (folder / "config.json").write_text(text)
        print(f"{name}: {change} moves a log-probability by {effect:.3g}")
        assert effect > 1e-3, name


def main():
    default = pathlib.Path(__file__).resolve().parent.parent / "tests" / "model" / "data"
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for name in MODELS:
        make(name, out)
    check_options(out)
    manifest = {"made_by": "tools/make_model_goldens.py", "torch": torch.__version__,
                "transformers": transformers.__version__, "models": sorted(MODELS)}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    for name in MODELS:
        print(name, sum(file.stat().st_size for file in (out / name).iterdir()), "bytes")


if __name__ == "__main__":
    main()
