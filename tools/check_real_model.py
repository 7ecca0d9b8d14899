#!/usr/bin/env python3
"""A real pretrained model through xylem and through Transformers: 200 sentences, fp32, per-sentence log-probability.

usage: check_real_model.py MODEL_DIR [--xylem build/xylem]      (needs torch, transformers)
Prints the largest and mean difference in nats; exits 1 when one is above 1e-3, or when token ids differ.
MODEL_DIR is a Hugging Face directory, e.g. from tools/gguf_to_hf.py.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

LIMIT = 1e-3
SENTENCES = 200

SUBJECTS = ["the old harbour", "my neighbour's bicycle", "a committee of geologists", "Dr. Okafor", "the night train",
            "our smallest orchard", "every second-year student", "the café on Rue Verte", "an unfinished bridge",
            "the orchestra's third rehearsal", "nobody at the station", "the recipe from 1962", "José and Mai"]
VERBS = ["was repaired before", "has nothing to do with", "reminded us of", "cost 3,450 euros more than",
         "will be closed during", "slowly drifted towards", "can't be compared to", "arrived 27 minutes after",
         "is older than", "was painted to look like"]
OBJECTS = ["the spring floods", "a lighthouse at dusk", "the 14th annual fair", "what the map shows",
           "the first snow", "a letter that was never sent", "the two remaining lighthouses",
           "his grandmother's garden",
           "the long, dry summer of 2003", "a very small piece of amber"]
FRAMES = ["{S} {v} {o}.", "In the end, {s} {v} {o}, as far as we know.", "\"{S} {v} {o},\" she wrote in her notebook.",
          "Did you hear that {s} {v} {o}?", "{S} {v} {o}; the rest is a matter of taste.",
          "According to page {n}, {s} {v} {o}!", "If {s} {v} {o}, then {n} people will have to wait.",
          "{S} {v} {o} (see the note on line {n}), and yet everyone was content."]


def sentences():
    generator = random.Random(20241106)
    found = {}
    while len(found) < SENTENCES:
        s, o = generator.choice(SUBJECTS), generator.choice(OBJECTS)
        text = generator.choice(FRAMES).format(s=s, S=s[0].upper() + s[1:], v=generator.choice(VERBS), o=o,
                                               n=generator.randint(2, 1999))
        found[text] = None
    return list(found)


def reference(folder, texts):
    import torch
    import transformers
    transformers.utils.logging.set_verbosity_error()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32,
                                                              attn_implementation="eager").eval()
    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    rows = []
    for text in texts:
        ids = tokenizer(text)["input_ids"]
        context = [] if ids[0] == start else [start]  # never two in a row
        whole = context + ids
        with torch.no_grad():
            values = torch.log_softmax(model(torch.tensor([whole])).logits[0].double(), -1)
        scored = whole[1:]
        rows.append((scored, sum(float(values[t, token]) for t, token in enumerate(scored))))
    return rows


def ours(xylem, folder, texts):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for text in texts:
            file.write(json.dumps({"text": text}) + "\n")
        file.flush()
        done = subprocess.run([xylem, "score", "--model", folder, file.name], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"check_real_model.py: {xylem} score failed with code {done.returncode}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [(row["token_ids"], row["logprob"]) for row in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    root = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--xylem", default=str(root / "build" / "xylem"))
    arguments = parser.parse_args()
    texts = sentences()
    expected = reference(arguments.model, texts)
    found = ours(arguments.xylem, arguments.model, texts)
    if len(found) != len(texts):
        sys.exit(f"check_real_model.py: expected {len(texts)} lines, found {len(found)}")
    wrong = [i for i in range(len(texts)) if list(found[i][0]) != list(expected[i][0])]
    for i in wrong[:5]:
        print(f"token ids differ: {texts[i]!r}\n  expected {expected[i][0]}\n  found    {found[i][0]}")
    differences = [abs(f[1] - e[1]) for f, e in zip(found, expected)]
    largest = max(differences)
    tokens = sum(len(e[0]) for e in expected)
    print(f"{len(texts)} sentences, {tokens} tokens: largest difference {largest:.2e} nats, mean "
          f"{sum(differences) / len(differences):.2e}; token ids differ in {len(wrong)}")
    sys.exit(0 if largest <= LIMIT and not wrong else 1)


if __name__ == "__main__":
    main()
