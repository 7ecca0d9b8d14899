"""Counts the headlines of the survey again, from the YAML files alone, with PyYAML and without the program's own reader,
and compares them with what `xylem survey --format csv` prints.
usage: headlines.py XYLEM DATA [FILE …]   DATA: data/survey; FILE: added entries. Exit 77: PyYAML is missing.

What a line counts is said in include/xylem.h (xy_survey_count): models whose preference_finetuned is yes; facts that are
only recalled left out unless --include-recalled; in "printed", the most telling of a model's evaluations alone."""

import csv
import io
import pathlib
import subprocess
import sys

try:
    import yaml
except ImportError:
    sys.exit(77)

PRINTED = ["named-result", "in-aggregate", "trait-named", "none", "unknown"]


class Loader(yaml.SafeLoader):
    """Every scalar as the text that is written: yes stays yes, 2024 stays 2024."""

    yaml_implicit_resolvers = {}


def entries(paths, kind):
    for path in paths:
        document = yaml.load(pathlib.Path(path).read_text(encoding="utf-8"), Loader)
        if document["survey"] == kind:
            yield from document[kind]


def headlines(paths, recalled):
    benchmarks = {entry["id"]: entry for entry in entries(paths, "benchmarks")}

    def counts(fact):
        return recalled or fact["standing"] == "read"

    def community(evaluation):
        benchmark = benchmarks.get(evaluation.get("benchmark"))
        if benchmark is None:
            return "unregistered"
        if not recalled and "community" in benchmark.get("recalled", []):
            return "recalled"
        return benchmark["community"]

    lines = {}
    models = reporting = 0
    for model in entries(paths, "models"):
        evaluations = model.get("evaluations", [])
        # A report stands on its evaluations; finding none stands on the sources that were looked through.
        if model["preference_finetuned"] != "yes" or not any(map(counts, evaluations or model["sources"])):
            continue
        models += 1
        reporting += model["bias_evaluation"] == "reported"
        evaluations = [evaluation for evaluation in evaluations if counts(evaluation)]
        printed = {evaluation["printed"] for evaluation in evaluations}
        own = {("reporting", model["bias_evaluation"])}
        own |= {("modality", evaluation["modality"]) for evaluation in evaluations}
        own |= {("gender", evaluation["gender"]) for evaluation in evaluations}
        own |= {("printed", value) for value in sorted(printed, key=PRINTED.index)[:1]}
        own |= {("community", community(evaluation)) for evaluation in evaluations}
        for line in own:
            lines[line] = lines.get(line, 0) + 1
    return {line: (n, models if line[0] == "reporting" else reporting) for line, n in lines.items()}, models, reporting


def printed_headlines(program, arguments):
    run = subprocess.run([program, "survey", "--format", "csv", *arguments], capture_output=True, text=True, check=True)
    rows = csv.DictReader(io.StringIO(run.stdout))
    return {(row["group"], row["value"]): (int(row["models"]), int(row["of"])) for row in rows}


def main():
    program, data, *added = sys.argv[1:]
    paths = [f"{data}/models.yaml", f"{data}/benchmarks.yaml", *added]
    arguments = [word for path in added for word in ("--add", path)]
    wrong = 0
    for recalled in (False, True):
        expected, models, reporting = headlines(paths, recalled)
        found = printed_headlines(program, arguments + (["--include-recalled"] if recalled else []))
        for line in sorted(expected.keys() | found.keys()):
            of = models if line[0] == "reporting" else reporting
            if expected.get(line, (0, of)) != found.get(line):
                wrong += 1
                print(f"{'with' if recalled else 'without'} recalled, {': '.join(line)}: "
                      f"counted {expected.get(line, (0, of))}, printed {found.get(line)}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
