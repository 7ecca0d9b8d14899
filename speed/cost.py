#!/usr/bin/env python3
"""What a WinoQueer-sized benchmark costs on larger models, from rates that `run.py --only walks` measured.

usage: cost.py BENCH.json [NODES]      (default 143503: WinoQueer's shape under the GPT-NeoX tokenizer)

Floating-point operations by docs/performance.md's formula, divided by the rate of the largest shape that was measured;
memory is the residual stream, a layer's packed weights in fp32, and the checkpoint's bytes in bf16 are read once.
"""
import json
import sys

# layers, hidden, query heads, key/value heads, head size, intermediate, gated, vocabulary
MODELS = {
    'Pythia 1.4B': (24, 2048, 16, 16, 128, 8192, False, 50304),
    'Pythia 2.8B': (32, 2560, 32, 32, 80, 10240, False, 50304),
    'Pythia 6.9B': (32, 4096, 32, 32, 128, 16384, False, 50432),
    'Llama 7B': (32, 4096, 32, 32, 128, 11008, True, 32000),
    'Pythia 12B': (36, 5120, 40, 40, 128, 20480, False, 50688),
    'Llama 13B': (40, 5120, 40, 40, 128, 13824, True, 32000),
}
DEPTH = 7  # tokens before and with a node, on average: a hundredth of the work


def cost(model, nodes):
    layers, d, heads, kv, k, f, gated, vocabulary = MODELS[model]
    layer = d * (heads + 2 * kv) * k + heads * k * d + (3 if gated else 2) * d * f
    flops = 2 * nodes * (layers * layer + vocabulary * d) + 4 * layers * heads * k * nodes * DEPTH
    read = 2 * (layers * layer + 2 * vocabulary * d)
    return flops, read, 4 * nodes * d + 4 * layer


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with open(sys.argv[1]) as text:
        report = json.load(text)
    nodes = int(sys.argv[2]) if len(sys.argv) > 2 else 143503
    rates = {p: max((w for w in report['walks'] if w['precision'] == p), key=lambda w: w['flops'] / w['computed'])
             for p in ('fp32', 'bf16')}
    print(f"{nodes} nodes; " + ', '.join(f"{p}: {w['gflops']:.0f} GFLOP/s ({w['shape']})" for p, w in rates.items()))
    print(f"{'model':<13}{'PFLOP':>7}{'read GB':>9}{'MEM GB':>8}{'fp32 h':>8}{'bf16 h':>8}")
    for model in MODELS:
        flops, read, memory = cost(model, nodes)
        hours = [flops / 1e9 / rates[p]['gflops'] / 3600 for p in ('fp32', 'bf16')]
        print(f'{model:<13}{flops / 1e15:>7.2f}{read / 1e9:>9.1f}{memory / 1e9:>8.1f}{hours[0]:>8.2f}{hours[1]:>8.2f}')


if __name__ == '__main__':
    main()
