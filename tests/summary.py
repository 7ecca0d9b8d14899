"""Counts test cases: reads meson's testlog.json files (TAP inside) and a list of checks in the folder that is given.

Prints what failed and what was skipped, then `N passed, N failed, N skipped`; exits 1 when anything failed or nothing ran.
"""
import glob
import json
import os
import re
import sys

CASE = re.compile(r'^\s*(not )?ok\b\s*\d*\s*-?\s*([^#]*)(#\s*SKIP)?', re.I)


def cases(text):
    for line in text.splitlines():
        match = CASE.match(line)
        if match:
            yield match.group(2).strip(), 'failed' if match.group(1) else 'skipped' if match.group(3) else 'passed'


def main(folder):
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}

    def count(name, result):
        counts[result] += 1
        if result != 'passed':
            print(f'{result}: {name}')

    for path in sorted(glob.glob(os.path.join(folder, '*.json'))):
        suite = os.path.splitext(os.path.basename(path))[0]
        with open(path, encoding='utf-8') as log:
            for line in log:
                test = json.loads(line)
                found = list(cases(test.get('stdout') or ''))
                for name, result in found:
                    count(f"{suite}: {test['name']}: {name}", result)
                if test['result'] in ('FAIL', 'ERROR', 'TIMEOUT') and all(r != 'failed' for _, r in found):
                    count(f"{suite}: {test['name']}: {test['result']}", 'failed')
                elif not found:
                    count(f"{suite}: {test['name']}", 'skipped' if test['result'] == 'SKIP' else 'passed')
    with open(os.path.join(folder, 'checks'), encoding='utf-8') as checks:
        for name, result in cases(checks.read()):
            count(name, result)
    print('{passed} passed, {failed} failed, {skipped} skipped'.format(**counts))
    return 1 if counts['failed'] or not counts['passed'] else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
