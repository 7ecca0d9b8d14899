#!/usr/bin/env python3
"""bf16 against fp32 on every built-in benchmark: the seedling family is audited in both, and compared.

usage: precision.py XYLEM FOLDER

Prints how far the log-probability of a token moves (text's sum over its tokens), how many pairs change the side that the
model prefers, and how many verdicts change; then the same as a line of JSON.
"""
import json
import os
import shutil
import subprocess
import sys

STAGES = ['base=seedling/base', 'sft=seedling/sft:base', 'dpo=seedling/dpo:base:dpo:0.1',
          'sft-dpo=seedling/sft-dpo:sft:dpo:0.1']


def audit(xylem, folder, precision):
    listed = subprocess.run([xylem, 'bench', 'list'], check=True, capture_output=True, text=True).stdout
    args = [xylem, 'audit', '--quiet', '--runs', folder, '--name', precision, '--precision', precision]
    for line in listed.splitlines()[1:]:
        if not line.startswith(' '):  # the rest of a description
            args += ['--benchmark', line.split()[0]]
    for stage in STAGES:
        args += ['--stage', stage]
    subprocess.run(args, check=True, stdout=subprocess.DEVNULL)
    run = os.path.join(folder, precision)
    with open(os.path.join(run, 'results.json')) as text:
        measures = json.load(text)['measures']
    with open(os.path.join(run, 'samples.jsonl')) as lines:
        return measures, [json.loads(line) for line in lines]


def name_of(measure):
    """Everything that says which number it is, and nothing that is said of it."""
    return tuple(measure[key] for key in ('benchmark', 'measure', 'mode', 'stage', 'against', 'identity', 'theme'))


def is_whole(measure):
    return measure['identity'] == 'all' and measure['theme'] == 'all'


def compare(xylem, folder):
    shutil.rmtree(folder, ignore_errors=True)
    (measures32, samples32), (measures16, samples16) = [audit(xylem, folder, p) for p in ('fp32', 'bf16')]
    drifts, signs, pairs = [], 0, 0
    for a, b in zip(samples32, samples16, strict=True):
        for side in ('target', 'counterpart'):
            if a.get(side + '_full') is not None:
                drifts.append(abs(a[side + '_full'] - b[side + '_full']) / a[side + '_tokens'])
        for x, y in zip(a.get('options', []), b.get('options', []), strict=True):
            drifts.append(abs(x['logprob'] - y['logprob']) / x['tokens'])
        if a.get('gap_full') is not None:
            pairs += 1
            signs += (a['gap_full'] > 0) != (b['gap_full'] > 0)
    drifts.sort()
    other = {name_of(m): m for m in measures16}
    judged = [(m, other[name_of(m)]['verdict']) for m in measures32 if m['verdict'] is not None]
    changed = [(m, verdict) for m, verdict in judged if verdict != m['verdict']]
    moved, none = ('amplified', 'attenuated'), ('clear', 'persists', 'negligible')
    shutil.rmtree(folder)
    row = {'texts': len(drifts), 'mean': sum(drifts) / len(drifts), 'p99': drifts[len(drifts) * 99 // 100],
           'most': drifts[-1], 'pairs': pairs, 'pairs_flipped': signs, 'verdicts': len(judged),
           'verdicts_changed': len(changed), 'of_whole_benchmarks': sum(is_whole(m) for m, _ in judged),
           'of_whole_benchmarks_changed': sum(is_whole(m) for m, _ in changed),
           'undetermined_to_none': sum(m['verdict'] == 'undetermined' and v in none for m, v in changed),
           'moves_lost': sum(m['verdict'] in moved and v not in moved for m, v in changed),
           'moves_gained': sum(m['verdict'] not in moved and v in moved for m, v in changed),
           'moves_turned': sum(m['verdict'] in moved and v in moved for m, v in changed)}
    print(f"{row['texts']} texts, nats a token: mean {row['mean']:.4f}, 99 of 100 below {row['p99']:.4f}, "
          f"most {row['most']:.4f}\n"
          f"{row['pairs_flipped']} of {pairs} pairs change sides; {len(changed)} of {len(judged)} verdicts change, "
          f"{row['of_whole_benchmarks_changed']} of the {row['of_whole_benchmarks']} of whole benchmarks; "
          f"{row['undetermined_to_none']} from undetermined to none (clear, persists, negligible), moves: "
          f"{row['moves_lost']} lost, {row['moves_gained']} gained, {row['moves_turned']} turned round")
    return row


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(json.dumps(compare(*sys.argv[1:])))
