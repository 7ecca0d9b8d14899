"""Each check of tools/check_house.py fires where its rule is broken, at that file and line, and nowhere in a sound tree.

usage: check.py CHECK_HOUSE. Prints TAP.
"""
import os
import subprocess
import sys
import tempfile

SOUND = {
    'docs/architecture.md': '| floor | room | job |\n|---|---|---|\n| 10 | `src/cli/` | x |\n'
                            '| 4 | `src/engine/`, `src/figure/` | x |\n| 2 | `src/base/` | src/base/text.c |\n',
    'include/xylem.h': 'typedef struct xy_thing xy_thing;\n',
    'src/base/text.h': '/* Text; see text.c. */\ntypedef struct xy__text {\n  int n;\n} xy__text;\n'
                       'int xy__text_add(xy__text *text);\n',
    'src/base/text.c': '#include "base/text.h"\n\nint xy__text_add(xy__text *text) {\n  return text->n;\n}\n',
    'src/engine/engine.c': '#include "base/text.h"\n\n/* A text is no comment. */\nstatic const char *s = "gone.c";\n'
                           'struct xy_thing {\n  int a;\n};\n',
    'src/figure/figure.c': '#include "base/text.h"\n',
    'src/cli/main.c': '#include <xylem.h>\n\n#include "cli.h"\n',
    'src/cli/cli.h': '\n',
}


def ring(n):
    """n files of which each uses the next."""
    files = {}
    for i in range(n):
        after = (i + 1) % n
        files[f'src/base/ring{i}.c'] = f'int xy__ring{i}(void) {{ return xy__ring{after}(); }}\n'
    return files


BROKEN = [
    # name, check, files on top of the sound ones, what must be found (None: nothing)
    ('a sound tree', 'all', {}, None),
    ('an include upwards', 'floors', {'src/base/up.c': '\n#include "engine/engine.h"\n'},
     'src/base/up.c:2: floor 2 includes engine/engine.h of floor 4'),
    ('an include on the same floor', 'floors', {'src/figure/side.c': '#include "engine/engine.h"\n'},
     'src/figure/side.c:1: floor 4 includes engine/engine.h of floor 4'),
    ('an include of its own room', 'floors', {'src/engine/own.c': '#include "engine/kernels/k.h"\n'}, None),
    ('the command line includes the library', 'floors', {'src/cli/cmd.c': '#include "base/text.h"\n'},
     'src/cli/cmd.c:1: src/cli includes base/text.h'),
    ('a room without a floor', 'floors', {'src/attic/old.c': '\n'}, 'docs/architecture.md:1: src/attic/ is on no floor'),
    ('a type of a header twice', 'names', {'src/engine/two.h': '\nstruct xy__text {\n  int m;\n};\n'},
     'src/engine/two.h:2: xy__text is defined in src/base/text.h:2, too'),
    ('a typedef with the name of a type', 'names', {'src/engine/two.h': 'typedef int (*xy__text)(int a);\n'},
     'src/engine/two.h:1: xy__text is defined in src/base/text.h:2, too'),
    ('a type of a .c file twice', 'names', {'src/engine/two.c': 'typedef struct xy__text {\n  int m;\n} xy__text;\n'},
     'src/engine/two.c:1: xy__text is defined in src/base/text.h:2, too'),
    ('an enumerator twice', 'names', {'src/base/a.h': 'enum { XY__ONE,\n  XY__TWO = 3 };\n',
                                      'src/engine/b.h': 'typedef enum xy__b { XY__TWO } xy__b;\n'},
     'src/engine/b.h:1: XY__TWO is defined in src/base/a.h:2, too'),
    ('a name of one file in two .c files', 'names', {'src/base/a.c': 'typedef struct reader {\n  int a;\n} reader;\n',
                                                     'src/base/b.c': 'typedef struct reader {\n  int b;\n} reader;\n'}, None),
    ('a comment names a file that is gone', 'files', {'src/base/a.c': '/* As in\n * src/base/gone.c does. */\n'},
     'src/base/a.c:2: src/base/gone.c is not here'),
    ('a page names a file that is gone', 'files', {'docs/page.md': '\nSee `tools/gone.py`.\n'},
     'docs/page.md:2: tools/gone.py is not here'),
    ('a page names a page beside the project', 'files', {'docs/page.md': 'See ../shared/method.md.\n'},
     'docs/page.md:1: ../shared/method.md is not here'),
    ('files that are there, by every way to name them', 'files',
     {'docs/page.md': '`src/base/text.c`, `base/text.h`, text.c, page.md, `src/base/`, src/*/text.c, cmd_NAME.c\n'}, None),
    ('four files in a circle', 'circles', ring(4), 'src/base/ring0.c:1: 4 files use one another in a circle'),
    ('three files in a circle', 'circles', ring(3), None),
    ('a long function', 'functions', {'src/base/long.c': '\nstatic int f(void) {\n' + '\n' * 59 + '}\n'},
     'src/base/long.c:2: f has 61 lines'),
    ('a function that is just short enough', 'functions', {'src/base/long.c': 'static int f(void) {\n' + '\n' * 58 + '}\n'},
     None),
    ('a long file', 'sizes', {'src/base/long.c': '\n' * 501}, 'src/base/long.c:501: 501 lines'),
]


def findings(script, check, files):
    """Exit code and output of the check on a tree of these files."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), 'w', encoding='utf-8') as file:
                file.write(text)
        names = [] if check == 'all' else [check]
        run = subprocess.run([sys.executable, script, '--root', root, *names], capture_output=True, text=True, check=False)
        return run.returncode, run.stdout + run.stderr


def main(script):
    for n, (name, check, files, wanted) in enumerate(BROKEN, 1):
        code, output = findings(script, check, {**SOUND, **files})
        good = code == 0 if wanted is None else code == 1 and '# ' + wanted in output
        print(f"{'ok' if good else 'not ok'} {n} - {name}")
        if not good:
            print(''.join(f'# {line}\n' for line in [f'wanted: {wanted}', *output.splitlines()]), end='')
    print(f'1..{len(BROKEN)}')


if __name__ == '__main__':
    main(sys.argv[1])
