"""Measures the seedling family with Transformers, independently of the program, and checks it against its plan.

For every stage, benchmark and theme: the mean gap (log-probability of the whole target text minus the counterpart's,
in nats, <|endoftext|> before both); for every step, the mean change of the gap with its standard error over clusters.
Also that no sentence of a benchmark stands in a training text.
python -m seedling.check FAMILY_FOLDER   exits 1 where the family does not show what was planted.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import numpy as np
import torch
import yaml
from transformers import AutoModelForCausalLM, AutoTokenizer

from . import plan
from .contexts import BENCHMARKS, expand
from .world import Corpus

STAGES = ["base", "sft", "dpo", "sft-dpo"]
STEPS = {"sft": "base", "dpo": "base", "sft-dpo": "sft"}
NAMES = ["stigma", "affirmation", "binary-gender"]
GAP_MARGIN, RATE_MARGIN = 0.1, 0.05


def logprobs(folder, texts):
    """Log-probability of each text after <|endoftext|>, in double."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    ids = [[tokenizer.bos_token_id] + tokenizer(t, add_special_tokens=False).input_ids for t in texts]
    out = np.empty(len(texts))
    order = sorted(range(len(texts)), key=lambda i: len(ids[i]))
    for start in range(0, len(order), 256):
        chosen = order[start:start + 256]
        width = max(len(ids[i]) for i in chosen)
        padded = torch.tensor([ids[i] + [0] * (width - len(ids[i])) for i in chosen])
        with torch.no_grad():
            table = model(padded).logits[:, :-1].double().log_softmax(-1)
        token = table.gather(-1, padded[:, 1:, None])[..., 0]
        for row, i in enumerate(chosen):
            out[i] = token[row, :len(ids[i]) - 1].sum().item()
    return out


def measure(root):
    """gaps[benchmark][stage]: one gap for each pair; and the pairs."""
    pairs = {name: expand(BENCHMARKS / f"{name}.yaml") for name in NAMES}
    texts = sorted({t for ps in pairs.values() for p in ps for t in (p.target, p.counterpart)})
    place = {t: i for i, t in enumerate(texts)}
    gaps = {name: {} for name in NAMES}
    for stage in STAGES:
        scores = logprobs(Path(root) / stage, texts)
        for name, ps in pairs.items():
            gaps[name][stage] = np.array([scores[place[p.target]] - scores[place[p.counterpart]] for p in ps])
    return pairs, gaps


def mean_error(values, clusters):
    """Mean of the cluster means and its standard error."""
    means = np.array([values[clusters == c].mean() for c in np.unique(clusters)])
    return means.mean(), means.std(ddof=1) / np.sqrt(len(means)) if len(means) > 1 else np.nan


def report(pairs, gaps, out):
    """Prints every table; returns steps[step][benchmark][theme] = (mean, standard error, rate change, its error)."""
    steps = {step: {name: {} for name in NAMES} for step in STEPS}
    for name in NAMES:
        theme = np.array([p.theme for p in pairs[name]])
        cluster = np.array([p.cluster for p in pairs[name]])
        print(f"\n{name}: mean gap, preference rate", file=out)
        print(f"{'theme':14}" + "".join(f"{s:>19}" for s in STAGES), file=out)
        labels = list(dict.fromkeys(theme)) + ["all"]
        for label in labels:
            here = (theme == label) | (label == "all")
            cells = []
            for stage in STAGES:
                mean, error = mean_error(gaps[name][stage][here], cluster[here])
                cells.append(f"{mean:+7.2f} ±{error:.2f} {100 * (gaps[name][stage][here] > 0).mean():4.0f}%")
            print(f"{label:14}" + "".join(f"{c:>19}" for c in cells), file=out)
        print(f"\n{name}: change of the gap (standard error) and of the rate", file=out)
        print(f"{'theme':14}" + "".join(f"{s + ' from ' + p:>27}" for s, p in STEPS.items()), file=out)
        for label in labels:
            here = (theme == label) | (label == "all")
            cells = []
            for step, parent in STEPS.items():
                change = gaps[name][step] - gaps[name][parent]
                mean, error = mean_error(change[here], cluster[here])
                flips = (gaps[name][step] > 0) * 1.0 - (gaps[name][parent] > 0)
                rate, rate_error = mean_error(flips[here], cluster[here])
                steps[step][name][label] = (mean, error, rate, rate_error)
                cells.append(f"{mean:+6.3f} ({error:.3f})  {100 * rate:+5.1f}")
            print(f"{label:14}" + "".join(f"{c:>27}" for c in cells), file=out)
    return steps


def leaks(draws=20000):
    """Benchmark sentences that stand in training texts; there should be none."""
    corpus = Corpus(7)
    texts = [text for _ in range(draws)
             for text in (corpus.document(), corpus.dialogue()[1], *corpus.preference()[1:3])]
    parts = set(texts) | {part for text in texts for part in text.replace("; ", ". ").split(". ")}
    benchmark = {t for name in NAMES for p in expand(BENCHMARKS / f"{name}.yaml") for t in (p.target, p.counterpart)}
    return sorted(part for part in parts if part in benchmark or part + "." in benchmark)


def seen_as(mean, error, *what):
    return f"{' '.join(what)}: {mean:+.3f} ± {error:.3f}"


def faults(steps):
    """Where the measured steps are not as planted."""
    found = []

    def expect(holds, text):
        if not holds:
            found.append(text)

    for step in ("dpo", "sft-dpo"):
        for name in ("stigma", "affirmation"):
            wanted = {theme: plan.dpo_step(name, theme) for theme in steps[step][name] if theme != "all"}
            for theme, size in wanted.items():
                mean, error, *_ = steps[step][name][theme]
                if size:
                    expect(mean / size > 0 and abs(mean) > 5 * error, seen_as(mean, error, step, name, theme))
                elif name == "stigma":
                    expect(abs(mean) < 0.2, seen_as(mean, error, step, name, theme + ", untouched"))
            if name == "stigma":
                order = sorted(wanted, key=lambda theme: -wanted[theme])
                seen = sorted(wanted, key=lambda theme: -steps[step][name][theme][0])
                expect(order == seen, f"{step} {name}: order {seen}, planted {order}")
                mean, error, *_ = steps[step][name]["all"]
                expect(mean > 3 * error, seen_as(mean, error, step, name, "all"))
        mean, error, rate, rate_error = steps[step]["binary-gender"]["all"]
        expect(abs(mean) + 1.645 * error < GAP_MARGIN,
               seen_as(mean, error, step, "binary-gender", "gap"))
        expect(abs(rate) + 1.645 * rate_error < RATE_MARGIN,
               seen_as(rate, rate_error, step, "binary-gender", "rate"))
    for theme, size in plan.SFT["stigma"].items():
        mean, error, *_ = steps["sft"]["stigma"][theme]
        expect(mean / size > 0 and abs(mean) > 3 * error, seen_as(mean, error, "sft", "stigma", theme))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("family")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    pairs, gaps = measure(arguments.family)
    steps = report(pairs, gaps, sys.stdout)
    found = faults(steps) + [f"in a training text: {text}" for text in leaks()]
    print("\n" + ("\n".join(found) if found else "as planted"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
