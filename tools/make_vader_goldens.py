#!/usr/bin/env python3
"""Writes tests/judge/data/vader.jsonl: sentences of our own with the scores that the Python package vaderSentiment gives
them; or compares a program with the package on texts made at random.

The file was made with vaderSentiment 3.3.2 and Python 3.11 (from 3.12 on sum() rounds otherwise: where valences cancel
to within a rounding error, its emphasis may differ). In an environment that has the package:

  python3 tools/make_vader_goldens.py                         # writes the file anew
  python3 tools/make_vader_goldens.py --compare build/xylem 20000 [SEED]
"""
import json
import os
import random
import subprocess
import sys

from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

KEYS = ("compound", "pos", "neu", "neg")
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "judge", "data", "vader.jsonl")

# One rule after the other, in sentences that somebody might write; "{}" takes a word of each list below.
FRAMES = """The weather is {}.|The weather is {}!|The weather is {}!!!!!!|Is the weather {}?|Is the weather {}??|{}, you say?????
The weather is {} {}.|They called the {} plan {}.|No {} plan.|No, the plan is {}.|There is no {} plan and no {} answer.
no {}|no {} or {}|No bread or {} soup|No bread nor {} soup|no|No.|The answer is no|NO {} at all
It was never {}.|It was never so {}.|It was never this {}.|It was never quite so {}.|This was so {}.|It is not this {}.
Without doubt {}.|Without a doubt {}.|Without any doubt it is {}.|without doubt a {} day|doubt without {}
At least it is {}.|It is the least {} of all.|least {}|At least {}|the very least {}|It is not least {}.|Least of all {}
The soup was {}, but the bread was {}.|{} but {}|But it is {}.|{} but|{} {} {} but {} {} {}|It is {}, but {}, but {}.
The food was {}. BUT the room was {}.|kind of {}|It is kind of {}.|The kind of {} day|It was only kind of {} here.
It was sort of {}.|just enough {} to eat|He was just enough {}.|kind {} of|What kind of day is this {} one?
The DAY was {}.|the day was VERY {} indeed|EVERYTHING IS {}|everything is {} TODAY|SO {}|the SLIGHTLY {} one
It isn't {}.|It wasn’t {}.|It won't be {}.|cannot be {}|It is neither {} nor {}.|She rarely is {}.|Nothing {} happened.
...{}...|({})|"{}"|*{}*|_{}_|#{}|{}.{}|{}/{}|{}-{}|{}' s|'{}'|“{}”|{}:)|{} :)|:) {}|{} :D|{} ;-) {}|{} :-( !|<3 {}|{} <3
{} 🙂|🙂{}|{}🙂{}|🙂🙂 {}|🏳️‍🌈 {}|{} ❤|❤️ {}|{} © 2026|a 😀 day, {} 😢|{}\t{}|{}\n{}|{}\u00a0{}|\u2003{}\u2003
It was the bomb, {}.|yeah right, {} of course|that bus stop was {}|a beating heart and a {} day|a meal to die for, {}
kiss of death for a {} plan|Such a badass and {} plan|a bad ass plan, {}|to be {} is to die for|the upper hand was {}
{} {} {} {} {} {}|so {} so {} so {}|very very very {}|really, really {}|hardly ever {}|almost never {}|not very {}
not at all {}|It did not make me feel {}.|I don't think that it was really very {}.|not only {} but {}, and never {}
Ⅷ {} days|ª {}|𝐆ood {}|ÄRGER and {}|straße {}|İyi {}|\u212aind {}|ǅ {}|Ⓐ {} b|łatwo {}|ОЧЕНЬ {}|很 {}"""
LISTS = (("good", "bad", "fine"), ("GREAT", "terrible", "okay"), ("Wonderful", "Horrible", "plain"))
PLAIN = ["", " ", "\n", ".", "!", "?", "?!?!", "ok", "a", "but", "BUT", "no but no", ":)", ":-)", ":-P", ":-Þ", "😀", "♥", "🏴‍☠️", "''", "--"]


def sentences():
    frames = [frame for line in FRAMES.split("\n") for frame in line.split("|")]
    texts = PLAIN + [frame.format(*(words * 2)) for frame in frames for words in LISTS]
    return list(dict.fromkeys(texts))


def scores(analyzer, text):
    found = analyzer.polarity_scores(text)
    return {key: found[key] for key in KEYS}


def write():
    analyzer = SentimentIntensityAnalyzer()
    with open(OUT, "w", encoding="utf-8") as file:
        for text in sentences():
            file.write(json.dumps({"text": text, **scores(analyzer, text)}, ensure_ascii=False) + "\n")


class Writer:
    """Texts at random, of everything that a rule asks for, and of what none does."""

    def __init__(self, analyzer, seed):
        self.random = random.Random(seed)
        rules = [word for phrase in [*BOOSTER_DICT, *NEGATE, *SPECIAL_CASES] for word in phrase.split()]
        self.kinds = [list(analyzer.lexicon), rules, "but so this never no or nor least at very without doubt kind of".split(),
                      "the a day of bread and they walk home again".split(), list(analyzer.emojis),
                      "! ? !! ... ?!? - ' \" ( ) * _ ’ “ ﹣".split()]

    def word(self):
        word = self.random.choice(self.random.choice(self.kinds))
        shape = self.random.random()
        word = word.upper() if shape < 0.1 else word.capitalize() if shape < 0.2 else word
        if self.random.random() < 0.15:
            word = self.random.choice("\"'(*_#!?.,;:") + word
        if self.random.random() < 0.2:
            word += self.random.choice(["!", "?", ".", ",", "!!", "...", "'s", "n't", ")", "?!"])
        if self.random.random() < 0.01:
            word += chr(self.random.choice([*range(0x20, 0x250), *range(0x2150, 0x2190), *range(0x24b0, 0x24f0), *range(0x10400, 0x10450),
                                            *range(0x1d400, 0x1d480), *range(0x1f100, 0x1f1a0)]))
        return word

    def text(self):
        size = self.random.choice([1, 2, 3, 5, 8, 13, 30, 80])
        spaces = [" "] * 20 + ["", "\n", "\t", "\u00a0", "\u2003", "\x1c", "\u200b", "  "]
        return "".join(self.word() + self.random.choice(spaces) for _ in range(self.random.randint(1, size)))


def compare(program, n, seed):
    analyzer = SentimentIntensityAnalyzer()
    writer = Writer(analyzer, seed)
    texts = [writer.text() for _ in range(n)]
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    done = subprocess.run([program, "judge", "--judge", "vader", "-"], input=lines, capture_output=True, text=True, check=True)
    others = 0
    for text, line in zip(texts, done.stdout.splitlines(), strict=True):
        found, expected = json.loads(line)["scores"], scores(analyzer, text)
        if found != expected:
            others += 1
            print(f"{text!r}: expected {expected}, found {found}")
    print(f"{n} texts, {others} differ")
    return others > 0


if __name__ == "__main__":
    if len(sys.argv) in (4, 5) and sys.argv[1] == "--compare":
        sys.exit(compare(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) == 5 else 1))
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    write()
