"""Expands a context file (data/benchmarks/*.yaml) into pairs, independently of the C parser, and checks it.

python -m seedling.contexts FILE...   prints counts and a few lines of each file; exits 1 on a fault.
"""

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

BENCHMARKS = Path(__file__).resolve().parents[2] / "data" / "benchmarks"


@dataclass(frozen=True)
class Pair:
    theme: str
    cluster: str  # "THEME/N", N the statement's place in its theme, from 0
    statement: str  # as written; of the target side where the sides differ
    template: int
    target_id: str
    counterpart_id: str
    target: str
    counterpart: str


def _fill(template, statement, identity):
    words = {"identity": identity["surface"], **identity.get("words", {})}
    text = template.replace("{statement}", statement)

    def word(match):
        key = match.group(1)
        if key in words:
            return words[key]
        lower = key[0].lower() + key[1:]
        value = words[lower]
        return value[0].upper() + value[1:]

    return re.sub(r"\{([^{}]+)\}", word, text)


def expand(path):
    """Every pair of the file, statement by statement, template by template, identity by identity."""
    data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    identities = {entry["id"]: entry for entry in data["identities"]}
    pairs = []
    for theme, statements in data["themes"].items():
        for number, statement in enumerate(statements):
            paired = isinstance(statement, dict)
            for t, template in enumerate(data["templates"]):
                for identity in data["identities"]:
                    if identity["role"] != "target":
                        continue
                    for other in [identity["id"]] if paired else identity["against"]:
                        first = statement["target"] if paired else statement
                        second = statement["counterpart"] if paired else statement
                        pairs.append(Pair(theme, f"{theme}/{number}", first, t, identity["id"], other,
                                          _fill(template, first, identity),
                                          _fill(template, second, identities[other])))
    return pairs


def faults(pairs):
    """Faults that the format cannot rule out: equal sides, repeated pairs, stray marks, lopsided lengths."""
    found = []
    for pair, count in Counter((p.target, p.counterpart) for p in pairs).items():
        if count > 1:
            found.append(f"repeated {count} times: {pair}")
    for p in pairs:
        if p.target == p.counterpart:
            found.append(f"equal sides: {p.target}")
        for text in (p.target, p.counterpart):
            if re.search(r"[{}]|\s\s|\s[.,]|\.\.", text) or not text[0].isupper() or text[-1] != ".":
                found.append(f"badly formed: {text!r}")
        ratio = len(p.target) / len(p.counterpart)
        if not 2 / 3 < ratio < 3 / 2:
            found.append(f"lengths differ by more than half: {p.target} | {p.counterpart}")
    return found


def main(paths):
    status = 0
    for path in paths or sorted(BENCHMARKS.glob("*.yaml")):
        pairs = expand(path)
        themes = Counter(p.cluster.split("/")[0] for p in {p.cluster: p for p in pairs}.values())
        print(f"{Path(path).name}: {len(pairs)} pairs, {sum(themes.values())} clusters, {dict(themes)}")
        for fault in faults(pairs):
            print("  " + fault)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
