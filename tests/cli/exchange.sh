#!/bin/sh
# Export, import and compare, on the built-in seedling family: a run that goes out as lm-evaluation-harness' files and
# comes back as the scores of a stage has the numbers and verdicts of the direct run; every fault of a scores file is
# named; a run differs from itself by exactly nothing. Other eyes: exchange.py.
. "$(dirname "$0")/tap.sh"
check="$(dirname "$0")/exchange.py"
case $check in /*) ;; *) check=$PWD/$check ;; esac
python=${XYLEM_REFERENCE_PYTHON:-python3} # one that has lm_eval, for the harness' own functions
cd "$work" || exit 1
quick='--limit 6 --draws 200 --benchmark stigma --benchmark pronoun'

# other NAME COMMAND ARGUMENTS: a check of exchange.py; exit code 77: it cannot be made here.
other() {
  title=$1
  shift
  if ! command -v "$python" >/dev/null; then
    skipped "$title" 'python3 is not installed'
    return
  fi
  "$python" "$check" "$@" >"$work/out" 2>"$work/err"
  code=$?
  if [ "$code" = 77 ]; then skipped "$title" "$(tail -n 1 "$work/err")"; else ok "$title" test "$code" = 0; fi
}

# ---- out as the harness' files
# shellcheck disable=SC2086 # words
xylem audit seedling $quick
ok 'a run' test "$code" = 0
other 'beyond controls, computed apart' controls runs/seedling
xylem export runs/seedling --to lm-eval
ok 'export' eval '[ "$code" = 0 ] && out_has "runs/seedling/lm-eval"'
ok 'a folder per stage' eval '[ "$(ls runs/seedling/lm-eval | tr "\n" " ")" = "seedling__base seedling__dpo seedling__sft seedling__sft-dpo " ]'
ok 'a results file, and samples of each benchmark and its controls' eval '[ "$(ls runs/seedling/lm-eval/seedling__sft | sed "s/_2.*//" | tr "\n" " ")" = "results samples_pronoun samples_stigma-controls samples_stigma " ]'
other 'samples hold every number of samples.jsonl' samples runs/seedling runs/seedling/lm-eval
other 'metric_list says how samples become a number' metrics runs/seedling/lm-eval/seedling__sft
other "lm-evaluation-harness' own functions read the files" lm_eval runs/seedling runs/seedling/lm-eval
fails 'export: no run' '/nowhere: cannot open' export /nowhere --to lm-eval
cp -r runs/seedling runs/without
rm -r runs/without/controls.jsonl runs/without/lm-eval
fails 'export: controls that are gone' 'runs/without/controls.jsonl: no such file' export runs/without --to lm-eval
usage 'export to nothing' 'expected either --to lm-eval or --requests' export runs/seedling
usage 'export to both' 'expected either' export runs/seedling --to lm-eval --requests f
usage 'export to an unknown format' "'lm_eval': expected lm-eval" export runs/seedling --to lm_eval

# ---- and back
cat >mixed.yaml <<END
family: mixed
stages:
  base:    {model: seedling/base}
  sft:     {scores: runs/seedling/lm-eval/seedling__sft, from: base, method: sft}
  dpo:     {model: seedling/dpo,     from: base, method: dpo, beta: 0.1}
  sft-dpo: {model: seedling/sft-dpo, from: sft,  method: dpo, beta: 0.1}
END
# shellcheck disable=SC2086
xylem audit mixed.yaml $quick --findings
ok 'an audit with an imported stage' eval '[ "$code" = 0 ] && out_has "sums of whole"'
other 'the same numbers and verdicts' same runs/seedling runs/mixed sft
xylem audit mixed.yaml $quick --plan
ok 'nothing of an imported stage is computed' eval '[ "$code" = 0 ]'

sed -i 's/"config": {/"xylem_nan": NaN, "config": {/' runs/seedling/lm-eval/seedling__sft/results_*.json
xylem import runs/seedling/lm-eval/seedling__sft
ok 'import: where scores come from, with NaN beside it' eval '[ "$code" = 0 ] && grep -q "^model  *seedling/sft" "$work/out"'

# ---- requests to score elsewhere
xylem export seedling --requests requests.jsonl --limit 6 --benchmark stigma --benchmark pronoun
ok 'requests' eval '[ "$code" = 0 ] && out_has requests.jsonl && grep -q "\"context\": \"\", \"continuation\": " requests.jsonl'
ok 'requests are distinct' eval '[ "$(sed "s/.*\"context\"//" requests.jsonl | sort | uniq -d | wc -l)" = 0 ]'
other 'answers of xylem score' answer "$XYLEM" requests.jsonl answered.jsonl seedling/sft
if [ -f answered.jsonl ]; then
  sed 's|runs/seedling/lm-eval/seedling__sft|answered.jsonl|; s/family: mixed/family: answered/' mixed.yaml >answered.yaml
  # shellcheck disable=SC2086
  xylem audit answered.yaml $quick
  ok 'an audit with answered requests' test "$code" = 0
  other 'answered requests give the same numbers' same runs/seedling runs/answered sft
fi

# ---- the whole family answered by xylem score: every row in every mode, preference data too
imported() { # requests, folder of answers, family, its prompt format
  mkdir -p "$2"
  for stage in base sft dpo sft-dpo; do
    "$XYLEM" score --model "seedling/$stage" "$1" >"$2/$stage.jsonl" 2>"$work/err" || return 1
  done
  cat >"$3.yaml" <<END
family: $3
stages:
  base:    {scores: $2/base.jsonl, format: $4}
  sft:     {scores: $2/sft.jsonl, format: $4, from: base, method: sft}
  dpo:     {scores: $2/dpo.jsonl, format: $4, from: base, method: dpo, beta: 0.1}
  sft-dpo: {scores: $2/sft-dpo.jsonl, format: $4, from: sft, method: dpo, beta: 0.1}
END
}
ok 'xylem score answers requests' imported requests.jsonl answers answered-by-score plain
xylem import answers/sft.jsonl
ok 'and xylem import reads them, with their tokens' eval '[ "$code" = 0 ] && out_has "tokens      of every request"'
# shellcheck disable=SC2086
xylem audit answered-by-score.yaml $quick --mode predicate
ok 'an audit of answers in a mode that needs tokens' eval '[ "$code" = 0 ] && ! out_has "sums of whole"'
# shellcheck disable=SC2086
xylem audit seedling $quick --mode predicate --name predicate
other 'every row of the direct run, in every mode' equal runs/predicate runs/answered-by-score
for i in 1 2 3 4 5 6 7 8; do
  printf '{"prompt": "Who is number %s?", "chosen": "A friend of ours.", "rejected": "An enemy of number %s."}\n' $i $i
done >pairs.jsonl
sed 's/model: \([a-z/-]*\),\{0,1\}/model: \1, format: tulu, /; s/^family: .*/family: formatted/' "$XYLEM_ROOT/data/families/seedling.yaml" >formatted.yaml
xylem export formatted.yaml --requests asked.jsonl --preferences pairs.jsonl
ok 'requests of preference data' eval '[ "$code" = 0 ] && grep -q "\"continuation\": \"A friend of ours" asked.jsonl'
ok 'xylem score answers them' imported asked.jsonl chosen rewarded tulu
xylem reward rewarded.yaml pairs.jsonl --draws 200
ok 'reward: imported stages' test "$code" = 0
xylem reward formatted.yaml pairs.jsonl --draws 200
other 'every row of the direct reward' equal runs/formatted-reward runs/rewarded-reward
sed 's/, "identity_end.*}/}/' answers/base.jsonl >sums.jsonl
printf '%s\n' 'family: f' 'stages:' '  base: {scores: sums.jsonl}' >f.yaml
# shellcheck disable=SC2086
xylem audit f.yaml $quick
ok 'answers without their cuts are sums' eval '[ "$code" = 0 ] && tr -s "\n " "  " <"$work/out" | grep -q "sums of whole texts"'
# shellcheck disable=SC2086
fails 'and no mode of tokens' 'mode predicate needs a log-probability per token' audit f.yaml $quick --mode predicate --replace
fails 'reward: a tail that no imported text has' "tail 'eos' is an end token" reward rewarded.yaml pairs.jsonl --tail eos --replace
fails 'requests of an unknown stage' 'no such stage' export seedling --requests r.jsonl --stage ppo

# ---- scores with faults
good='{"arguments": {"gen_args_0": {"arg_0": "", "arg_1": "good"}}, "resps": [[["-3.5", "False"]]], "filtered_resps": [["-3.5", "False"]]}'
bad() { # name, line, message
  printf '%s\n' "$good" "$2" >scores.jsonl
  fails "import: $1" "scores.jsonl:2: $3" import scores.jsonl
}
sample() { # arguments of request 0, response
  echo "{\"arguments\": {\"gen_args_0\": $1}, \"resps\": [[$2]], \"filtered_resps\": [$2]}"
}
two='{"arg_0": "a", "arg_1": " b"}'
bad 'not JSON' '{"arguments": ' 'not valid JSON'
bad 'a list' '[1]' 'expected a sample of lm-evaluation-harness'
bad 'no arguments' '{"resps": []}' 'expected a sample of lm-evaluation-harness'
bad 'empty arguments' '{"arguments": {}, "resps": []}' 'arguments: expected the requests of the sample, found none'
bad 'fewer responses than requests' '{"arguments": {"gen_args_0": {"arg_0": "", "arg_1": "x"}}, "resps": []}' "1 request in 'arguments', but 0 responses"
bad 'a rolling likelihood' "$(sample '{"arg_0": "a"}' '["-1", "True"]')" 'request 0: one text and no continuation'
bad 'a generation' "$(sample '{"arg_0": "a", "arg_1": {"until": []}}' '["-1", "True"]')" 'request 0: a generation'
bad 'a context that is a number' "$(sample '{"arg_0": 1, "arg_1": "b"}' '["-1", "True"]')" 'request 0: expected two texts'
bad 'an empty continuation' "$(sample '{"arg_0": "a", "arg_1": ""}' '["-1", "True"]')" 'expected a continuation'
bad 'a log-probability that is none' "$(sample "$two" '["minus", "True"]')" "expected a log-probability, found 'minus'"
bad 'a log-probability above 0' "$(sample "$two" '["0.5", "True"]')" 'expected a log-probability (a number not above 0), found 0.5'
bad 'a log-probability of nan' "$(sample "$two" '["nan", "True"]')" 'expected a log-probability (a number not above 0)'
bad 'minus infinity' "$(sample "$two" '["-inf", "True"]')" 'expected a log-probability (a number not above 0), found -inf'
bad 'is_greedy' "$(sample "$two" '["-1", "maybe"]')" 'is_greedy: expected True or False, found maybe'
bad 'a response that is no list' "$(sample "$two" '"-1"')" 'request 0: expected [log-probability, is_greedy]'
bad 'a contradiction' "$(sample '{"arg_0": "", "arg_1": "good"}' '["-4.5", "False"]')" 'contradicts scores.jsonl:1: the same context and continuation has log-probability -4.5 here, -3.5 there'
row='"context": "", "continuation": "x", "logprob": -3, "context_ids": [0]'
bad 'fewer log-probabilities than tokens' "{$row, \"token_ids\": [1, 2], \"token_logprobs\": [-3]}" '2 token_ids, but 1 token_logprobs'
bad 'tokens of another sum' "{$row, \"token_ids\": [1, 2], \"token_logprobs\": [-3, -1]}" 'token_logprobs: their sum is -4, but logprob is -3'
bad 'a token that is text' "{$row, \"token_ids\": [1, \"2\"], \"token_logprobs\": [-2, -1]}" 'token_ids[1]: expected a token id'
bad 'a log-probability of a token above 0' "{$row, \"token_ids\": [1, 2], \"token_logprobs\": [-5, 2]}" 'token_logprobs[1]: expected a log-probability'
bad 'a cut behind the end' "{$row, \"token_ids\": [1], \"token_logprobs\": [-3], \"identity_end\": 1, \"cut\": 3}" 'cut: expected a number of tokens up to 2'
bad 'a request without its answer' '{"context": "", "continuation": "x"}' 'expected a log-probability, found none'
bad 'an answer without a context' '{"continuation": "x", "logprob": -1}' "expected texts 'context' and 'continuation'"
{ i=0; while [ $i -lt 25 ]; do echo nonsense; i=$((i + 1)); done; } >scores.jsonl
fails 'import: every bad line counts' '… and 5 more faults' import scores.jsonl
: >scores.jsonl
fails 'import: an empty file' 'scores.jsonl: expected a JSON object per line, found none' import scores.jsonl
fails 'import: no such file' '/nowhere.jsonl' import /nowhere.jsonl
mkdir none
fails 'import: a folder without samples' 'none: expected files samples_*.jsonl in the folder, found none' import none
echo "$good" >scores.jsonl
echo '{"context": "", "continuation": "good", "logprob": -3.5003}' >>scores.jsonl
xylem import scores.jsonl
ok 'import: what is accepted' eval '[ "$code" = 0 ] && no_err && out_has "1 request in 2 rows of 1 file" && out_has "stage       NAME: {scores: \"scores.jsonl\", from"'
{ printf '\357\273\277[\r\n'; sed 's/}$/, "stderr": NaN}/; $!s/$/,/' scores.jsonl | tr -d '\r'; printf ']\r\n'; } >list.json
xylem import list.json
ok 'import: a list of rows, with what other tools write' eval '[ "$code" = 0 ] && no_err && out_has "1 request in 2 rows of 1 file"'
xylem import scores.jsonl --check stigma
ok 'import: coverage' eval '[ "$code" = 1 ] && out_has "0 of 1,792 items complete" && err_has "the first with a text that has no score"'
printf '%s\n' 'family: f' 'stages:' '  base: {scores: scores.jsonl}' >f.yaml
fails 'audit: items without scores' 'benchmark stigma: 3584 of 3584 texts have no score (0 of 1792 items are complete); the first is item' audit f.yaml --benchmark stigma --replace
fails 'audit: a mode that needs tokens' 'mode predicate needs a log-probability per token' audit f.yaml --mode predicate
printf '%s\n' '{"prompt": "a", "chosen": "b", "rejected": "c"}' >prefs.jsonl
fails 'reward: an imported stage of sums' 'preference data need a log-probability per token' reward f.yaml prefs.jsonl
family() { # name, stage, message
  printf '%s\n' 'family: f' 'stages:' "  base: $2" >f.yaml
  fails "family: $1" "f.yaml:3: stage 'base': $3" audit f.yaml
}
family 'a model and scores' '{model: m, scores: scores.jsonl}' "expected 'model' or 'scores', found both"
family 'no scores' '{scores: []}' 'scores: expected a file, found an empty list'
family 'scores that are a mapping' '{scores: {a: b}}' 'scores: expected a file or a list of files, found a mapping'
family 'a tail' '{scores: scores.jsonl, tail: eos}' 'tail: an end token is no text'

# ---- compare
xylem compare runs/seedling runs/seedling --format csv
ok 'a run and itself' eval '[ "$code" = 0 ] && [ "$(cut -d, -f12-14 "$work/out" | sort -u | tr "\n" " ")" = "0,, 0,0,0 value,low,high " ]'
ok 'a run differs from itself in nothing' eval '[ "$(grep ",mean_gap," "$work/out" | sed "s/.*,//" | sort -u | grep -Evc "^(clear|persists|negligible)$")" = 0 ] && grep -q ",negligible$" "$work/out"'
xylem compare runs/seedling runs/seedling --match sft=dpo --format json
cp "$work/out" compared.json
ok 'two stages' test "$code" = 0
ok 'a difference has the verdict of a step' eval 'grep -q "\"stigma\", \"measure\": \"mean_gap\", \"mode\": \"full\".*\"identity\": \"all\", \"theme\": \"all\".*\"verdict\": \"undetermined\"" compared.json'
other 'differences, computed apart' differences runs/seedling runs/seedling sft dpo compared.json
xylem compare runs/seedling runs/mixed --format json
cp "$work/out" compared.json
other 'two runs, computed apart' differences runs/seedling runs/mixed sft sft compared.json
xylem compare runs/seedling runs/seedling --match sft=dpo
ok 'a table within 80 columns' eval '[ "$code" = 0 ] && out_has "stigma: " && ! LC_ALL=C.UTF-8 grep -Eq "^.{81}" "$work/out" && err_has "items shared, 0 only in the first"'
ok 'a table says what gaps are in' out_has 'mode statement (nats)'
xylem compare runs/seedling runs/seedling --match sft=dpo --by theme --by identity
ok 'a table by identity and theme within 80 columns' eval '[ "$code" = 0 ] && out_has "mode statement (nats); stages sft, dpo" && grep -q "^mean_gap  *transgender " "$work/out" && grep -q "^mean_gap  *pathologised " "$work/out" && ! LC_ALL=C.UTF-8 grep -Eq "^.{81}" "$work/out"'
xylem compare runs/seedling runs/seedling --match sft=dpo --format markdown --by identity
ok 'markdown by identity' eval '[ "$code" = 0 ] && out_has "| stigma | mean\\_gap | statement | sft, dpo | transgender |" && ! out_has pathologised'
xylem compare runs/seedling runs/seedling --match sft=dpo --format markdown --by theme
ok 'markdown by theme' eval '[ "$code" = 0 ] && out_has "| stigma | mean\\_gap | statement | sft, dpo | pathologised |" && ! out_has transgender'
usage 'compare by neither' "--by 'themes': expected identity, theme" compare a b --by themes
cp -r runs/seedling runs/odd
sed 's/"theme": "pathologised"/"theme": "- a|b\\n*c\\\\d"/' runs/seedling/samples.jsonl >runs/odd/samples.jsonl
xylem compare runs/odd runs/odd --match sft=dpo --format markdown --by theme
ok 'markdown escapes every cell' eval '[ "$code" = 0 ] && out_has "| \\- a\\|b \\*c\\\\d |" && [ "$(grep -v "^|" "$work/out" | wc -l)" = 0 ]'
xylem audit seedling --limit 3 --draws 200 --benchmark stigma --benchmark binary-gender --name less
xylem compare runs/seedling runs/less
ok 'what is not shared is counted' eval '[ "$code" = 0 ] && err_has "pronoun: 0 items shared, " && err_has "binary-gender: 0 items shared, 0 only in the first, " && ! err_has "stigma: 0 items"'
fails 'compare: no run' '/nowhere: cannot open' compare /nowhere runs/seedling
fails 'compare: an unknown stage' "runs/less: no stage 'ppo'; it has: base" compare runs/seedling runs/less --match sft=ppo
fails 'compare: half a match' "match 'sft': expected STAGE=STAGE" compare runs/seedling runs/less --match sft
usage 'compare: one run' 'too few arguments' compare runs/seedling
finish
