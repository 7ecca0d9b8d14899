#!/usr/bin/env python3
"""Speed of the engine: a dated table and a JSON file.

usage: run.py BUILD [--runs N] [--shapes a,b] [--nodes N] [--out FOLDER]

For each shape (tools/make_shape.py, random weights, written once below BUILD/shapes) and precision: the walk with head
over template-made sentences (bench/sentences.h) against oneDNN's best rate at the same matrix shapes, measured in the
same process; then two threads against one, and the start of a call. Medians of N runs (3). --nodes is the forest's size
(0: all of it); by default it is so large that a run takes under a minute on two cores.
"""
import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys

NODES = {'neox-160m': 12000, 'neox-410m': 5000, 'neox-1.4b': 2000, 'llama-1.1b': 2000}
HERE = os.path.dirname(os.path.abspath(__file__))


def processor():
    try:
        with open('/proc/cpuinfo') as lines:
            for line in lines:
                if line.startswith('model name'):
                    return line.split(':', 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def program(build, name, *args):
    out = subprocess.run([os.path.join(build, 'bench', name), *map(str, args)], check=True, capture_output=True, text=True)
    return json.loads(out.stdout.replace('inf', '0').replace('nan', '0'))


def shape_folder(build, shape):
    folder = os.path.join(build, 'shapes', shape)
    if not os.path.exists(os.path.join(folder, 'config.json')):
        maker = os.path.join(HERE, '..', 'tools', 'make_shape.py')
        subprocess.run([sys.executable, maker, shape, folder, 'bf16'], check=True)
    return folder


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('build')
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--shapes', default=','.join(NODES))
    parser.add_argument('--nodes', type=int)
    parser.add_argument('--out', default='.')
    options = parser.parse_args()
    subprocess.run(['ninja', '-C', options.build, 'bench/bench_walk', 'bench/bench_forest'], check=True,
                   stdout=subprocess.DEVNULL)
    threads = os.cpu_count()
    now = datetime.datetime.now().astimezone().isoformat(timespec='seconds')
    commit = subprocess.run(['git', '-C', HERE, 'describe', '--always', '--dirty'], capture_output=True, text=True)
    report = {'date': now, 'commit': commit.stdout.strip(), 'processor': processor(), 'threads': threads,
              'runs': options.runs, 'forest': program(options.build, 'bench_forest', 45540), 'walks': [], 'raw': []}
    forest = report['forest']
    print(f"{now}  {report['commit']}  {report['processor']}, {threads} threads, medians of {options.runs}")
    print(f"forest: {forest['tokens']} tokens, {forest['nodes']} nodes, {forest['computed']} computed "
          f"({forest['tokens_per_computed']} tokens each), sorted and built in "
          f"{forest['sort_s'] + forest['build_s']:.2f} s")
    print(f"{'shape':<12}{'':6}{'nodes':>8}{'seconds':>9}{'GFLOP/s':>9}{'oneDNN s':>10}{'share':>8}{'of cpu':>8}"
          f"{'MiB':>7}")
    for shape in options.shapes.split(','):
        folder = shape_folder(options.build, shape)
        nodes = NODES.get(shape, 2000) if options.nodes is None else options.nodes
        for precision in ('fp32', 'bf16'):
            rows = [program(options.build, 'bench_walk', folder, precision, threads, nodes, 0)
                    for _ in range(options.runs)]
            report['raw'] += rows
            row = {key: median(rows, key) for key in ('computed', 'seconds', 'gflops', 'ideal_seconds', 'share',
                                                      'share_cpu', 'peak_mib')}
            report['walks'].append({'shape': shape, 'precision': precision} | row)
            print(f"{shape:<12}{precision:<6}{row['computed']:>8}{row['seconds']:>9.2f}{row['gflops']:>9.1f}"
                  f"{row['ideal_seconds']:>10.2f}{row['share']:>8.1%}{row['share_cpu']:>8.1%}{row['peak_mib']:>7}",
                  flush=True)
    folder = shape_folder(options.build, 'neox-160m')
    alone = [[program(options.build, 'bench_walk', folder, 'fp32', t, 4000, 0, 'alone') for _ in range(options.runs)]
             for t in (1, threads)]
    report['raw'] += alone[0] + alone[1]
    report['threads_gain'] = median(alone[0], 'seconds') / median(alone[1], 'seconds')
    print(f"{threads} threads against 1: {report['threads_gain']:.2f}x")
    short = [program(options.build, 'bench_walk', folder, 'fp32', threads, 5, 0, 'alone') for _ in range(options.runs)]
    report['raw'] += short
    report['one_sentence_s'] = median(short, 'seconds')
    print(f"one sentence, 160M, warm: {report['one_sentence_s']:.3f} s")
    path = os.path.join(options.out, f"bench-{now[:10]}.json")
    with open(path, 'w') as out:
        json.dump(report, out, indent=1)
    print(f'written to {path}')


if __name__ == '__main__':
    main()
