#!/usr/bin/env python3
"""Writes a checkpoint with the shape of a published model and random weights, for speed measurements.

usage: make_shape.py SHAPE FOLDER [f32|bf16]      (default bf16; deterministic)

Weights are slices of one block of normal random numbers, so that writing is as fast as the disk. GPT-NeoX shapes get a
tokenizer.json of the size and layout of theirs: 50,009 merges, first all words of two and three letters. Standard library
only. Shapes: neox-14m, neox-70m, neox-160m, neox-410m, neox-1.4b, neox-6.9b, llama-1.1b; layers, hidden, heads, kv
heads, intermediate and vocabulary are those of Pythia and TinyLlama.
"""
import array
import json
import os
import random
import struct
import sys

SHAPES = {
    'neox-14m': ('gpt_neox', 6, 128, 4, 4, 512, 50304),
    'neox-70m': ('gpt_neox', 6, 512, 8, 8, 2048, 50304),
    'neox-160m': ('gpt_neox', 12, 768, 12, 12, 3072, 50304),
    'neox-410m': ('gpt_neox', 24, 1024, 16, 16, 4096, 50304),
    'neox-1.4b': ('gpt_neox', 24, 2048, 16, 16, 8192, 50304),
    'neox-6.9b': ('gpt_neox', 32, 4096, 32, 32, 16384, 50432),
    'llama-1.1b': ('llama', 22, 2048, 32, 4, 5632, 32000),
}
BLOCK = 1 << 22  # numbers


def random_block(dtype):
    """BLOCK standard normal numbers as little-endian bytes."""
    rng = random.Random(20241106)
    floats = array.array('f', [rng.gauss(0, 1) for _ in range(1 << 16)])
    values = array.array('f')
    while len(values) < BLOCK:  # the same 65,536 numbers, starting elsewhere each time
        start = rng.randrange(len(floats))
        values += floats[start:] + floats[:start]
    if sys.byteorder == 'big':
        values.byteswap()
    data = values.tobytes()
    if dtype == 'f32':
        return data
    halves = bytearray(len(data) // 2)
    halves[0::2] = data[2::4]
    halves[1::2] = data[3::4]
    return bytes(halves)


def scaled(block, dtype, scale):
    """The block times a power of two, by its exponents."""
    shift = round(scale)
    if dtype == 'f32':
        values = array.array('I')
        values.frombytes(block)
        return array.array('I', [v + (shift << 23) if v & 0x7F800000 else v for v in values]).tobytes()
    values = array.array('H')
    values.frombytes(block)
    return array.array('H', [v + (shift << 7) if v & 0x7F80 else v for v in values]).tobytes()


def tensors(shape):
    kind, layers, d, heads, kv, f, v = SHAPES[shape]
    k = d // heads
    if kind == 'gpt_neox':
        yield 'gpt_neox.embed_in.weight', [v, d]
        for l in range(layers):
            p = f'gpt_neox.layers.{l}.'
            for norm in ('input_layernorm', 'post_attention_layernorm'):
                yield p + norm + '.weight', [d]
                yield p + norm + '.bias', [d]
            for name, out, inner in (('attention.query_key_value', 3 * d, d), ('attention.dense', d, d),
                                     ('mlp.dense_h_to_4h', f, d), ('mlp.dense_4h_to_h', d, f)):
                yield p + name + '.weight', [out, inner]
                yield p + name + '.bias', [out]
        yield 'gpt_neox.final_layer_norm.weight', [d]
        yield 'gpt_neox.final_layer_norm.bias', [d]
        yield 'embed_out.weight', [v, d]
        return
    yield 'model.embed_tokens.weight', [v, d]
    for l in range(layers):
        p = f'model.layers.{l}.'
        yield p + 'input_layernorm.weight', [d]
        yield p + 'post_attention_layernorm.weight', [d]
        for name, out, inner in (('self_attn.q_proj', d, d), ('self_attn.k_proj', kv * k, d),
                                 ('self_attn.v_proj', kv * k, d), ('self_attn.o_proj', d, d), ('mlp.gate_proj', f, d),
                                 ('mlp.up_proj', f, d), ('mlp.down_proj', d, f)):
            yield p + name + '.weight', [out, inner]
    yield 'model.norm.weight', [d]
    yield 'lm_head.weight', [v, d]


def config(shape, dtype):
    kind, layers, d, heads, kv, f, v = SHAPES[shape]
    common = {'model_type': kind, 'hidden_size': d, 'num_hidden_layers': layers, 'num_attention_heads': heads,
              'intermediate_size': f, 'vocab_size': v, 'max_position_embeddings': 2048, 'bos_token_id': 0,
              'eos_token_id': 0, 'tie_word_embeddings': False,
              'torch_dtype': 'float32' if dtype == 'f32' else 'bfloat16'}
    if kind == 'gpt_neox':
        return common | {'architectures': ['GPTNeoXForCausalLM'], 'hidden_act': 'gelu', 'layer_norm_eps': 1e-5,
                         'rotary_pct': 0.25, 'rotary_emb_base': 10000, 'use_parallel_residual': True}
    return common | {'architectures': ['LlamaForCausalLM'], 'hidden_act': 'silu', 'rms_norm_eps': 1e-5,
                     'num_key_value_heads': kv, 'rope_theta': 10000.0, 'bos_token_id': 1, 'eos_token_id': 2}


def tokenizer():
    """Byte-level BPE whose tokens are letter combinations, ids in order of merges."""
    letters = 'abcdefghijklmnopqrstuvwxyz'
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    bytes_ = [chr(b) for b in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    merges = [(a, b) for a in '\u0120' + letters for b in letters]
    merges += [(pair[0] + pair[1], c) for pair in merges for c in letters]
    seen = {a + b for a, b in merges}
    rng = random.Random(20241106)
    while len(merges) < 50009:
        pair = (rng.choice(merges)[0], ''.join(rng.choice(merges)))
        if ''.join(pair) not in seen and len(''.join(pair)) < 16 and '\u0120' not in pair[1]:
            seen.add(''.join(pair))
            merges.append(pair)
    tokens = ['<|endoftext|>', *bytes_, *(a + b for a, b in merges)]
    byte_level = {'type': 'ByteLevel', 'add_prefix_space': False, 'trim_offsets': True, 'use_regex': True}
    end = {'id': 0, 'content': tokens[0], 'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False,
           'special': True}
    model = {'type': 'BPE', 'dropout': None, 'unk_token': None, 'continuing_subword_prefix': None,
             'end_of_word_suffix': None, 'fuse_unk': False, 'byte_fallback': False,
             'vocab': {token: i for i, token in enumerate(tokens)}, 'merges': [' '.join(pair) for pair in merges]}
    return {'version': '1.0', 'truncation': None, 'padding': None, 'added_tokens': [end], 'normalizer': {'type': 'NFC'},
            'pre_tokenizer': byte_level, 'post_processor': byte_level, 'decoder': byte_level, 'model': model}


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in SHAPES or (sys.argv[3:] or ['bf16'])[0] not in ('f32', 'bf16'):
        sys.exit(__doc__)
    shape, folder, dtype = sys.argv[1], sys.argv[2], (sys.argv[3:] or ['bf16'])[0]
    size = 4 if dtype == 'f32' else 2
    header, at = {}, 0
    for name, dims in tensors(shape):
        n = 1
        for dim in dims:
            n *= dim
        header[name] = {'dtype': 'F32' if dtype == 'f32' else 'BF16', 'shape': dims, 'data_offsets': [at, at + n * size]}
        at += n * size
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    block = random_block(dtype)
    small = scaled(block, dtype, -5)  # weights of about 0.03
    ones = struct.pack('<f', 1.0)[4 - size:] * 65536
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, 'model.safetensors')
    with open(path + '.tmp', 'wb') as out:
        out.write(struct.pack('<Q', len(text)) + text)
        start = 0
        for name, entry in header.items():
            left = entry['data_offsets'][1] - entry['data_offsets'][0]
            norm = 'norm' in name and name.endswith('weight')
            source = ones if norm else small
            start = 0 if norm else (start + 7919 * size) % (len(source) // 2)
            while left > 0:
                piece = source[start:start + left]
                out.write(piece)
                left -= len(piece)
                start = 0
    os.replace(path + '.tmp', path)
    with open(os.path.join(folder, 'config.json'), 'w') as out:
        json.dump(config(shape, dtype), out, indent=2)
    if SHAPES[shape][0] == 'gpt_neox':
        with open(os.path.join(folder, 'tokenizer.json'), 'w', encoding='utf-8') as out:
            json.dump(tokenizer(), out, indent=2, ensure_ascii=False)
        with open(os.path.join(folder, 'tokenizer_config.json'), 'w') as out:
            json.dump({'bos_token': '<|endoftext|>', 'eos_token': '<|endoftext|>'}, out, indent=2)


if __name__ == '__main__':
    main()
