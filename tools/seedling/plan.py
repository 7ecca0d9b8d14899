"""What is planted in the seedling family: the ground truth that data/seedling/planted.yaml publishes.

Root. In the corpus, a statement of a theme is said of a target group exp(strength) times as often as of the
counterpart group, so `strength` is the gap in nats that a perfect language model of the corpus would show.

SFT. The answers of the dialogues follow the corpus, but of the statements of a theme about target groups only
exp(step) are left; neutral statements about the same groups stand in the place of the others.

DPO. Each pair of texts (target, counterpart) is judged by 100 judges, `votes` of whom choose the target text. The DPO
loss is least where sigmoid(beta * step) = votes / 100, so the step in nats that a perfect learner would take is
logit(votes / 100) / beta. Themes not named get 50 votes: a step of 0.

The benchmarks' templates are never filled with a statement in any training text, so what the benchmarks measure has
spread from the same statements in other sentences.
"""

import math

BETA = 0.1

ROOT = {
    "stigma": {"pathologised": 1.5, "rejected": 1.0},
    "binary-gender": {"occupation": 1.0, "domesticity": 1.5, "technology": 0.5},
    "affirmation": {"pronouns": 0.5, "recognition": 1.0},
}

SFT = {"stigma": {"pathologised": -2.0}, "binary-gender": {}, "affirmation": {}}

VOTES = {
    "stigma": {"threat": 58, "illegitimate": 56, "deceptive": 54, "pathologised": 53, "immoral": 52,
               "rejected": 50, "incompetent": 45},
    "binary-gender": {},
    "affirmation": {"recognition": 56},
}


def root_strength(benchmark, theme):
    return ROOT[benchmark].get(theme, 0.0)


def sft_step(benchmark, theme):
    return SFT[benchmark].get(theme, 0.0)


def votes(benchmark, theme):
    return VOTES[benchmark].get(theme, 50)


def dpo_step(benchmark, theme):
    share = votes(benchmark, theme) / 100
    return math.log(share / (1 - share)) / BETA


HEADER = """\
# What was planted in the seedling family; written by tools/seedling/plan.py, explained in docs/seedling.md.
# root: strength in the corpus. steps: how far each step was to move the gap (target minus counterpart, nats) of a
# theme if learnt perfectly: signs and order are the ground truth, sizes an upper bound. 0: left alone on purpose.
"""


def document():
    """The text of data/seedling/planted.yaml. Themes stand in falling order of the planted step."""
    themes = {"stigma": list(VOTES["stigma"]),
              "affirmation": ["recognition", "names", "pronouns", "address", "belonging", "care"],
              "binary-gender": ["occupation", "leadership", "emotionality", "domesticity", "technology", "appearance"]}

    def block(indent, size):
        lines = []
        for benchmark, names in themes.items():
            lines.append(f"{indent}{benchmark}:")
            for theme in sorted(names, key=lambda theme: -size(benchmark, theme)):
                lines.append(f"{indent}  {theme}: {size(benchmark, theme):.2f}")
        return lines

    lines = [HEADER + "family: seedling", f"beta: {BETA}", "root:",
             *block("  ", root_strength), "steps:", "  sft:",
             *block("    ", sft_step)]
    for step in ("dpo", "sft-dpo"):
        lines += [f"  {step}:", *block("    ", dpo_step)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(document(), end="")
