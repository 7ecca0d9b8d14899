"""Write tests/measure/data/difflib.jsonl: pairs of sequences and what Python's difflib.SequenceMatcher matches in them.

usage: make_difflib_goldens.py OUT.jsonl   (deterministic)

Short sequences over small alphabets have many equally long matches, which is where the order of search shows; from 200
elements up the popularity heuristic acts, so the long ones repeat some elements more often than it allows.
"""
import difflib, json, random, sys

rng = random.Random(20241106)


def edit(sequence, alphabet, changes):
    out = list(sequence)
    for _ in range(changes):
        at, what = rng.randrange(len(out) + 1), rng.randrange(3)
        if what == 0:
            out.insert(at, rng.randrange(alphabet))
        elif out and what == 1:
            out[min(at, len(out) - 1)] = rng.randrange(alphabet)
        elif out:
            del out[min(at, len(out) - 1)]
    return out


def pairs():
    yield [], []
    yield [1], []
    yield [], [1]
    yield [1, 2, 3], [1, 2, 3]
    for _ in range(150):  # unrelated
        alphabet = rng.choice([2, 3, 5, 9])
        yield ([rng.randrange(alphabet) for _ in range(rng.randrange(14))], [rng.randrange(alphabet) for _ in range(rng.randrange(14))])
    for _ in range(150):  # counterparts, as benchmarks have them
        a = [rng.randrange(50000) for _ in range(rng.randrange(4, 30))]
        yield a, edit(a, 50000, rng.randrange(1, 7))
    for m in (198, 199, 200, 201, 202, 260, 299, 300, 301, 420):  # around the heuristic's bounds
        for alphabet in (40, 90, 400):
            b = [rng.randrange(alphabet) for _ in range(m)]
            for popular in range(3):  # three elements far above 1%
                for at in rng.sample(range(m), 3 + 4 * popular):
                    b[at] = popular
            yield edit(b, alphabet, rng.randrange(1, 40)), b
    for m in (199, 200, 299, 300):  # mostly popular elements: few can start a match
        for rare in (0, 5):
            b = [rng.randrange(6) for _ in range(m)]
            a = [rng.randrange(6) for _ in range(40)]
            for k in range(rare):
                b[rng.randrange(m)] = a[rng.randrange(40)] = 100 + k
            yield a, b


with open(sys.argv[1], 'w') as out:
    for a, b in pairs():
        blocks = difflib.SequenceMatcher(None, [str(x) for x in a], [str(x) for x in b]).get_matching_blocks()
        json.dump({'a': a, 'b': b, 'blocks': [list(block) for block in blocks if block.size]}, out, separators=(',', ':'))
        out.write('\n')
