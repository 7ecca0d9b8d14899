#!/bin/sh
# xylem audit at the edges of a run: what is planned before the weights are there, what is missing, and the exit code for
# a pipeline.
. "$(dirname "$0")/tap.sh"
cd "$work" || exit 1
unset HF_HUB_CACHE HUGGINGFACE_HUB_CACHE
HF_HOME=$work/hub
export HF_HOME

# ---- --fail-on
xylem audit --limit 6 --draws 200 --quiet --fail-on amplified:binary-gender --fail-on attenuated:binary-gender
ok 'no step has a verdict that fails' eval '[ "$code" = 0 ] && no_err'
xylem audit --limit 6 --draws 200 --quiet --fail-on undetermined:stigma
ok 'a step has: exit 3, and which' eval '[ "$code" = 3 ] && err_has "stigma: from base to sft undetermined"'
ok 'of that benchmark alone' eval '! err_has affirmation'
ok 'with the results as ever' eval 'out_has "findings" && [ -s runs/seedling/results.json ]'
xylem audit --limit 6 --draws 200 --quiet --json --fail-on undetermined
ok 'of any benchmark, with --json too' eval '[ "$code" = 3 ] && err_has affirmation && grep -q "^{" "$work/out"'
xylem audit --benchmark binary-gender --only-stage sft --draws 500 --quiet --name headline --fail-on amplified
verdict() { # MEASURE MODE: of the step to sft over all items
  python3 -c 'import json, sys
rows = json.load(open("runs/headline/results.json"))["measures"]
wanted = dict(zip(("measure", "mode"), sys.argv[1:]), stage="sft", against="base", identity="all", theme="all")
print(*{r["verdict"] for r in rows if wanted.items() <= r.items()})' "$@"
}
ok 'beyond controls alone does not count' eval \
  '[ "$code" = 0 ] && [ "$(verdict beyond_controls_change full)" = amplified ] && [ "$(verdict amplification predicate)" = persists ]'
fails 'a benchmark that the run has not, before it is run' "--fail-on 'amplified:stigmas': the run has no such" \
  audit --quiet --name other --fail-on amplified:stigmas
ok 'nothing was run' eval '[ ! -e runs/other ] && err_has "affirmation"'
xylem audit --fail-on worse
ok 'no verdict' eval '[ "$code" = 2 ] && err_has "expected VERDICT or VERDICT:BENCHMARK" && err_has "amplified, attenuated"'

# ---- a plan needs no weights
xylem inspect --json --no-fingerprint seedling/base
folder=$(sed -n 's/.*"path": "\([^"]*\)".*/\1/p' "$work/out")
mkdir -p later "$HF_HOME/hub/models--org--later/refs" "$HF_HOME/hub/models--org--later/snapshots/abc"
cp "$folder/config.json" "$folder/tokenizer.json" later
cp later/* "$HF_HOME/hub/models--org--later/snapshots/abc"
printf abc >"$HF_HOME/hub/models--org--later/refs/v2"
xylem audit --plan --json --store fresh.sqlite --stage base=seedling/base --limit 6
sed 's/"seconds": [^,}]*//g; s/"measuring": [^,}]*//; s/"download": [0-9]*//; s/"stored": [0-9]*//' "$work/out" >there
xylem audit --plan --json --stage base=later --limit 6
ok 'a plan by config.json and tokenizer.json' eval '[ "$code" = 0 ] && no_err'
sed 's/"seconds": [^,}]*//g; s/"measuring": [^,}]*//; s/"download": [0-9]*//; s/"stored": [0-9]*//' "$work/out" >planned
ok 'is the plan with the weights' cmp -s there planned
bytes=$(sed -n 's/.*"download": \([0-9]*\).*/\1/p' "$work/out")
file=$(stat -c %s "$folder/model.safetensors")
ok 'and knows the size of what is missing' eval '[ "$bytes" -gt $((file * 95 / 100)) ] && [ "$bytes" -le "$file" ]'
xylem audit --plan --stage base=org/later@v2 --limit 6
ok 'and the command that gets it' eval '[ "$code" = 0 ] && out_has "hf download org/later --revision v2"'
xylem reward --plan --stage base=later --stage dpo=later:base:dpo:0.1 /dev/null
ok 'preference data are asked for first' test "$code" = 1
fails 'an audit needs them' 'later: expected model.safetensors' audit --quiet --stage base=later
sed 's/"num_hidden_layers": [0-9]*/"num_hidden_layers": 2000000000/' later/config.json >config.new
mv config.new later/config.json
fails 'not by a config.json that claims too much' 'num_hidden_layers: expected at most' audit --plan --stage base=later

# ---- a stage that is another one again, told before anything is computed
mkdir -p copy other
cp "$folder"/* copy && cp "$folder"/* other && echo >>other/config.json
xylem audit --plan --limit 2 --stage base=seedling/base --stage copy=copy:base:sft --stage other=other:base:sft
ok 'a copy is told by the plan' err_has 'note: base and copy are one checkpoint (equal fingerprints). No step'
ok 'so are equal weights' err_has 'note: base and other have the same weights, under another config or tokenizer.'
xylem audit --json --limit 2 --draws 200 --stage base=seedling/base --stage copy=copy:base:sft
ok 'and by a finding' out_has '"kind": "same_stage", "text": "base and copy are one checkpoint'
xylem audit --plan --limit 2 --stage base=seedling/base --stage sft=seedling/sft:base:sft
ok 'of no two that differ' eval '! err_has "note:"'

# ---- checkpoints that are nowhere are told all at once
xylem audit --quiet tulu-2-7b
ok 'every one' eval '[ "$code" = 1 ] && err_has "meta-llama/Llama-2-7b-hf: no such" && err_has "tulu-2-dpo-7b: no such"'
ok 'with their size' err_has 'about 40.4 GB, 3 of 6.74 billion parameters in 16 bits'
ok 'and one command' err_has 'hint: hf download meta-llama/Llama-2-7b-hf && hf download allenai/tulu-2-7b && hf download'
finish
