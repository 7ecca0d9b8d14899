"""Checks the rules of the house (docs/architecture.md) on the sources. usage: check_house.py [--root FOLDER] [CHECK ...]

  floors     a file includes its own room or lower floors; src/cli only the public header and itself
  names      every type, and every enumerator of a header, is defined once
  files      every file that a comment or a page names exists
  circles    no more than three files use one another in a circle
  functions  no function has more than 60 lines
  sizes      no file has more than 500 lines

Without a name all are run. Prints TAP: a line for each check, below it what it found, as "# FILE:LINE: what".
"""
import argparse
import glob
import os
import re
import sys

LONGEST_FUNCTION, LONGEST_FILE, LARGEST_CIRCLE = 60, 500, 3
# Files that may be long: the interface in one place.
LONG_FILES = {'include/xylem.h'}
# Files of other projects that comments cite.
FOREIGN = {'rewardbench.py': 'allenai/reward-bench', 'rewardbench/rewardbench.py': 'allenai/reward-bench',
           'rewardbench/dpo.py': 'allenai/reward-bench', 'rewardbench/utils.py': 'allenai/reward-bench', 'run_dpo.py': 'allenai/reward-bench',
           'dataloader.py': 'ContextualAI/HALOs', 'result_schema.py': 'EleutherAI/lm-evaluation-harness',
           'transformers/modeling_rope_utils.py': 'huggingface/transformers', 'src/decoders': 'huggingface/tokenizers', 'src/normalizers': 'huggingface/tokenizers',
           'src/pre_tokenizers': 'huggingface/tokenizers', 'src/processors': 'huggingface/tokenizers',
           'safetensors/src/tensor': 'huggingface/safetensors'}
# "cmd_NAME.c" stands for many files.
PLACEHOLDER = re.compile('[A-Z]{3}')



class Source:
    """A C file: its text, the same with comments and literals blanked, and its comments, all with their lines kept."""

    TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), encoding='utf-8') as file:
            self.text = file.read()
        self.comments = []  # (offset, text)

        def blank(match):
            token = match.group()
            if token.startswith('/'):
                self.comments.append((match.start(), token))
            return re.sub(r'[^\n]', ' ', token)

        self.code = self.TOKEN.sub(blank, self.text)

    def line(self, offset):
        return self.text.count('\n', 0, offset) + 1

    @property
    def room(self):
        """"bench" of src/bench/context/expand.c."""
        return self.path.split('/')[1]


class House:
    def __init__(self, root):
        self.root = root
        self.paths = sorted(self.walk())
        self.sources = [Source(root, p) for p in self.paths if p.startswith('src/') and p.endswith(('.c', '.h'))]

    def walk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if not f.startswith(('.', 'build')) and f not in ('runs', '__pycache__')]
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding='utf-8') as file:
            return file.read()


# ---- floors -------------------------------------------------------------------------------------------------


def floors_of(house):
    """{room: floor} from the table of docs/architecture.md."""
    floors = {}
    for row in re.finditer(r'^\| *(\d+) *\|([^|\n]*)\|', house.read('docs/architecture.md'), re.M):
        for room in re.findall(r'`src/(\w+)/?`', row.group(2)):
            floors[room] = int(row.group(1))
    return floors


def check_floors(house):
    floors = floors_of(house)
    homeless = sorted({source.room for source in house.sources} - set(floors))
    for room in homeless:
        yield 'docs/architecture.md', 1, f'src/{room}/ is on no floor'
    for source in house.sources:
        if source.room in homeless:
            continue
        for include in re.finditer(r'^#include "([^"]+)"', source.text, re.M):
            target = include.group(1).split('/')
            there = target[0] if len(target) > 1 else None
            line = source.line(include.start())
            if source.room == 'cli' and there is not None:
                yield source.path, line, f'src/cli includes {include.group(1)}: the public header and its own are all it may'
            elif there in floors and there != source.room and floors[there] >= floors[source.room]:
                yield source.path, line, (f'floor {floors[source.room]} includes {include.group(1)} '
                                          f'of floor {floors[there]}')


# ---- names --------------------------------------------------------------------------------------------------


def closing(code, at):
    """Offset behind the brace or bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(code)):
        if code[i] in '{(':
            depth += 1
        elif code[i] in '})':
            depth -= 1
            if depth == 0:
                return i + 1
    return len(code)


def types_of(source):
    """(name, offset) of the types and enumerators that a file defines; of a .c file those that begin with xy or XY."""
    found = set()
    for match in re.finditer(r'\b(struct|union|enum)\s+(\w*)\s*\{', source.code):
        if match.group(2):
            found.add((match.group(2), source.line(match.start())))
        if match.group(1) == 'enum':
            body = source.code[match.end():closing(source.code, match.end() - 1) - 1]
            for name in re.finditer(r'(?:^|,)\s*(\w+)', body):
                found.add((name.group(1), source.line(match.end() + name.start(1))))
    tags = {name for name, _ in found}
    for match in re.finditer(r'^typedef\b', source.code, re.M):
        end = match.end()
        while end < len(source.code) and source.code[end] != ';':
            end = closing(source.code, end) if source.code[end] in '{(' else end + 1
        statement = re.sub(r'\{.*\}|__attribute__\s*\(\(.*\)\)', '', source.code[match.start():end], flags=re.S)
        pointer = re.search(r'\(\s*\*\s*(\w+)\s*\)', statement)
        name = pointer.group(1) if pointer else re.search(r'(\w+)\s*(?:\[[^]]*\])?\s*$', statement).group(1)
        announced = re.match(r'typedef\s+(?:struct|union|enum)\s+(\w+)\s+(\w+)\s*$', statement)
        if name not in tags and not (announced and announced.group(1) == announced.group(2)):
            found.add((name, source.line(match.start())))
    mine = source.path.endswith('.h')
    return {(name, line) for name, line in found if mine or name.lower().startswith('xy')}


def check_names(house):
    places = {}
    public = [Source(house.root, 'include/xylem.h')] if 'include/xylem.h' in house.paths else []
    for source in house.sources + public:
        for name, line in types_of(source):
            places.setdefault(name, []).append((source.path, line))
    for name, where in sorted(places.items()):
        where.sort()
        for path, line in where[1:]:
            yield path, line, f'{name} is defined in {where[0][0]}:{where[0][1]}, too'


# ---- files --------------------------------------------------------------------------------------------------

NAMED = re.compile(r'(?<![\w./<*-])(?:\.\./)*(?:[\w-]+/)*[\w*-]+\.(?:c|h|md|py|sh|js)(?![\w/*(-])|(?<![\w./-])src/[\w/*]+\b(?!\.\w)')


def prose_of(house):
    """(path, [(line, text)]) of every comment and page."""
    for path in house.paths:
        top = path.split('/')[0]
        if path.endswith('.md') and (top in ('docs', 'data', 'tests') or path == 'README.md'):
            yield path, list(enumerate(house.read(path).split('\n'), 1))
        elif path.endswith(('.c', '.h')) and top in ('src', 'include', 'tests', 'bench', 'fuzz'):
            source = Source(house.root, path)
            yield path, [(source.line(at) + i, line) for at, comment in source.comments
                         for i, line in enumerate(comment.split('\n'))]
        elif path.endswith(('.py', '.sh')) and top in ('tools', 'tests', 'bench'):
            yield path, [(n, line.split('# ', 1)[1]) for n, line in enumerate(house.read(path).split('\n'), 1)
                         if '# ' in line]


def exists(house, name, folder):
    """As it stands, below the naming file's folder or src/, or at the end of any path; nothing beside the project."""
    name = name.rstrip('/')
    if name.startswith('../') and os.path.normpath(os.path.join(folder, name)).startswith('../'):
        return False
    if '*' in name:
        return any(glob.glob(os.path.join(house.root, base, name)) for base in ('', 'src', folder))
    for base in ('', 'src', folder):
        if os.path.exists(os.path.join(house.root, base, name)):
            return True
    return not name.startswith('src/') and any(('/' + path).endswith('/' + name) for path in house.paths)


# A page that says how to add a thing makes files of its own: docs/adding.md.
MADE = re.compile(r'<!-- file: (\S+) -->')


def check_files(house):
    for path, lines in prose_of(house):
        lines = list(lines)
        made = {name for _, text in lines for mark in MADE.findall(text) for name in (mark, os.path.basename(mark))}
        for line, text in lines:
            for match in NAMED.finditer(text):
                name = match.group()
                if name not in FOREIGN and name not in made and not PLACEHOLDER.search(name) and not exists(house, name, os.path.dirname(path)):
                    yield path, line, f'{name} is not here'


# ---- circles ------------------------------------------------------------------------------------------------

DEFINED = re.compile(r'^(?!static|typedef|extern|return|#)[\w][\w \*]*?\b(\w+)(\(|\[[^]\n]*\] *=| *=)', re.M)


def functions_of(source):
    """(name, first line, last line) of every function that begins in the first column."""
    for match in re.finditer(r'^(?!typedef|extern|return|else|#)(?:[\w]+[ \*]+)+?(\w+)\(', source.code, re.M):
        end = closing(source.code, match.end() - 1)
        body = re.match(r'\s*\{', source.code[end:])
        if body:
            last = closing(source.code, end + body.end() - 1)
            yield match.group(1), source.line(match.start()), source.line(last - 1)


def defined_by(source):
    """Names of functions and variables that other files can use."""
    for match in DEFINED.finditer(source.code):
        name, after = match.group(1), match.group(2)
        end = closing(source.code, match.end() - 1) if after == '(' else 0
        if after != '(' or re.match(r'\s*\{', source.code[end:]):
            yield name


def uses_between_files(house):
    """{unit: units that it uses}: a unit is a .c file and its header; a name counts if one unit alone defines it."""
    owners, words = {}, {}
    for source in house.sources:
        unit = os.path.splitext(source.path)[0]
        words.setdefault(unit, set()).update(re.findall(r'\w+', source.code))
        for name in defined_by(source):
            owners.setdefault(name, set()).add(unit)
    owner = {name: units.copy().pop() for name, units in owners.items() if len(units) == 1}
    return {unit: {owner[w] for w in used if w in owner and owner[w] != unit} for unit, used in words.items()}


def circles_of(graph):
    """Strongly connected components (Tarjan), without recursion."""
    index, low, stack, on, found = {}, {}, [], set(), []
    for start in sorted(graph):
        if start in index:
            continue
        work = [(start, iter(sorted(graph[start])))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on.add(start)
        while work:
            node, rest = work[-1]
            for to in rest:
                if to not in index:
                    index[to] = low[to] = len(index)
                    stack.append(to)
                    on.add(to)
                    work.append((to, iter(sorted(graph[to]))))
                    break
                if to in on:
                    low[node] = min(low[node], index[to])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    circle = stack[stack.index(node):]
                    del stack[stack.index(node):]
                    on.difference_update(circle)
                    found.append(sorted(circle))
    return found


def check_circles(house):
    for circle in circles_of(uses_between_files(house)):
        if len(circle) > LARGEST_CIRCLE:
            path = circle[0] + '.c' if circle[0] + '.c' in house.paths else circle[0] + '.h'
            yield path, 1, f'{len(circle)} files use one another in a circle: ' + ', '.join(circle)


# ---- lengths ------------------------------------------------------------------------------------------------


def check_functions(house):
    for source in house.sources:
        for name, first, last in functions_of(source):
            if last - first + 1 > LONGEST_FUNCTION:
                yield source.path, first, f'{name} has {last - first + 1} lines'


def check_sizes(house):
    for path in house.paths:
        long = path in LONG_FILES or not path.startswith(('src/', 'include/', 'tools/', 'fuzz/'))
        if long or not path.endswith(('.c', '.h', '.py', '.js', '.css')):
            continue
        lines = house.read(path).count('\n')
        if lines > LONGEST_FILE:
            yield path, lines, f'{lines} lines'


CHECKS = {'floors': check_floors, 'names': check_names, 'files': check_files, 'circles': check_circles,
          'functions': check_functions, 'sizes': check_sizes}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--root', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    parser.add_argument('checks', nargs='*', metavar='CHECK', help=', '.join(CHECKS))
    args = parser.parse_args()
    unknown = [name for name in args.checks if name not in CHECKS]
    if unknown:
        parser.error(f'no check {unknown[0]}; there are ' + ', '.join(CHECKS))
    house = House(os.path.normpath(args.root))
    names = args.checks or list(CHECKS)
    failed = 0
    for n, name in enumerate(names, 1):
        found = list(CHECKS[name](house))
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {n} - {name}")
        for path, line, what in found:
            print(f'# {path}:{line}: {what}')
    print(f'1..{len(names)}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
