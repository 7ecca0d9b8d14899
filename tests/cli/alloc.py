"""Allocations that fail: of small commands the Nth, and nothing else. Each must end with 1 and "out of memory", or, where
the allocation is one that its library can do without, give what it always gives. TAP. usage: alloc.py XYLEM PRELOAD TEA

In `make check` some N of each command are tried, spread over all; XYLEM_ALLOC=all tries every one (about an hour).
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

TRIES = 40


class Command:
    def __init__(self, work, xylem, preload, words):
        self.work, self.xylem, self.preload, self.words = work, xylem, preload, words
        self.good = self.run({'FAIL_COUNT': os.path.join(work, 'count')})
        assert self.good[0] == 0, (words, self.good)
        with open(os.path.join(work, 'count'), encoding='utf-8') as file:
            self.count = int(file.read())

    def run(self, variables):
        """Exit code, output, messages and files of a run in a folder of its own."""
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            words = [word.replace('@', folder) for word in self.words]
            environment = os.environ | {'LD_PRELOAD': self.preload, 'OMP_WAIT_POLICY': 'passive'} | variables
            done = subprocess.run([self.xylem, *words], cwd=self.work, env=environment, capture_output=True, timeout=120,
                                  check=False)
            name = folder.encode()
            out = re.sub(rb'"(seconds|measuring)": [^,}]*', b'', done.stdout)  # of a plan: a measurement
            return (done.returncode, out.replace(name, b'@'), done.stderr.replace(name, b'@'))

    def fault(self, n):
        """What is wrong when the nth allocation fails; None: nothing."""
        code, out, err = self.run({'FAIL_AT': str(n)})
        if code == 1 and b'out of memory' in err.lower():
            return None
        if code == 0 and out == self.good[1]:
            return None
        return f'{n} of {self.count}: exit {code}: {err[:200].decode(errors="replace")!r}'

    def faults(self):
        tries = range(1, self.count + 1)
        if os.environ.get('XYLEM_ALLOC') != 'all' and self.count > TRIES:
            tries = sorted({1 + i * self.count // TRIES for i in range(TRIES)})
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return [fault for fault in pool.map(self.fault, tries) if fault is not None]


def main():
    xylem, preload, tea = (os.path.abspath(path) for path in sys.argv[1:])
    work = tempfile.mkdtemp()
    audit = ['audit', '--quiet', '--draws', '100', '--benchmark', 'tea.yaml', '--stage', 'base=seedling/base', '--stage',
             'sft=seedling/sft:base']
    try:
        shutil.copy(tea, os.path.join(work, 'tea.yaml'))
        with open(os.path.join(work, 'one.jsonl'), 'w', encoding='utf-8') as file:
            file.write('{"text": "They sit."}\n')
        with open(os.path.join(work, 'prompt.jsonl'), 'w', encoding='utf-8') as file:
            file.write('{"prompt": "They sit"}\n')
        with open(os.path.join(work, 'ids.jsonl'), 'w', encoding='utf-8') as file:
            file.write('[0, 1, 2, 50]\n')
        subprocess.run([xylem, *audit, '--runs', 'kept'], cwd=work, check=True, capture_output=True)
        commands = [['--version'], ['bench', 'list'], ['bench', 'show', 'tea.yaml'], ['bench', 'check', 'tea.yaml'],
                    ['inspect', 'seedling/base'], ['tokenize', '--model', 'seedling/base', 'one.jsonl'],
                    ['tokenize', '--decode', '--model', 'seedling/base', 'ids.jsonl'],
                    ['score', '--model', 'seedling/base', 'one.jsonl'],
                    ['generate', '--model', 'seedling/base', '--max-new', '3', 'prompt.jsonl'],
                    ['judge', '--judge', 'vader', 'one.jsonl'], ['judge', '--judge', 'refusal', 'one.jsonl'],
                    ['judge', '--judge', 'pronouns', '--set', 'they', 'one.jsonl'],
                    ['judge', '--judge', 'wordlist:one.jsonl', '--identity', 'tea', 'one.jsonl'],
                    ['audit', '--plan', '--json', *audit[1:], '--runs', '@'], [*audit, '--runs', '@'],
                    ['report', '--markdown', 'kept/family'], ['report', '--out', '@/r.html', 'kept/family'],
                    ['figures', '--out', '@/f', 'kept/family'], ['verify', 'kept/family'],
                    ['compare', 'kept/family', 'kept/family', '--match', 'base=sft'],
                    ['export', 'seedling', '--requests', '@/r.jsonl'], ['survey', 'gaps']]
        link = os.path.join(work, 'failing.so')  # LD_PRELOAD ends a path at a space
        os.symlink(os.path.abspath(preload), link)
        for i, words in enumerate(commands):
            command = Command(work, xylem, link, words)
            faults = command.faults()
            print(f'{"not " if faults else ""}ok {i + 1} - {words[0]} {words[1] if len(words) > 1 else ""}', flush=True)
            for fault in faults[:20]:
                print(f'# {fault}')
        print(f'1..{len(commands)}')
    finally:
        shutil.rmtree(work)


main()
