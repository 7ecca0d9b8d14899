#!/bin/sh
# Files that the commands read: what is accepted, and that every fault is named. Uses the built-in seedling family.
. "$(dirname "$0")/tap.sh"
model=${XYLEM_MODEL:-seedling/base}
input=$work/input
cd "$work" || exit 1 # runs/ is made here

# ---- score: faults
bad() { # name, line, what is expected
  printf '%s\n' '{"text": "good"}' "$2" >"$input"
  fails "score: $1" "$input:2: " score --model "$model" "$input"
  ok "score: $1, what was found" err_has "$3"
}
bad 'not JSON' 'hello' 'not valid JSON'
bad 'cut short' '{"text": "a"' 'not valid JSON'
bad 'a string' '"text"' 'found a string'
bad 'an array' '[1, 2]' 'found an array'
bad 'no known member' '{"txt": "a"}' 'found none of them'
bad 'two forms' '{"text": "a", "ids": [1, 2]}' 'found more than one'
bad 'text that is a number' '{"text": 3}' 'expected a string as "text", found an integer'
bad 'text that is null' '{"text": null}' 'expected a string as "text", found null'
bad 'a prompt alone' '{"prompt": "a"}' 'expected a string as "continuation", found nothing'
bad 'a continuation alone' '{"continuation": "a"}' 'expected a string as "prompt", found nothing'
bad 'a context alone' '{"context": "a"}' 'expected a string as "continuation", found nothing'
bad 'a context and a prompt' '{"context": "a", "prompt": "a", "continuation": "b"}' 'found more than one'
bad 'an identity term behind the end' '{"context": "", "continuation": "b", "identity_end": 2}' '"identity_end": expected a number of bytes'
bad 'a zero character' '{"text": "a\u0000b"}' 'found a zero character'
bad 'a member twice' '{"text": "a", "text": "b"}' 'not valid JSON: duplicate object key'
bad 'empty text' '{"text": ""}' ''
bad 'an empty continuation' '{"prompt": "a", "continuation": ""}' ''
bad 'ids that are text' '{"ids": "1 2"}' 'expected an array as "ids", found a string'
bad 'an id that is text' '{"ids": [1, "2"]}' '"ids"[1]: expected a token id, found a string'
bad 'an id below zero' '{"ids": [1, -2]}' '"ids"[1]: expected a token id, found the number -2'
bad 'an id with a fraction' '{"ids": [1, 2.5]}' '"ids"[1]: expected a token id, found a number'
bad 'an id too large for any model' '{"ids": [1, 99999999999]}' 'expected a token id'
bad 'an id that the model has not' '{"ids": [1, 2000000000]}' ''
bad 'no ids' '{"ids": []}' 'expected at least two ids'
bad 'one id' '{"ids": [1]}' 'expected at least two ids'
printf '\357\273\277{"text": "good"}\r\n \r\n\n{"text": "good"}\n' >"$input"
xylem score --model "$model" "$input"
ok 'score: a byte order mark, line ends of Windows, blank lines' eval '[ "$code" = 0 ] && [ "$(grep -c logprob "$work/out")" = 2 ]'
printf '[\n{"text": "good", "stderr": NaN},\n{"text":\n  "good", "low": -Infinity}\n]\n' >"$input"
xylem score --model "$model" "$input"
ok 'score: a list, and NaN in members that nobody reads' eval '[ "$code" = 0 ] && no_err && [ "$(grep -c logprob "$work/out")" = 2 ]'
printf '[{"text": "good"},\n{"txt": "good"}]\n' >"$input"
fails 'score: a fault in a list' "$input:2: expected {" score --model "$model" "$input"
printf '{"text": "good"}\n{"text": NaN}\n' >"$input"
fails 'score: NaN for a text' "$input:2: expected a string as \"text\", found null" score --model "$model" "$input"
printf '{"text": "good"}\n{"text": "b\377d"}\n' >"$input"
fails 'score: not UTF-8' "$input:2: not valid JSON" score --model "$model" "$input"
{ echo '{"text": "good"}'; i=0; while [ $i -lt 25 ]; do echo nonsense; i=$((i + 1)); done; } >"$input"
fails 'score: every bad line is named' "$input:3: not valid JSON" score --model "$model" "$input"
ok 'score: at most twenty of them' eval '[ "$(grep -c "not valid JSON" "$work/err")" = 20 ] && err_has "… and 5 more faults"'
fails 'score: no such file' '/nowhere/input.jsonl: cannot open: No such file' score --model "$model" /nowhere/input.jsonl
fails 'score: a directory' 'expected a file, found a folder' score --model "$model" "$work"
echo '{"text": "good"}' >"$input"
fails 'score: no such model' 'nowhere/model' score --model nowhere/model "$input"
mkdir "$work/empty"
fails 'score: a directory without a model' "$work/empty" score --model "$work/empty" "$input"
fails 'score: an unknown format' 'chatlm' score --model "$model" --format chatlm "$input"
fails 'score: a memory budget that holds nothing' '' score --model "$model" --memory 1 "$input"

# ---- score: what is accepted
: >"$input"
xylem score --model "$model" "$input"
ok 'score: an empty file' eval '[ "$code" = 0 ] && no_out && err_has "holds no requests"'
printf '{"text": "They work as a nurse.", "id": 7}\r\n{"prompt": "They work", "continuation": " as a nurse."}\n{"ids": [5, 6, 7]}' >"$input"
xylem score --model "$model" "$input"
ok 'score: three forms, other members, line ends' eval '[ "$code" = 0 ] && no_err && [ "$(grep -c "^{\"index\": " "$work/out")" = 3 ]'
ok 'score: the members, in order' grep -Eqx '\{"index": 2, "logprob": -[0-9.]+, "tokens": 2, "bytes": 0, "greedy": (true|false), "token_ids": \[6, 7\], "token_logprobs": \[-[0-9.]+, -[0-9.]+\], "split": false\}' "$work/out"
cp "$work/out" "$work/first"
"$XYLEM" score --model "$model" - <"$input" >"$work/out" 2>"$work/err"
code=$?
ok 'score: standard input' eval '[ "$code" = 0 ] && cmp -s "$work/out" "$work/first"'
for option in '--threads 1' '--memory 512M' '--precision fp32' '--start tokenizer' '--format plain' '--tail none'; do
  # shellcheck disable=SC2086 # words
  xylem score --model "$model" $option "$input"
  ok "score: $option is the default, or changes nothing" eval '[ "$code" = 0 ] && cmp -s "$work/out" "$work/first"'
done
for option in '--precision bf16' '--start always' '--format halos' '--format >>{prompt}<<' '--tail eos' '--tail space+eos'; do
  # shellcheck disable=SC2086
  xylem score --model "$model" $option "$input"
  case $option in '--start always') differ=false ;; *) differ=true ;; esac
  ok "score: $option" eval '[ "$code" = 0 ] && no_err && { ! $differ || ! cmp -s "$work/out" "$work/first"; }'
done
printf 'nonsense\n' >"$work/bad"
"$XYLEM" score --model "$model" - <"$work/bad" >"$work/out" 2>"$work/err"
ok 'score: standard input has a name' err_has '<stdin>:1: not valid JSON'
awk 'BEGIN {printf "{\"text\": \""; for (i = 0; i < 20000; i++) printf "word "; print "\"}"}' >"$input"
fails 'score: longer than the context' "$input:1" score --model "$model" "$input"
"$XYLEM" score --model "$model" "$work/three" >/dev/full 2>"$work/err"
printf '{"ids": [5, 6]}\n' >"$input"
"$XYLEM" score --model "$model" "$input" >/dev/full 2>"$work/err"
code=$?
ok 'score: full disk' eval '[ "$code" = 1 ] && err_has "cannot write"'
printf '{"text": "a"}\n' >"$input"
xylem score --model "$model" --start none "$input"
ok 'score: a single token without a start token' eval '[ "$code" = 1 ] && no_out && err_has "$input:1: "'

# ---- tokenize
printf 'They work.\n\n  two  spaces \nno line end' >"$input"
xylem tokenize --model "$model" "$input"
ok 'tokenize: an array per line' eval '[ "$code" = 0 ] && no_err && [ "$(grep -Ecx "\[([0-9]+(, [0-9]+)*)?\]" "$work/out")" = 4 ]'
ok 'tokenize: an empty line' eval '[ "$(sed -n 2p "$work/out")" = "[]" ]'
cp "$work/out" "$work/first"
printf '"They work."\n""\n"  two  spaces "\n"no line end"\n' >"$work/json"
xylem tokenize --json --model "$model" "$work/json"
ok 'tokenize: --json' eval '[ "$code" = 0 ] && cmp -s "$work/out" "$work/first"'
printf 'They work.\r\n\r\n  two  spaces \r\nno line end' >"$work/crlf"
xylem tokenize --model "$model" "$work/crlf"
ok 'tokenize: line ends of Windows' cmp -s "$work/out" "$work/first"
"$XYLEM" tokenize --model "$model" - <"$input" >"$work/out" 2>"$work/err"
ok 'tokenize: standard input' cmp -s "$work/out" "$work/first"
xylem tokenize --special --model "$model" "$input"
ok 'tokenize: --special' eval '[ "$code" = 0 ] && [ "$(wc -l <"$work/out")" = 4 ]'
: >"$work/nothing"
xylem tokenize --model "$model" "$work/nothing"
ok 'tokenize: an empty file' eval '[ "$code" = 0 ] && no_out && no_err'
printf 'good\nb\377d\n' >"$work/bad"
xylem tokenize --model "$model" "$work/bad"
ok 'tokenize: not UTF-8' eval '[ "$code" = 1 ] && err_has "$work/bad:2: "'
printf '"a"\n3\n' >"$work/bad"
xylem tokenize --json --model "$model" "$work/bad"
ok 'tokenize: not a JSON string' eval '[ "$code" = 1 ] && err_has "$work/bad:2: expected a JSON string"'
printf '"a\n' >"$work/bad"
fails 'tokenize: not JSON' "$work/bad:1: expected a JSON string" tokenize --json --model "$model" "$work/bad"
awk 'BEGIN {for (i = 0; i < 200000; i++) printf "word%d ", i % 7; print ""}' >"$work/long"
xylem tokenize --model "$model" "$work/long"
ok 'tokenize: a line of a megabyte' eval '[ "$code" = 0 ] && no_err && [ "$(wc -l <"$work/out")" = 1 ]'
fails 'tokenize: no such file' 'cannot open: No such file' tokenize --model "$model" /nowhere/text
fails 'tokenize: no such tokenizer' '/nowhere/tokenizer.json' tokenize --tokenizer /nowhere/tokenizer.json "$input"
fails 'tokenize: not a tokenizer' "$input" tokenize --tokenizer "$input" "$input"
fails 'tokenize: no such model' 'nowhere/model' tokenize --model nowhere/model "$input"

printf '"They work."\n""\n"two\\nlines \\u0000"\n' >"$work/json"
xylem tokenize --json --special --model "$model" "$work/json"
cp "$work/out" "$work/ids"
xylem tokenize --decode --model "$model" "$work/ids"
ok 'tokenize: --decode gives the texts back' eval '[ "$code" = 0 ] && no_err && cmp -s "$work/out" "$work/json"'
printf '{"ids": [0, 1, 0]}\n[0, 1, 0]\n' >"$work/ids"
xylem tokenize --decode --model "$model" "$work/ids"
cp "$work/out" "$work/first"
xylem tokenize --decode --special --model "$model" "$work/ids"
ok 'tokenize: --decode answers in kind, without special tokens unless they are wanted' eval '[ "$code" = 0 ] &&
  [ "$(cat "$work/first")" = "{\"text\": \"!\"}
\"!\"" ] && [ "$(sed -n 2p "$work/out")" = "\"<|endoftext|>!<|endoftext|>\"" ]'
printf '[1]\n[1, "a"]\n' >"$work/bad"
xylem tokenize --decode --model "$model" "$work/bad"
ok 'tokenize: --decode of no ids' eval '[ "$code" = 1 ] && err_has "$work/bad:2: expected a JSON array of token ids"'
echo '{"decoder": {"type": "Odd"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}' >"$work/tokenizer.json"
xylem tokenize --tokenizer "$work/tokenizer.json" "$input"
ok 'tokenize: no decoder is needed' eval '[ "$code" = 0 ] && no_err'
fails 'tokenize: --decode by an unknown decoder' "decoder 'Odd' is not supported" tokenize --decode --tokenizer "$work/tokenizer.json" "$work/ids"

# ---- inspect
xylem inspect "$model"
ok 'inspect' eval '[ "$code" = 0 ] && no_err && grep -Eq "^parameters +[0-9,]+$" "$work/out" && grep -Eq "^fingerprint +[0-9a-f]{64}$" "$work/out"'
print=$(sed -n 's/^fingerprint *//p' "$work/out")
xylem inspect --json "$model"
ok 'inspect: --json' eval '[ "$code" = 0 ] && out_has "\"fingerprint\": \"$print\"" && out_has "\"architecture\": "'
if command -v python3 >/dev/null; then
  ok 'inspect: --json is JSON' python3 -m json.tool "$work/out" /dev/null
else
  skipped 'inspect: --json is JSON' 'python3 is not installed'
fi
xylem inspect --no-fingerprint --json "$model"
ok 'inspect: --no-fingerprint' eval '[ "$code" = 0 ] && ! out_has fingerprint'
fails 'inspect: no such model' 'nowhere/model' inspect nowhere/model
fails 'inspect: a file' "$input" inspect "$input"
mkdir "$work/broken"
echo '{' >"$work/broken/config.json"
fails 'inspect: a broken config' 'config.json' inspect "$work/broken"

# ---- bench
xylem bench list
ok 'bench list' eval '[ "$code" = 0 ] && no_err && out_has stigma && out_has affirmation && out_has binary-gender'
for name in stigma affirmation binary-gender; do
  xylem bench show "$name"
  ok "bench show $name" eval '[ "$code" = 0 ] && no_err && grep -Eq "^items +[0-9,]+$" "$work/out" && out_has "texts are hidden"'
  ok "bench show $name fits 80 columns" eval '! LC_ALL=C.UTF-8 grep -Eq "^.{81}" "$work/out"'
  ok "bench show $name: no text unless asked" eval '! grep -Eq "^    (target|other) " "$work/out"'
done
xylem bench show disability --model seedling/base
ok 'bench show: tokens of identity terms' eval '[ "$code" = 0 ] && no_err && grep -Eq "^controls +[0-9,]+ items of 60 harmless" "$work/out" && grep -Eq "^autistic +target +[0-9]+ [*]" "$work/out" && grep -Eq "^sighted +counterpart +[0-9]+" "$work/out"'
xylem bench show --show-text --limit 5 stigma
ok 'bench show: --show-text --limit' eval '[ "$code" = 0 ] && [ "$(grep -Ec "^    target +[^ ]" "$work/out")" = 5 ]'
xylem bench show religion
ok 'bench show: what a theme can reach' eval 'tr -s " \n" " " <"$work/out" | grep -q "per theme 10 clusters at the least (threat): an effect of 0.57 standard deviations; no p of that theme can be below 0.002"'
fails 'bench show: unknown' 'stigmata' bench show stigmata
cat >"$work/context.yaml" <<'X'
benchmark: mine
modality: pair
language: en
identities:
  - {id: a, surface: people of the hills, role: target, axis: place}
  - {id: b, surface: people of the plains, role: counterpart, axis: place}
themes:
  work: [are late, are early]
templates:
  - "{identity} {statement}."
X
xylem bench check "$work/context.yaml"
ok 'bench check: too few clusters' eval '[ "$code" = 0 ] && no_err && out_has "too small to show anything: 2 items, 2 clusters" && out_has "no p can be below 0.5"'
sed 's/are late, are early/are late, are early, sing, dance, sleep, cook/' "$work/context.yaml" >"$work/six.yaml"
xylem bench check "$work/six.yaml"
ok 'bench check: a sound file' eval '[ "$code" = 0 ] && no_err && out_has "six.yaml: sound: 6 items, 6 clusters"'
pairs() { # six pairs, of which $1 have a space on one side
  printf ',Gender_ID_x,Gender_ID_y,sent_x,sent_y\n'
  for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    printf '%s,T,C,The tea of day %s sings.%s,The cup of day %s sings.\n' $i $i "$([ $i -gt "$1" ] || printf ' ')" $i
  done
}
pairs 0 >"$work/sound.csv"
pairs 5 >"$work/usable.csv"
pairs 6 >"$work/unsound.csv"
xylem bench check "$work/sound.csv"
ok 'bench check: a sound published file' eval '[ "$code" = 0 ] && no_err && out_has "sound.csv: sound: 12 items"'
xylem bench check "$work/usable.csv"
ok 'bench check: rows left out, with their lines' eval '[ "$code" = 0 ] && out_has "usable: 7 items" && out_has "5 of 12 rows left out: white space at the end of sent_x alone (lines 2, 3, 4, 5, 6)"'
xylem bench check "$work/unsound.csv"
ok 'bench check: half of the rows left out' eval '[ "$code" = 1 ] && out_has "not sound: 6 items"'
fails 'bench check: --strict refuses the file' "$work/usable.csv:2: white space at the end of sent_x alone" bench check --strict "$work/usable.csv"
fails 'audit: --strict refuses the file' "$work/usable.csv:2: white space" audit --strict --plan --benchmark "$work/usable.csv"
xylem audit --only-stage base --draws 200 --name left-out --quiet --benchmark "$work/usable.csv"
ok 'audit: rows left out are told' eval '[ "$code" = 0 ] && tr -s " \n" " " <"$work/out" | grep -q "5 of 12 rows of winoqueer were left out"'
ok 'audit: rows left out are in the results' grep -q '"rows": 12, "left_out": 5' runs/left-out/results.json
sed 's/modality/modalty/; s/role: target/role: goal/' "$work/context.yaml" >"$work/faults.yaml"
fails 'bench check: every error' "$work/faults.yaml:2: " bench check "$work/faults.yaml"
ok 'bench check: every error, with its line' err_has "$work/faults.yaml:5: "
fails 'bench check: no such file' '/nowhere/context.yaml' bench check /nowhere/context.yaml
fails 'bench check: an unknown kind' "did you mean 'tango'" bench check --kind tanga "$work/context.yaml"
xylem bench new --out "$work/new.yaml" drinks
ok 'bench new: says what it wrote' eval '[ "$code" = 0 ] && out_has "new.yaml"'
xylem bench check "$work/new.yaml"
ok 'bench new: the file is not sound before it is filled in' eval '[ "$code" = 1 ] && no_err && out_has "not sound: 16 items, 4 clusters" && out_has "bench new"'
fails 'bench new: leaves a file that is there' 'File exists' bench new --out "$work/new.yaml" drinks
fails 'bench new: not an id' 'cannot be the id' bench new --out "$work/other.yaml" 'two words'
xylem bench show "$work/new.yaml"
ok 'bench show: the smallest effect, with its assumption' eval 'out_has "80% power" && out_has "(an assumption"'
ok 'bench show: texts stay hidden' eval 'out_has "texts are hidden" && ! out_has "Coffee drinkers"'

# ---- audit
xylem audit --list
ok 'audit --list' eval '[ "$code" = 0 ] && no_err && out_has seedling && out_has pythia-2.8b-archangel && out_has sft-dpo'
for name in $(sed -n '2,$s/ .*//p' "$work/out"); do
  xylem audit --plan --runs "$work/none" "$name" # checkpoints are not here; the file itself must be sound
  ok "audit: ready family $name" eval '! err_has ".yaml:" && ! err_has "no ready family"'
done
fails 'audit: unknown family' "did you mean 'seedling'?" audit sedling
fails 'audit: a stage without a model' 'NAME=MODEL' audit --stage base
fails 'audit: no such checkpoint' 'nowhere/model' audit --stage base=nowhere/model
xylem audit --plan
ok 'audit --plan' eval '[ "$code" = 0 ] && out_has STAGE && out_has sft-dpo && out_has "time "'
ok 'audit --plan fits 80 columns' eval '! LC_ALL=C.UTF-8 grep -Eq "^.{81}" "$work/out"'
ok 'audit --plan writes no run' eval '[ ! -e "$work/runs/seedling/results.json" ]'
xylem audit --plan --json --limit 4
ok 'audit --plan --json' eval '[ "$code" = 0 ] && out_has "\"stages\": ["'
fails 'audit: unknown benchmark' 'stigmata' audit --benchmark stigmata
fails 'audit: unknown identity' 'martian' audit --identity martian
fails 'audit: unknown theme' 'weather' audit --theme weather
fails 'audit: unknown stage' 'ppo' audit --only-stage ppo
set -- audit --limit 14 --benchmark stigma --draws 200 --name small --quiet
xylem "$@"
# The first screen: the two sentences of results.json first and last, and no more than 45 lines at 80 columns.
said() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["headline"][sys.argv[2]])' "$1" "$2"; }
sentences() { # of the run $1, as one line
  printf '%s %s' "$(said "$1/results.json" where)" "$(said "$1/results.json" how_much)"
}
one_screen() {
  [ "$(wc -l <"$work/out")" -le 45 ] && ! LC_ALL=C.UTF-8 grep -Eq "^.{81}" "$work/out"
}
ok 'audit: one screen' eval '[ "$code" = 0 ] && no_err && one_screen && out_has "runs/small/report.html" && out_has "cannot tell"'
ok 'audit: the two sentences stand first and last' eval '
  tr "\n" " " <"$work/out" | tr -s " " >"$work/line" &&
  [ "$(grep -oF "$(sentences runs/small)" "$work/line" | wc -l)" = 2 ] &&
  case "$(cat "$work/line")" in "family seedling: 4 stages, 1 benchmark $(sentences runs/small) "*"$(sentences runs/small) ") ;; *) false ;; esac'
ok 'audit: every step and its verdict' eval '(for s in "base → sft" "base → dpo" "sft → sft-dpo"; do grep -Eq "$s +[0-9.]+% .* [a-z]+(†)?\$" "$work/out" || exit 1; done)'
ok 'audit: what is not shown is counted' eval 'grep -Eq "^[0-9]+ findings: --findings; .*--tables" "$work/out"'
cp "$work/out" "$work/screen"
set -- "$@" --tables --findings
xylem "$@"
ok 'audit' eval '[ "$code" = 0 ] && no_err && out_has "stigma: " && out_has findings && out_has "runs/small/report.html"'
ok 'audit: every stage has a row' eval '(for s in base sft dpo sft-dpo; do grep -Eq "^$s +[0-9.]+%" "$work/out" || exit 1; done)'
ok 'audit: side by side, every step' eval '(for s in sft dpo sft-dpo; do grep -Eq "^BENCHMARK +MEASURE +$s +CHANGE" "$work/out" || exit 1; done)'
ok 'audit: an axis without a benchmark is said in words' eval 'out_has "No benchmark of this run is on the axis binary-gender" && ! out_has "axis gender-diverse, so"'
ok 'audit: tables and findings fit 80 columns' eval '! LC_ALL=C.UTF-8 grep -Eq "^.{81}" "$work/out"'
ok 'audit: files' eval 'test -s runs/small/results.json && test -s runs/small/samples.jsonl && test -s runs/small/report.html && test -s runs/scores.sqlite'
cp "$work/out" "$work/first"
cp runs/small/results.json "$work/results"
xylem "$@"
ok 'audit: again, the same' eval '[ "$code" = 0 ] && cmp -s "$work/out" "$work/first"'
xylem report runs/small --tables --findings
ok 'report: prints what the audit printed' eval '[ "$code" = 0 ] && no_err && cmp -s "$work/out" "$work/first"'
xylem "$@" --json
ok 'audit: --json prints results.json' eval '[ "$code" = 0 ] && cmp -s "$work/out" runs/small/results.json'
xylem audit --limit 7 --benchmark pronoun --benchmark religion --benchmark binary-gender --benchmark stigma --draws 200 --name axes --quiet
ok 'audit: one screen of four benchmarks' one_screen
xylem report --tables runs/axes
ok 'audit: axes in order' eval '[ "$(sed -n "/^from base to dpo/,/^from/s/^  *\([a-z-]*\) .*/\1/p" "$work/out" | tr "\n" " ")" = "binary-gender pronoun stigma religion " ] && ! out_has "No benchmark of this run"'
ok 'audit: side by side fits 80 columns' eval '! LC_ALL=C.UTF-8 grep -Eq "^.{81}" "$work/out"'
ok 'audit: side by side as a table' eval '[ "$(cut -d, -f1,2,4 runs/axes/tables/side_by_side.csv | tr "\n" " ")" = "axis,benchmark,measure binary-gender,binary-gender,mean_gap gender-diverse,pronoun,misgendering_rate gender-diverse,stigma,mean_gap religion,religion,mean_gap " ]'
set -- audit --limit 3 --draws 100 --name wide --quiet
for one in pronoun religion disability binary-gender stigma affirmation; do set -- "$@" --benchmark $one; done
xylem "$@"
ok 'audit: one screen of six benchmarks, the rest counted' eval 'one_screen && grep -Eq "^… and [0-9]+ more: --tables$" "$work/out"'
data=${XYLEM_SHARED:-/nowhere}/data
if [ -e "$data/crows_pairs_anonymized.csv" ]; then # files as published, with their published counts
  published() {
    xylem audit "$@" --name published --benchmark crows-pairs="$data/crows_pairs_anonymized.csv" \
      --benchmark tango="$data/tango_misgendering_prompts.csv" --benchmark bbq="$data/bbq_sexual_orientation.jsonl" \
      --benchmark winobias="$data/winobias_pro_type1_dev.txt"
  }
  published --plan
  ok 'audit: published files, every row but 26: 1,482 + 2,880 + 864 + 396' eval '[ "$code" = 0 ] && grep -Eqx "items +5,622" "$work/out"'
  published --limit 4 --draws 200 --only-stage sft --quiet --tables
  ok 'audit: published files side by side' eval '[ "$code" = 0 ] && [ "$(cut -d, -f1,2 runs/published/tables/side_by_side.csv | tr "\n" " ")" = "axis,benchmark binary-gender,winobias-type1 gender-diverse,tango mixed,crows-pairs sexual-orientation,bbq-sexual-orientation " ]'
  ok 'audit: what a published file is read with stands in the results' grep -q 'of the anti half, which reads well, each with its own pronoun (lines 92, 212)' runs/published/results.json
  ok 'audit: names that are too long break at hyphens, within 80 columns' eval '! LC_ALL=C.UTF-8 grep -Eq "^.{81}" "$work/out" && grep -Eqx "orientation *" "$work/out"'
else
  skipped 'audit: published files' "$data is not here"
fi
cat >after.yaml <<'END'
benchmark: after
modality: pair
language: en
axis: gender-diverse
identities:
  - {id: nonbinary, surface: nonbinary people, role: target}
  - {id: cisgender, surface: people who are cisgender, role: counterpart}
themes:
  rude: [nobody waits for, never trust, do not believe, laugh at, keep away from, pity]
templates: ["{Statement} {identity}."]
END
xylem audit --benchmark after.yaml --draws 200 --only-stage sft --name after --findings
ok 'audit: where the name comes last, nothing tells it from what is said' eval '[ "$code" = 0 ] && tr "\n" " " <"$work/out" | tr -s " " | grep -q "there are no controls: nothing tells the name from what is said. Gaps are read in mode shared"'
ok 'audit: terms of different length are told' eval 'tr "\n" " " <"$work/out" | tr -s " " | grep -q "On after, identity terms of target and counterpart differ in their number of tokens (nonbinary"'
xylem audit --limit 7 --benchmark stigma --draws 200 --only-stage dpo --mode statement --seed 7 --precision bf16 --start always --threads 1 --memory 1G --show-text --runs elsewhere --store elsewhere/s.sqlite --tables
ok 'audit: plain nats outside the modes per token and byte' eval 'out_has "mean advantage in nats,"'
ok 'audit: other options' eval '[ "$code" = 0 ] && out_has "mode statement" && out_has "elsewhere/seedling" && ! grep -q "^sft " "$work/out" && test -s elsewhere/s.sqlite'
xylem audit --limit 7 --benchmark stigma --draws 200 --only-stage dpo --mode per-token --name by-token --tables
ok 'audit: gaps per token are no plain nats' eval '[ "$code" = 0 ] && out_has "nats per token" && grep -Eq "^dpo .* [+-]0[.][0-9]{2,3}( |\$)" "$work/out"'
"$XYLEM" "$@" >/dev/full 2>"$work/err"
code=$?
ok 'audit: full disk' eval '[ "$code" = 1 ] && err_has "cannot write"'
# ---- reward: on a small random family
family() { # options of the command, then the file
  data=$XYLEM_TESTS/audit/data/reward
  xylem reward --quiet --stage "base=$data/base" --stage "sft=$data/sft:base" --stage "dpo=$data/dpo:sft:dpo:0.1" "$@"
}
family --format tulu --tail eos --name rewards "$XYLEM_TESTS/audit/data/reward/preferences.jsonl"
ok 'reward: one screen' eval '[ "$code" = 0 ] && no_err && one_screen && out_has "chosen answer" && ! out_has "subset=long"'
family --format tulu --tail eos --name rewards --tables --findings "$XYLEM_TESTS/audit/data/reward/preferences.jsonl"
ok 'reward: table, groups, scores and findings' eval '[ "$code" = 0 ] && no_err && out_has "format tulu, tail eos" &&
  out_has "6 rows, 5 prompts" && out_has "log-ratio" && out_has "subset=long" && out_has "identity=nurse" &&
  out_has "ties lose" && out_has "the implicit reward of dpo over sft"'
ok 'reward: a line per row and stage' eval '[ "$(wc -l <runs/rewards/rewards.jsonl)" = 18 ]'
family --format tulu --tail eos --name rewards --json "$XYLEM_TESTS/audit/data/reward/preferences.jsonl"
ok 'reward: --json prints results.json' cmp -s "$work/out" runs/rewards/results.json
family --plan --format tulu "$XYLEM_TESTS/audit/data/reward/preferences.jsonl"
ok 'reward: --plan' eval '[ "$code" = 0 ] && no_err && out_has "items          6"'
printf '%s\n' '{"prompt": "a", "chosen": "b", "rejected": "c"}' '{"prompt": "a", "chosen": "b"}' '[]' >"$input"
family --format tulu --name left-out-rows --quiet "$input"
ok 'reward: a bad row costs itself' eval '[ "$code" = 0 ] && tr -s " \n" " " <"$work/out" | grep -q "2 of 3 rows of input were left out: rejected: expected a text, found nothing (line 2)"'
printf '%s\n' '{"prompt": "a", "chosen": "b", "rejected": "c"}' '{"prompt": "a", "chosen": "b", "rejected": "c"}' \
  '{"prompt": "a", "chosen": "c", "rejected": "b"}' '{"prompt": "a", "chosen": "d", "rejected": "d"}' >"$work/twice"
family --format tulu --name twice --findings "$work/twice"
tr -s " \n" "  " <"$work/out" >said
ok 'reward: rows given twice, turned round, and ties are findings' eval '[ "$code" = 0 ] &&
  grep -q "twice: 1 of 4 rows: the same texts as in an earlier row, kept (line 2)\." said &&
  grep -q "in an earlier row, the other way round, kept (line 3)\." said &&
  grep -q "both answers are the same, kept as a tie (line 4)\." said'
family --format tulu --strict "$input"
ok 'reward: --strict names every bad line' eval '[ "$code" = 1 ] && no_out && err_has "$input:2: rejected: expected a text" &&
  err_has "$input:3: expected a JSON object"'

finish
