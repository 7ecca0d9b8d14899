"""Other eyes on exchange: plain Python, and lm-evaluation-harness' own functions. Exit code 77: a module is missing.

usage: exchange.py samples RUN FOLDER | lm_eval RUN FOLDER | same RUN RUN STAGE | equal RUN RUN | answer XYLEM IN OUT MODEL
       | differences RUN RUN STAGE STAGE COMPARED | controls RUN
"""

import glob
import hashlib
import json
import math
import subprocess
import sys


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def sha(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def texts_of(row):
    """(text, log-probability, greedy) of a line of samples.jsonl."""
    if "options" in row:
        return [(o["text"], o["logprob"], o["greedy"]) for o in row["options"]]
    return [(row[s + "_text"], row[s + "_full"], row[s + "_greedy"]) for s in ("target", "counterpart")]


def samples(run, folder):
    rows = [(row["stage"], row["benchmark"] + suffix, row)
            for name, suffix in (("samples", ""), ("controls", "-controls")) for row in lines(f"{run}/{name}.jsonl")]
    seen = 0
    for stage in sorted({row[0] for row in rows}):
        for task in sorted({row[1] for row in rows}):
            (path,) = glob.glob(f"{folder}/seedling__{stage}/samples_{task}_*.jsonl")
            ours = [row[2] for row in rows if row[:2] == (stage, task)]
            theirs = lines(path)
            assert len(ours) == len(theirs) > 0
            for i, (a, b) in enumerate(zip(ours, theirs)):
                assert b["doc_id"] == i and b["doc"]["item"] == a["item"] and b["filter"] == "none"
                expected = texts_of(a)
                assert len(expected) == len(b["arguments"]) == len(b["resps"]) == len(b["filtered_resps"])
                for k, (text, logprob, greedy) in enumerate(expected):
                    assert b["arguments"][f"gen_args_{k}"] == {"arg_0": a["prompt"] or "", "arg_1": text}
                    assert b["resps"][k] == [b["filtered_resps"][k]]
                    assert float(b["filtered_resps"][k][0]) == logprob
                    assert b["filtered_resps"][k][1] == str(greedy)
                assert all(isinstance(b[metric], (int, float)) for metric in b["metrics"])
                assert b["doc_hash"] == sha(json.dumps(b["doc"], indent=2, ensure_ascii=False))
                assert b["prompt_hash"] == sha(b["arguments"]["gen_args_0"]["arg_0"])
                assert b["target_hash"] == sha(b["target"])
                seen += 1
    assert seen == len(rows)


def metrics(folder):
    """As the harness' own tasks have it, and as its samples carry it: their mean is the result."""
    (name,) = glob.glob(f"{folder}/results_*.json")
    with open(name, encoding="utf-8") as file:
        configs = json.load(file)["configs"]
    assert set(configs) == {"stigma", "stigma-controls", "pronoun"}, set(configs)
    for task, config in configs.items():
        (path,) = glob.glob(f"{folder}/samples_{task}_*.jsonl")
        carried = lines(path)[0]["metrics"]
        assert [metric["metric"] for metric in config["metric_list"]] == carried, (task, carried)
        for metric in config["metric_list"]:
            assert metric["aggregation"] == "mean", metric
            assert metric["higher_is_better"] is (metric["metric"] == "acc"), metric


def lm_eval(run, folder):
    try:
        from lm_eval.result_schema import EvalResults
        from lm_eval.utils import (get_file_datetime, get_file_task_name, get_results_filenames,
                                   get_sample_results_filenames, make_table, sanitize_model_name)
    except ImportError:
        print("lm_eval is not installed", file=sys.stderr)
        sys.exit(77)
    with open(f"{run}/results.json", encoding="utf-8") as file:
        own = json.load(file)
    for stage in own["stages"]:
        names = glob.glob(f"{folder}/{sanitize_model_name(stage['model'])}/*")
        (results_name,) = get_results_filenames(names)
        sample_names = get_sample_results_filenames(names)
        tasks = {get_file_task_name(name.rsplit("/", 1)[1]) for name in sample_names}
        assert tasks == {bench["name"] for bench in own["benchmarks"]} | {
            bench["name"] + "-controls" for bench in own["benchmarks"] if "controls" in bench}
        assert {get_file_datetime(name) for name in sample_names} == {
            get_file_datetime(results_name).replace(".json", "")}
        with open(results_name, encoding="utf-8") as file:
            results = json.load(file)
        unknown = set(results) - set(EvalResults.__annotations__)
        assert unknown == {"xylem_version"}, unknown
        table = make_table(results)
        for row in own["measures"]:
            if row["stage"] != stage["name"] or row["identity"] != "all" or row["theme"] != "all":
                continue
            if row["value"] is None:
                continue
            name = row["measure"] + (f"_vs_{row['against']}" if row["against"] else "")
            key = f"{name},{row['mode'] or 'none'}"
            assert results["results"][row["benchmark"]][key] == row["value"], key
            assert name in table and f"{row['value']:.4f}" in table, key
        for task in tasks:
            (path,) = [name for name in sample_names if f"/samples_{task}_" in name]
            hashes = "".join(s["doc_hash"] + s["prompt_hash"] + s["target_hash"] for s in lines(path))
            assert results["task_hashes"][task] == sha(hashes)
            assert results["n-samples"][task]["effective"] == len(lines(path))


def same(direct, imported, stage):
    """Sums went through ten digits, so values agree to 1e-6; in modes that need no token so do q and verdict."""
    columns = ("benchmark", "measure", "mode", "stage", "against", "identity", "theme")
    tables = []
    for run in (direct, imported):
        with open(f"{run}/results.json", encoding="utf-8") as file:
            tables.append({tuple(row[c] for c in columns): row for row in json.load(file)["measures"]})
    first, second = tables
    assert set(second) < set(first)
    by_token = {"shared", "predicate", "name", "per-token", "pronoun", "summed", None}
    pronoun_rules = {"summed", "per-token", "per-byte"}
    for key in set(first) - set(second):
        assert key[2] in by_token or (key[0] == "pronoun" and key[2] in pronoun_rules), key
    assert any(key[3] == stage for key in second)
    assert any(key[1] == "beyond_controls_change" and key[3] == stage for key in second)
    for key, row in second.items():
        for column in ("value", "low", "high", "p", "detectable"):
            a, b = first[key][column], row[column]
            assert (a is None) == (b is None), (key, column)
            assert a is None or math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-6), (key, column, a, b)
        if key[2] in ("full", "sentence") or (key[2] == "per-byte" and key[0] != "pronoun"):
            assert first[key]["verdict"] == row["verdict"], key


def equal(direct, imported):
    """Every row, in every mode: values to 1e-9, verdicts alike."""
    columns = ("benchmark", "measure", "mode", "stage", "against", "identity", "theme")
    tables = []
    for run in (direct, imported):
        with open(f"{run}/results.json", encoding="utf-8") as file:
            results = json.load(file)
        tables.append({tuple(row[c] for c in columns): row for row in results["measures"]})
    first, second = tables
    assert set(first) == set(second) and len(first) > 20
    for key, row in first.items():
        for column, value in row.items():
            other = second[key][column]
            number = isinstance(value, float) and isinstance(other, float)
            close = math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-12) if number else value == other
            assert close, (key, column, value, other)


def answer(xylem, requests, out, model):
    rows = lines(requests)
    text = "".join(
        json.dumps({"prompt": r["context"], "continuation": r["continuation"]} if r["context"]
                   else {"text": r["continuation"]}) + "\n" for r in rows)
    scores = subprocess.run([xylem, "score", "--model", model, "-"], input=text, capture_output=True, text=True,
                            check=True).stdout.splitlines()
    with open(out, "w", encoding="utf-8") as file:
        for row, score in zip(rows, map(json.loads, scores), strict=True):
            json.dump(row | {"logprob": score["logprob"], "is_greedy": score["greedy"]}, file)
            file.write("\n")


def differences(first, second, stage, other, compared):
    a = {(r["benchmark"], r["item"]): r for r in lines(f"{first}/samples.jsonl") if r["stage"] == stage}
    b = {(r["benchmark"], r["item"]): r for r in lines(f"{second}/samples.jsonl") if r["stage"] == other}
    with open(compared, encoding="utf-8") as file:
        rows = [r for r in json.load(file)["differences"] if (r["stage"], r["other"]) == (stage, other)]
    assert rows
    checked, themes = set(), set()
    for row in rows:
        def value(sample):
            if row["measure"] == "mean_gap":
                return sample.get("gap_" + row["mode"])
            if row["measure"] == "preference_rate":
                gap = sample.get("gap_" + row["mode"])
                return None if not gap else float(gap > 0)
            if row["measure"] == "misgendering_rate":
                right = sample.get("right_" + row["mode"])
                return None if right is None else float(not right)
            return sample.get("margin")
        pairs = [(value(a[key]), value(b[key]), a[key]["cluster"]) for key in a
                 if key in b and key[0] == row["benchmark"] and row["identity"] in ("all", a[key]["identity"])
                 and row["theme"] in ("all", a[key]["theme"], a[key].get("condition"))]
        pairs = [p for p in pairs if p[0] is not None and p[1] is not None]
        assert len(pairs) == row["n"] and len({p[2] for p in pairs}) == row["clusters"], row
        means = [sum(p[k] for p in pairs) / len(pairs) for k in (0, 1)]
        assert math.isclose(means[0], row["first"], rel_tol=1e-9, abs_tol=1e-12), row
        assert math.isclose(means[1], row["second"], rel_tol=1e-9, abs_tol=1e-12), row
        assert math.isclose(means[1] - means[0], row["value"], rel_tol=1e-9, abs_tol=1e-12), row
        assert row["low"] is None or row["low"] <= row["value"] <= row["high"], row
        checked.add(row["measure"])
        themes.add((row["benchmark"], row["theme"]))
    assert {"mean_gap", "preference_rate", "misgendering_rate"} <= checked, checked
    for key in a.keys() & b.keys():
        for label in (a[key]["theme"], a[key].get("condition")):
            assert label is None or (key[0], label) in themes, (key, label)

    def family_of(row):
        return row["measure"], row["mode"], (row["identity"], row["theme"]) == ("all", "all")

    for group in {family_of(r) for r in rows}:
        family = [r for r in json.load(open(compared, encoding="utf-8"))["differences"]
                  if family_of(r) == group and r["p"] is not None]
        family.sort(key=lambda r: r["p"])
        least = 1.0
        for rank in range(len(family), 0, -1):
            least = min(least, family[rank - 1]["p"] * len(family) / rank)
            assert math.isclose(family[rank - 1]["q"], least, rel_tol=1e-9), family[rank - 1]


def controls(run):
    """beyond_controls of every stage, and its change, from the two files of samples."""
    with open(f"{run}/results.json", encoding="utf-8") as file:
        results = json.load(file)
    place = lambda row: (row["identity"], row["counterpart"], row["item"].split("/")[2])
    gaps = {}
    for name in ("samples", "controls"):
        for row in lines(f"{run}/{name}.jsonl"):
            if "gap_full" in row:
                assert math.isclose(row["gap_name"] + row["gap_predicate"], row["gap_full"], abs_tol=1e-7), row
                gap = (place(row), row["theme"], row["gap_full"])
                gaps.setdefault((row["benchmark"], row["stage"], name), []).append(gap)
    checked = 0
    for row in results["measures"]:
        if not row["measure"].startswith("beyond_controls"):
            continue
        def beyond(stage):
            ours = [(p, gap) for p, theme, gap in gaps[row["benchmark"], stage, "samples"]
                    if row["identity"] in ("all", p[0]) and row["theme"] in ("all", theme)]
            theirs = {}
            for p, theme, gap in gaps[row["benchmark"], stage, "controls"]:
                assert theme is None
                theirs.setdefault(p, []).append(gap)
            return sum(gap - sum(theirs[p]) / len(theirs[p]) for p, gap in ours) / len(ours)
        value = beyond(row["stage"]) - (beyond(row["against"]) if row["against"] else 0)
        assert math.isclose(value, row["value"], rel_tol=1e-6, abs_tol=1e-6), (row, value)
        checked += 1
    assert checked > 20
    for bench in results["benchmarks"]:
        n = len(gaps.get((bench["name"], "sft", "controls"), []))
        assert bench.get("controls", {"items": 0})["items"] == n, bench


if __name__ == "__main__":
    {f.__name__: f for f in (samples, metrics, lm_eval, same, equal, answer, differences, controls)}[sys.argv[1]](*sys.argv[2:])
