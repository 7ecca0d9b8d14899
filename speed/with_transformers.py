#!/usr/bin/env python3
"""The same sentences through Transformers on PyTorch, for comparison (needs torch and transformers from PyPI).

usage: with_transformers.py MODEL SEQUENCES [--precision fp32|bf16] [--seconds S] [--batches 8,16,…]

SEQUENCES are token ids of one a line (forest's). They are sorted by length and cut into batches, padded on the
right; each batch is one forward pass and the log-softmax of the wanted tokens, without gradients, on all cores. For
each batch size, batches are drawn evenly from the whole sorted file until S seconds are used, and the time of the file
is their time divided by their share of its tokens; the best batch size counts. Prints a line of JSON.
"""
import argparse
import json
import os
import sys
import time

import torch
import transformers


def batches_of(sequences, size):
    return [sequences[i:i + size] for i in range(0, len(sequences), size)]


def padded(batch):
    width = max(map(len, batch))
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    mask = torch.zeros(len(batch), width, dtype=torch.long)
    for row, sequence in enumerate(batch):
        ids[row, :len(sequence)] = torch.tensor(sequence)
        mask[row, :len(sequence)] = 1
    return ids, mask


def score(model, batch):
    ids, mask = padded(batch)
    logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits[:, :-1]
    wanted = ids[:, 1:]
    # log-probability of the wanted token without storing a second tensor of the logits' size
    chosen = logits.gather(2, wanted[:, :, None])[:, :, 0].float()
    return (chosen - torch.logsumexp(logits.float(), 2)) * mask[:, 1:]


def evenly(batches, seconds, model):
    """Share of the tokens that was scored, and the seconds that it took."""
    all_tokens = sum(len(s) for b in batches for s in b)
    step = 0.6180339887  # golden-section steps visit the sorted file evenly, however many fit in
    done, seen, spent, at = 0, set(), 0.0, 0.5
    while spent < seconds and len(seen) < len(batches):
        at = (at + step) % 1
        i = int(at * len(batches))
        if i in seen:
            continue
        seen.add(i)
        start = time.perf_counter()
        total = score(model, batches[i]).sum().item()
        spent += time.perf_counter() - start
        if total != total:
            sys.exit(f'batch {i}: expected a finite score, found {total}')
        done += sum(map(len, batches[i]))
    return done / all_tokens, spent


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('model')
    parser.add_argument('sequences')
    parser.add_argument('--precision', default='fp32', choices=('fp32', 'bf16'))
    parser.add_argument('--seconds', type=float, default=30)
    parser.add_argument('--batches', default='8,16,32,64,128')
    options = parser.parse_args()
    torch.set_num_threads(os.cpu_count())
    dtype = torch.float32 if options.precision == 'fp32' else torch.bfloat16
    model = transformers.AutoModelForCausalLM.from_pretrained(options.model, dtype=dtype).eval()
    with open(options.sequences) as lines:
        sequences = sorted(([int(i) for i in line.split()] for line in lines), key=len)
    out = {'torch': torch.__version__, 'transformers': transformers.__version__, 'precision': options.precision,
           'threads': torch.get_num_threads(), 'sequences': len(sequences), 'sizes': []}
    with torch.inference_mode():
        for size in map(int, options.batches.split(',')):
            batches = batches_of(sequences, size)
            score(model, batches[len(batches) // 2])  # warm up
            share, spent = evenly(batches, options.seconds, model)
            out['sizes'].append({'batch': size, 'share': share, 'spent_s': spent, 'whole_s': spent / share})
    out |= min(out['sizes'], key=lambda row: row['whole_s'])
    print(json.dumps(out))


if __name__ == '__main__':
    main()
