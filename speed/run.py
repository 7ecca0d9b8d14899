#!/usr/bin/env python3
"""Speed of the engine and of a whole audit: dated tables and a JSON file.

usage: run.py BUILD [--only PART,…] [--runs N] [--shapes a,b] [--nodes N] [--out FOLDER] [--python PYTHON]
              [--prefix COMMAND]

Parts (all but `larger` and `transformers` by default; they are long, and the second needs PyTorch; `all`: those too):
  walks         each shape and precision against oneDNN's best rate, measured in the same process, and where the time goes
  threads       all threads against one
  continue      new tokens a second at 1 to 256 texts, against the walk and against the speed of memory
  start         `xylem score` of one sentence against reading the checkpoint
  nodes         time and memory from a thousand nodes to a million
  models        from 14M to 1.4B parameters
  audit         stages and pairs of a whole audit: first run, again, and statistics from stored scores
  precision     bf16 against fp32: tokens, pairs and verdicts of every built-in benchmark
  larger        a 6.9B checkpoint in bf16 with --memory 6G, and with memory to spare (14 GB of disk)
  transformers  the same sentences through Transformers on PyTorch (--python: one that has them)

Checkpoints have random weights in the shapes of published models (tools/make_shape.py), made once below BUILD/shapes;
sentences are made from templates (speed/sentences.h, tools/make_pairs.py). Figures are medians of N runs (3). COMMAND stands in
front of the measured walks (numactl --physcpubind=0,1 and the like).
"""
import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time

NODES = {'neox-160m': 12000, 'neox-410m': 6000, 'neox-1.4b': 6000, 'llama-1.1b': 6000}
PARTS = ['walks', 'threads', 'continue', 'start', 'nodes', 'models', 'audit', 'precision', 'larger', 'transformers']
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


def processor():
    try:
        with open('/proc/cpuinfo') as lines:
            for line in lines:
                if line.startswith('model name'):
                    return line.split(':', 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def median(rows, key):
    return statistics.median(row[key] for row in rows)


class Bench:
    def __init__(self, options):
        self.build, self.runs, self.options = options.build, options.runs, options
        self.threads = os.cpu_count()
        self.report = {}

    def program(self, name, *args):
        out = subprocess.run([*self.options.prefix.split(), os.path.join(self.build, 'speed', name), *map(str, args)],
                             check=True, capture_output=True, text=True)
        return json.loads(out.stdout.replace('inf', '0').replace('nan', '0'))

    def shape(self, name, dtype='bf16'):
        folder = os.path.join(self.build, 'shapes', name if dtype == 'bf16' else f'{name}-{dtype}')
        if not os.path.exists(os.path.join(folder, 'config.json')):
            maker = os.path.join(ROOT, 'tools', 'make_shape.py')
            subprocess.run([sys.executable, maker, name, folder, dtype], check=True)
        return folder

    def walk(self, shape, precision_name, nodes, *, threads=None, memory=0, how=None, runs=None):
        """Medians of a walk's figures."""
        args = [self.shape(shape), precision_name, threads or self.threads, nodes, memory] + ([how] if how else [])
        rows = [self.program('walk', *args) for _ in range(runs or self.runs)]
        out = {key: median(rows, key) for key in rows[0] if isinstance(rows[0][key], (int, float))}
        out |= {'shape': shape, 'precision': precision_name, 'runs': len(rows)}
        out['spent'] = {part: statistics.median(row['spent'][part] for row in rows) for part in rows[0]['spent']}
        return out

    def command(self, *args):
        """Seconds and peak memory of a whole command of xylem."""
        start = time.perf_counter()
        child = subprocess.Popen([os.path.join(self.build, 'xylem'), *map(str, args)], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f'xylem {" ".join(map(str, args))}: exit {child.returncode}')
        return {'seconds': time.perf_counter() - start, 'peak_mib': usage.ru_maxrss >> 10}

    # ---- parts ----

    def forest(self):
        row = self.program('forest', 45540)
        print(f"forest: {row['tokens']} tokens, {row['nodes']} nodes, {row['computed']} computed "
              f"({row['tokens_per_computed']} tokens each), sorted and built in {row['sort_s'] + row['build_s']:.2f} s")
        return row

    def walks(self):
        rows = []
        print(f"{'shape':<12}{'':6}{'nodes':>8}{'seconds':>9}{'GFLOP/s':>9}{'oneDNN s':>10}{'share':>8}{'of cpu':>8}{'MiB':>7}")
        for shape in self.options.shapes.split(','):
            nodes = NODES.get(shape, 2000) if self.options.nodes is None else self.options.nodes
            for name in ('fp32', 'bf16'):
                row = self.walk(shape, name, nodes)
                print(f"{shape:<12}{name:<6}{row['computed']:>8.0f}{row['seconds']:>9.2f}{row['gflops']:>9.1f}"
                      f"{row['ideal_seconds']:>10.2f}{row['share']:>8.1%}{row['share_cpu']:>8.1%}{row['peak_mib']:>7.0f}",
                      flush=True)
                rows.append(row)
        parts = list(rows[0]['spent'])
        print(f"{'time of':<18}" + ''.join(f'{part:>15}' for part in parts))
        for row in rows:
            whole = sum(row['spent'].values())
            print(f"{row['shape'] + ' ' + row['precision']:<18}"
                  + ''.join(f"{row['spent'][part] / whole:>15.1%}" for part in parts))
        return rows

    def continuing(self):
        rows = []
        print(f"{'shape':<12}{'':6}{'texts':>6}{'new':>5}{'tokens/s':>10}{'GFLOP/s':>9}{'of walk':>9}{'of cpu':>8}{'of memory':>11}")
        for shape in self.options.shapes.split(','):
            for name in ('fp32', 'bf16'):
                for texts in (1, 16, 64, 256):
                    runs = [self.program('continue', self.shape(shape), name, self.threads, texts, 50)
                            for _ in range(self.runs)]
                    row = {key: median(runs, key) for key in runs[0] if isinstance(runs[0][key], (int, float))}
                    row |= {'shape': shape, 'precision': name}
                    print(f"{shape:<12}{name:<6}{texts:>6}{row['new']:>5.0f}{row['step_tokens_per_second']:>10.1f}"
                          f"{row['gflops']:>9.1f}{row['share_of_walk']:>9.1%}{row['share_of_walk_cpu']:>8.1%}"
                          f"{row['share_of_memory']:>11.1%}", flush=True)
                    rows.append(row)
        return rows

    def threads_gain(self):
        alone = [self.walk('neox-160m', 'fp32', 6000, threads=t, how='alone') for t in (1, self.threads)]
        gain = alone[0]['seconds'] / alone[1]['seconds']
        print(f'{self.threads} threads against 1: {gain:.2f}x')
        return {'gain': gain, 'seconds': [row['seconds'] for row in alone]}

    def start(self):
        inputs = {'ids': '{"ids": [510, 5798, 2206, 327, 253, 1111, 285, 3261, 387, 253, 12334, 15]}\n',
                  'text': '{"text": "They sit on the bench."}\n'}
        paths = {}
        for what, line in inputs.items():
            paths[what] = os.path.join(self.build, 'shapes', f'one-{what}.jsonl')
            with open(paths[what], 'w') as out:
                out.write(line)
        rows = []
        for dtype in ('f32', 'bf16'):
            folder = self.shape('neox-160m', dtype)
            seconds = {'cat': [], 'ids': [], 'text': []}
            for _ in range(7 * self.runs):
                start = time.perf_counter()
                subprocess.run(['cat', os.path.join(folder, 'model.safetensors')], check=True, stdout=subprocess.DEVNULL)
                seconds['cat'].append(time.perf_counter() - start)
                for what, path in paths.items():
                    seconds[what].append(self.command('score', '--model', folder, path)['seconds'])
            row = {'dtype': dtype} | {what: statistics.median(of) for what, of in seconds.items()}
            print(f"one sentence, 160M in {dtype}, warm: cat of the weights {row['cat']:.3f} s; with token ids "
                  f"{row['ids']:.3f} s ({row['ids'] / row['cat']:.2f} times), with a text {row['text']:.3f} s "
                  f"({row['text'] / row['cat']:.2f} times)")
            rows.append(row)
        return rows

    def nodes(self):
        rows = []
        print(f"{'14M, fp32':<12}{'nodes':>9}{'seconds':>9}{'us a node':>11}{'MiB':>7}")
        for nodes in (1000, 10000, 100000, 1000000):
            row = self.walk('neox-14m', 'fp32', nodes, how='alone')
            print(f"{'':<12}{row['computed']:>9.0f}{row['seconds']:>9.2f}{1e6 * row['seconds'] / row['computed']:>11.1f}"
                  f"{row['peak_mib']:>7.0f}", flush=True)
            rows.append(row)
        return rows

    def models(self):
        rows = []
        print(f"{'2,000 nodes':<12}{'':6}{'seconds':>9}{'TFLOP':>8}{'GFLOP/s':>9}{'MiB':>7}")
        for shape in ('neox-14m', 'neox-70m', 'neox-160m', 'neox-410m', 'neox-1.4b'):
            for name in ('fp32', 'bf16'):
                row = self.walk(shape, name, 2000, how='alone')
                print(f"{shape:<12}{name:<6}{row['seconds']:>9.2f}{row['flops'] / 1e12:>8.2f}{row['gflops']:>9.1f}"
                      f"{row['peak_mib']:>7.0f}", flush=True)
                rows.append(row)
        return rows

    def audit(self):
        stages = ['base=seedling/base', 'sft=seedling/sft:base', 'dpo=seedling/dpo:base:dpo:0.1',
                  'sft-dpo=seedling/sft-dpo:sft:dpo:0.1']
        folder = os.path.join(self.build, 'bench-audit')
        rows = []
        print(f"{'stages':>6}{'pairs':>8}{'first s':>9}{'MiB':>6}{'again s':>9}{'stored scores s':>17}{'MiB':>6}")
        for count, pairs in ((1, 45540), (2, 45540), (3, 45540), (4, 45540), (4, 11385), (4, 22770), (4, 50000)):
            made = os.path.join(self.build, f'pairs-{pairs}.csv')
            subprocess.run([sys.executable, os.path.join(ROOT, 'tools', 'make_pairs.py'), made, str(pairs)], check=True)
            args = ['audit', '--quiet', '--runs', folder, '--name', 'bench', '--benchmark', f'winoqueer={made}']
            for stage in stages[:count]:
                args += ['--stage', stage]
            timed = []
            for _ in range(self.runs):
                subprocess.run(['rm', '-rf', folder], check=True)
                first, again = self.command(*args), self.command(*args)
                subprocess.run(['rm', '-rf', os.path.join(folder, 'bench')], check=True)
                timed.append((first, again, self.command(*args)))
            subprocess.run(['rm', '-rf', folder], check=True)
            row = {'stages': count, 'pairs': pairs}
            for i, what in enumerate(('first', 'again', 'stored')):
                row[what + '_s'] = statistics.median(t[i]['seconds'] for t in timed)
                row[what + '_mib'] = statistics.median(t[i]['peak_mib'] for t in timed)
            print(f"{count:>6}{pairs:>8}{row['first_s']:>9.2f}{row['first_mib']:>6.0f}{row['again_s']:>9.2f}"
                  f"{row['stored_s']:>17.2f}{row['stored_mib']:>6.0f}", flush=True)
            rows.append(row)
        return rows

    def precision(self):
        # a program of its own: a child's peak memory starts from its parent's, and this needs much
        out = subprocess.run([sys.executable, os.path.join(HERE, 'precision.py'), os.path.join(self.build, 'xylem'),
                              os.path.join(self.build, 'bench-precision')], check=True, stdout=subprocess.PIPE, text=True)
        *lines, row = out.stdout.splitlines()
        print('\n'.join(lines))
        return json.loads(row)

    def larger(self):
        nodes = self.options.nodes or 20000
        free = self.walk('neox-6.9b', 'bf16', nodes, how='cold', runs=1)
        tight = self.walk('neox-6.9b', 'bf16', nodes, memory=6 << 30, how='cold', runs=1)
        size = os.path.getsize(os.path.join(self.shape('neox-6.9b'), 'model.safetensors'))
        for what, row in (('memory to spare', free), ('6 GiB', tight)):
            print(f"6.9B, bf16, {row['computed']:.0f} nodes, {what}: {row['seconds']:.1f} s, {row['gflops']:.0f} GFLOP/s, "
                  f"peak {row['peak_mib']:.0f} MiB, read {row['disk_bytes'] / size:.2f} times in {row['walks']:.0f} walks")
        print(f"rate with 6 GiB against memory to spare: {tight['gflops'] / free['gflops']:.1%}")
        return {'free': free, 'tight': tight, 'file_bytes': size}

    def transformers(self):
        rows = []
        sequences = os.path.join(self.build, 'shapes', 'sequences.txt')
        self.program('forest', 45540, sequences)
        for name in ('fp32', 'bf16'):
            ours = self.walk('neox-160m', name, 0, how='alone')
            out = subprocess.run([self.options.python, os.path.join(HERE, 'with_transformers.py'),
                                  self.shape('neox-160m'), sequences, '--precision', name], check=True,
                                 stdout=subprocess.PIPE, text=True, env=os.environ | {'HF_HUB_OFFLINE': '1'})
            theirs = json.loads(out.stdout)
            row = {'precision': name, 'ours': ours, 'theirs': theirs, 'times': theirs['whole_s'] / ours['seconds']}
            print(f"{name}: {ours['seconds']:.1f} s against {theirs['whole_s']:.0f} s (torch {theirs['torch']}, "
                  f"transformers {theirs['transformers']}, batches of {theirs['batch']}): {row['times']:.1f} times",
                  flush=True)
            rows.append(row)
        return rows

    def run(self, parts):
        now = datetime.datetime.now().astimezone().isoformat(timespec='seconds')
        commit = subprocess.run(['git', '-C', HERE, 'describe', '--always', '--dirty'], capture_output=True, text=True)
        self.report = {'date': now, 'commit': commit.stdout.strip(), 'processor': processor(), 'threads': self.threads,
                       'runs': self.runs}
        print(f"{now}  {self.report['commit']}  {processor()}, {self.threads} threads, medians of {self.runs}")
        path = os.path.join(self.options.out, f"bench-{now[:19].replace(':', '')}.json")
        self.report['forest'] = self.forest()
        for part in parts:
            print(f'\n-- {part}', flush=True)
            self.report[part] = getattr(self, {'threads': 'threads_gain', 'continue': 'continuing'}.get(part, part))()
            with open(path, 'w') as out:
                json.dump(self.report, out, indent=1)
        print(f'\nwritten to {path}')


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('build')
    parser.add_argument('--only', default=','.join(PARTS[:-2]))
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--shapes', default=','.join(NODES))
    parser.add_argument('--nodes', type=int)
    parser.add_argument('--out', default='.')
    parser.add_argument('--prefix', default='')
    parser.add_argument('--python', default=sys.executable)
    options = parser.parse_args()
    parts = PARTS if options.only == 'all' else options.only.split(',')
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        parser.error(f"expected parts among {', '.join(PARTS)}, found {', '.join(unknown)}")
    subprocess.run(['ninja', '-C', options.build, 'xylem', 'speed/walk', 'speed/forest', 'speed/continue'],
                   check=True,
                   stdout=subprocess.DEVNULL)
    for folder in (os.path.join(options.build, 'shapes'), options.out):
        os.makedirs(folder, exist_ok=True)
    Bench(options).run(parts)


if __name__ == '__main__':
    main()
