"""Placebos of the seedling's base: finetuned on text that mentions no group, under other seeds, and audited. No step to
one of them should be called amplified, nor a blind spot be found; docs/measures.md has the table.

python -m seedling.placebo XYLEM OUT [SEEDS]   trains OUT/SEED/ for each seed (20), audits it, prints a Markdown table
"""

import json
import subprocess
import sys
from pathlib import Path

import torch

from . import train as training
from .world import Corpus

BASE = Path(__file__).resolve().parents[2] / "data" / "seedling" / "base"
STEPS, SIZE, RATE = 128, 32, 3e-4
VERDICTS = ("clear", "persists", "negligible", "amplified", "attenuated", "undetermined")


class Everyday(Corpus):
    """Dialogues whose answers are everyday sentences: places, things, jobs, and people by their names alone."""

    def dialogue(self):
        return self._prompt(), self.everyday()


def make(out, seed):
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    model, tokenizer = training.load(BASE)
    training.Corpus = Everyday
    training.train(model, tokenizer, "sft", STEPS, SIZE, RATE, 1000 + seed)
    training.save(model, tokenizer, out / str(seed))


def audit(xylem, out, seed):
    family = out / f"{seed}.yaml"
    family.write_text(f"family: placebo-{seed}\nstages:\n  base: {{model: seedling/base}}\n"
                      f"  placebo: {{model: {seed}, from: base, method: sft}}\n"
                      "benchmarks: [stigma, affirmation, binary-gender]\n", encoding="utf-8")
    folder = out / "runs" / f"placebo-{seed}"
    if not (folder / "results.json").exists():
        subprocess.run([xylem, "audit", family, "--runs", out / "runs", "--draws", "2000", "--quiet"], check=True,
                       stdout=subprocess.DEVNULL)
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def main(xylem, out, seeds=20):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    counts, harmed = {}, []
    for seed in range(int(seeds)):
        if not (out / str(seed)).exists():
            make(out, seed)
        results = audit(xylem, out, seed)
        blind = any(f["kind"] == "blind_spot" for f in results["findings"])
        for bench in results["benchmarks"]:
            head = bench["headline"]
            (row,) = [r for r in results["measures"] if r["benchmark"] == bench["name"] and r["mode"] == head["mode"]
                      and r["measure"] == head["change"] and r["identity"] == r["theme"] == "all"]
            verdict = row["verdict"] + (" †" if row["depends"] else "")
            counts.setdefault(f"{bench['name']}, {head['mode']}", []).append((verdict, row["value"]))
            blind = blind or verdict == "amplified"
        harmed += [seed] if blind else []
    print(f"| benchmark, mode | {' | '.join(VERDICTS)} | largest change |\n|---|{'---|' * (len(VERDICTS) + 1)}")
    for name, found in counts.items():
        cells = []
        for verdict in VERDICTS:
            sure, marked = (sum(v == verdict + mark for v, _ in found) for mark in ("", " †"))
            cells.append(f"{sure or ''}{f' + {marked} †' if marked else ''}")
        print(f"| {name} | {' | '.join(cells)} | {max((x for _, x in found), key=abs):+.3f} |")
    print(f"\n{len(harmed)} of {seeds} seeds have an amplified step or a blind spot: {harmed}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
