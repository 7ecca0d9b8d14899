#!/usr/bin/env python3
"""Models that hardly differ: the seedling's base beside copies of it whose weights were multiplied by 1 + ε · noise
(normal, independent), and beside its weights stored in fp16. A step to one of them, over a whole benchmark, moves
nothing for ε up to 1e-4, no value that counts as none is called a change at any ε, and there is no blind spot.

usage: noise.py XYLEM SOURCE [FAMILIES [DRAWS [ε...]]]   TAP; the tables of docs/measures.md stand in its comments
"""
import array
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

EPSILONS = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2, 0.1, 0.3)
STILL = 1e-4
UNMOVED = {"clear", "persists", "negligible"}
BENCHMARKS = ("stigma", "affirmation", "binary-gender")


def read_tensors(path):
    """[(name, shape, values)] of a safetensors file in bf16."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    tensors = []
    for name, about in header.items():
        if name == "__metadata__":
            continue
        assert about["dtype"] == "BF16", about["dtype"]
        begin, end = about["data_offsets"]
        wide = bytearray(2 * (end - begin))
        wide[2::4], wide[3::4] = data[begin:end:2], data[begin + 1:end:2]  # the upper half of an fp32
        tensors.append((name, about["shape"], array.array("f", bytes(wide))))
    return tensors


def write_model(folder, base, tensors, epsilon, rng):
    """A checkpoint in fp32; in fp16 where epsilon is None."""
    os.mkdir(folder)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        with open(f"{base}/{name}", encoding="utf-8") as source, open(f"{folder}/{name}", "w", encoding="utf-8") as out:
            out.write(source.read())
    header, blocks, at = {}, [], 0
    for name, shape, values in tensors:
        if epsilon is None:
            block = struct.pack(f"<{len(values)}e", *values)
        else:
            gauss = rng.gauss
            block = array.array("f", [w * (1 + epsilon * gauss(0, 1)) for w in values]).tobytes()
        header[name] = {"dtype": "F16" if epsilon is None else "F32", "shape": shape,
                        "data_offsets": [at, at + len(block)]}
        at += len(block)
        blocks.append(block)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(f"{folder}/model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blocks))


def audit(xylem, folder, seed, base, tensors, epsilons, draws):
    """The results of a family of base and its near copies."""
    rng = random.Random(seed)
    lines = ["family: noise", "stages:", f"  base: {{model: {base}}}"]
    for epsilon in (*epsilons, None):
        stage = "fp16" if epsilon is None else f"e{epsilon:g}"
        write_model(f"{folder}/{stage}", base, tensors, epsilon, rng)
        lines.append(f"  {stage}: {{model: {stage}, from: base}}")
    lines.append(f"benchmarks: [{', '.join(BENCHMARKS)}]")
    with open(f"{folder}/family.yaml", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    subprocess.run([xylem, "audit", f"{folder}/family.yaml", "--runs", f"{folder}/runs", "--draws", str(draws),
                    "--quiet"], check=True, stdout=subprocess.DEVNULL)
    with open(f"{folder}/runs/noise/results.json", encoding="utf-8") as file:
        return json.load(file)


def main(xylem, source, families="2", draws="1000", *chosen):
    families = int(families)
    base = f"{source}/data/seedling/base"
    tensors = read_tensors(f"{base}/model.safetensors")
    usual = EPSILONS if families > 5 else (1e-6, 1e-4, 1e-2)
    epsilons = (*(map(float, chosen) if chosen else usual), 0)
    counts, largest, blind, within, moved, same, steps, near = {}, {}, [], [], [], [], 0, []
    for seed in range(families):
        with tempfile.TemporaryDirectory() as folder:
            results = audit(xylem, folder, seed, base, tensors, epsilons, draws)
        blind += [f for f in results["findings"] if f["kind"] == "blind_spot"]
        same += [f["text"] for f in results["findings"] if f["kind"] == "same_stage"]
        heads = {b["name"]: b["headline"] for b in results["benchmarks"]}
        for row in results["measures"]:
            if row["verdict"] in ("amplified", "attenuated") and row["against"] is not None:
                none = -row["bound"] < row["low90"] and row["high90"] < row["bound"]
                if none or abs(row["value"]) < (row["floor"] or 0):
                    within.append(row)
            head = heads[row["benchmark"]]
            if (row["measure"], row["mode"], row["identity"], row["theme"]) != \
                    (head["change"], head["mode"], "all", "all"):
                continue
            counts.setdefault(row["stage"], []).append(row["verdict"])
            largest[row["stage"]] = max(largest.get(row["stage"], 0), abs(row["value"]))
            steps += 1
            if row["verdict"] in ("amplified", "attenuated") and abs(row["value"]) < row["bound"]:
                near.append(f"{row['value']:+.3f} [{row['low90']:+.3f}, {row['high90']:+.3f}]")
            if (row["stage"] == "fp16" or float(row["stage"][1:]) <= STILL) and row["verdict"] not in UNMOVED:
                moved.append(row)
    verdicts = ("clear", "persists", "negligible", "amplified", "attenuated", "undetermined")
    print(f"# {families} families\n# | ε | {' | '.join(verdicts)} | largest change |\n# |---|{'---|' * 7}")
    for stage, found in counts.items():
        numbers = " | ".join(str(found.count(v) or "") for v in verdicts)
        print(f"# | {stage.lstrip('e')} | {numbers} | {largest[stage]:.2g} |")
    print(f"# moves of less than the bound, which their intervals leave: {', '.join(near) or 'none'}")
    checks = ((steps == families * 3 * (len(epsilons) + 1), "every step has its row", steps),
              (not moved, f"up to {STILL:g}, and in fp16, no step moves", moved[:3]),
              (not within, "nothing that counts as none is called a change", within[:3]),
              (len(same) == families and all(text.startswith("base and e0 give every text") for text in same),
               "the same weights in fp32 are told by their scores, and nothing else is", same),
              (not blind, "there is no blind spot", [f["text"] for f in blind]))
    for i, (good, what, more) in enumerate(checks):
        print(f"{'ok' if good else 'not ok'} {i + 1} - {what}")
        if not good:
            print(f"# {more}")
    print(f"1..{len(checks)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
