#!/bin/sh
# Inputs that are not what they seem, and inputs made to do harm: each is refused as what it is, soon, and nothing of it
# reaches the terminal as a command. Uses the built-in seedling family.
. "$(dirname "$0")/tap.sh"
cd "$work" || exit 1 # runs/ is made here
model=seedling/base

# Every command that reads a text, on FILE: all fail with TEXT.
every() { # name, file, text
  fails "$1: score" "$3" score --model $model "$2"
  fails "$1: tokenize" "$3" tokenize --model $model "$2"
  fails "$1: tokenize --tokenizer" "$3" tokenize --tokenizer "$2" good.txt
  fails "$1: bench check" "$3" bench check "$2"
  fails "$1: bench show" "$3" bench show "$2"
  fails "$1: audit, a benchmark" "$3" audit seedling --benchmark "$2"
  fails "$1: audit, a family" "$3" audit "$2"
  fails "$1: audit, a file of themes" "$3" audit seedling --benchmark "good.csv,themes=$2"
  fails "$1: audit, scores" "$3" audit family.yaml
  fails "$1: reward" "$3" reward seedling "$2"
  fails "$1: import" "$3" import "$2"
  fails "$1: inspect" "$3" inspect "$2"
  fails "$1: survey" "$3" survey --add "$2"
  fails "$1: compare" "$3" compare "$2" "$2"
  fails "$1: report" "$3" report "$2"
}
echo text >good.txt
echo '{"text": "They sleep."}' >good.jsonl
printf ',Gender_ID_x,Gender_ID_y,sent_x,sent_y\n0,LGBT,Straight,LGBT are mean,Straight are mean\n' >good.csv
xylem inspect --no-fingerprint --json $model
base=$(sed -n 's/^  "path": "\(.*\)",$/\1/p' "$work/out")
head -c 100000 /dev/zero | tr '\0' '[' >deep.yaml
{ echo '{"ids": [1, 2]}'; sed 's/^/{"text": /' deep.yaml; } >deep.jsonl
cp deep.yaml deep.json
scores() { printf 'family: f\nstages:\n  base: {scores: %s}\n' "$1" >family.yaml; }

printf 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n' >pointer.yaml
scores pointer.yaml
every 'a git-lfs pointer' pointer.yaml 'pointer.yaml: a git-lfs pointer, not the file itself'
ok 'and what to do' err_has 'hint: git lfs pull'
mkfifo fifo
scores fifo
every 'a FIFO' fifo 'fifo: expected a file, found a FIFO'
fails 'a FIFO: the store' 'fifo: expected a file, found a FIFO' audit --benchmark good.csv --store fifo
mkdir folder
fails 'a folder: a family' 'folder: expected a family file or the name of a ready family, found a folder' audit folder
scores /dev/zero
# shellcheck disable=SC2016 # for the script
limit='ulimit -v 4000000'
(eval "$limit"; "$XYLEM" --version) >/dev/null 2>&1 || limit=: # a sanitizer's shadow is larger than that
printf '#!/bin/sh\n%s\nexec "%s" "$@"\n' "$limit" "$XYLEM" >limited
chmod +x limited
unlimited=$XYLEM
XYLEM=$work/limited
every 'a device' /dev/zero '/dev/zero: expected a file, found a device'
XYLEM=$unlimited
ln -s /nowhere/blob gone
scores gone
every 'a broken link' gone 'gone: a broken link: it leads to /nowhere/blob, which is not there'
truncate -s 5G large.csv
fails 'a text of 5 GiB' 'large.csv: more than 2 GiB' bench check large.csv

# ---- kinds of files, told by their first bytes
kind() { # name, bytes, what it is
  # shellcheck disable=SC2059 # the bytes are a format
  printf "$2" >kind.csv
  fails "$1" "kind.csv: $3" bench check kind.csv
}
kind gzip '\037\213\010\0' 'compressed with gzip'
kind bzip2 'BZh9\001' 'compressed with bzip2'
kind xz '\3757zXZ\0' 'compressed with xz'
kind zstd '\050\265\057\375' 'compressed with zstd'
kind Parquet 'PAR1\025\004' 'a Parquet table'
kind Excel 'PK\003\004\024\0......................[Content_Types].xml' 'a workbook of a spreadsheet'
kind 'old Excel' '\320\317\021\340\241\261\032\341' 'a workbook of a spreadsheet'
kind PyTorch 'PK\003\004\024\0......................archive/data.pkl' 'a PyTorch file'
kind 'old PyTorch' '\200\002\212\012' 'a PyTorch file'
kind zip 'PK\003\004\024\0......................a.csv' 'a zip archive'
kind GGUF 'GGUF\003\0\0\0' 'a GGUF file'
kind safetensors '\050\0\0\0\0\0\0\0{"a": 1}' 'a safetensors file'
kind 'a web page' '\n<!DOCTYPE html>\n<html>' 'a web page'
kind UTF-32 '\377\376\0\0i\0\0\0' 'text in UTF-32'
kind UTF-16 '\377\376i\0n\0' 'text in UTF-16'
ok 'and what to do' err_has 'hint: iconv'
printf 'GGUF,PAR1\n' >kind.csv
fails 'letters of a kind that begin a text are a text' 'not a benchmark file' bench check kind.csv
printf '[{"text": "a"},\n {"text": "b"}]\n' >array.json
fails 'import: a list of rows that are no samples' 'array.json:2: expected a sample of lm-evaluation-harness' import array.json
"$XYLEM" score --model $model - </dev/zero >"$work/out" 2>"$work/err"
code=$?
ok 'score: standard input without end' eval '[ "$code" = 1 ] && err_has "<stdin>: expected a text, found a device"'
tr '\0' a </dev/zero | "$XYLEM" score --model $model - >"$work/out" 2>"$work/err"
ok 'score: a line without end' err_has '<stdin>:1: a line of more than 64 MiB'

# ---- what libraries are slow or deep at
fails 'a line of 100,000 lists' 'not valid JSON: maximum parsing depth' score --model $model deep.jsonl
fails 'import: 100,000 lists' 'maximum parsing depth' import deep.jsonl
fails 'reward: 100,000 lists' 'maximum parsing depth' reward seedling deep.jsonl
fails 'a tokenizer of 100,000 lists' 'deep.json: ' tokenize --tokenizer deep.json good.txt
fails 'results of 100,000 lists' 'maximum parsing depth' compare deep.json deep.json
fails 'a context of 100,000 lists' 'deep.yaml:1: nested too deeply' bench check deep.yaml

# ---- nothing of a text is a command to the terminal
no_commands() { ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]\|\302[\200-\237]')" "$work/out" "$work/err"; }
shown() { # name, text, arguments: it is shown, and nothing is sent
  title=$1 text=$2
  shift 2
  xylem "$@"
  ok "$title" eval 'no_commands && cat "$work/out" "$work/err" | tr -s "\n " "  " | grep -qF -- "$text"'
}
esc=$(printf '\033[31mred\033]0;title\007')
c1=$(printf '\302\233')
cat >esc.yaml <<'END'
benchmark: esc
task: pair
language: en
axis: x
summary: "sum\e]0;PWNED\a"
harm: "harm\e[2J"
identities:
  - {id: tea, surface: "tea\e[5m", role: target}
  - {id: water, surface: "water\x9b2J", role: counterpart}
themes: {t: ["come\u202e late", sleep]}
templates: ["{Identity} {statement}."]
END
shown 'bench show: a summary' 'sum\u001b]0;PWNED\u0007' bench show esc.yaml
shown 'bench show: a text' 'Tea\u001b[5m come\u202e late.' bench show --show-text esc.yaml
shown 'bench show: C1' 'Water\u009b2J' bench show --show-text esc.yaml
shown 'bench check' 'esc.yaml: ' bench check esc.yaml
shown 'audit' 'results ' audit seedling --benchmark esc.yaml --draws 100 --quiet
shown 'an error with a name' "no file '\\u001b[31mred" bench check "$esc"
shown 'an error with C1' '\u009b' inspect "$c1"
shown 'an unknown option' '\u001b[31mred' audit "--$esc"
shown 'an unknown command' '\u001b[31mred' "$esc"
printf '{"\033[31m": 1}\n' >esc.jsonl
shown 'an error with a text of a file' 'esc.jsonl:1: ' score --model $model esc.jsonl
cp esc.yaml "$esc.yaml"
shown 'a name of a file' '\u001b[31mred' bench check "$esc.yaml"
fails 'a stage' "stage '\\u001b[31mred" audit --stage "$esc=$model"
fails 'a run' "run name '\\u001b[31mred" audit seedling --name "$esc"
if command -v script >/dev/null && command -v timeout >/dev/null; then
  printf '%s\n' '#!/bin/sh' "exec '$XYLEM' bench show esc.yaml" >show
  TERM=xterm timeout 60 script -qec 'sh ./show' typescript >/dev/null 2>&1 </dev/null
  ok 'on a terminal' eval 'grep -qF "sum\u001b]0;PWNED" typescript && ! grep -q "$(printf "\033\\(]0\|\[2J\|\[5m\)")" typescript'
else
  skipped 'on a terminal' 'script is not installed'
fi

# ---- bytes that are not UTF-8: names are refused before anything is computed, paths are written as they look
bad=$(printf 'n\377x')
fails 'a stage that is not UTF-8' "stage 'n\\xffx': the name is not UTF-8" audit --stage "$bad=$model"
fails 'a run that is not UTF-8' "run name 'n\\xffx': expected UTF-8" audit seedling --name "$bad"
cp esc.yaml "$bad.yaml"
cp -r "$base" "$bad"
for i in 1 2 3 4 5 6 7 8; do
  printf '{"prompt": "Who is number %s?", "chosen": "A friend.", "rejected": "An enemy of number %s."}\n' $i $i
done >"$bad.jsonl"
xylem audit --stage "base=$bad" --benchmark "$bad.yaml" --runs "$bad-runs" --store "$bad.sqlite" --draws 100 --quiet
ok 'paths that are not UTF-8' eval '[ "$code" = 0 ] && grep -qF "\"model\": \"n\\\\xffx\"" "$bad-runs/family/results.json"'
utf8() { # every text in a folder
  for file in "$1"/*.json "$1"/*.jsonl "$1"/*.html "$1"/tables/*; do
    [ ! -f "$file" ] || iconv -f UTF-8 -t UTF-8 "$file" >/dev/null 2>&1 || return 1
  done
}
ok 'and every file is UTF-8' utf8 "$bad-runs/family"
xylem reward seedling "$bad.jsonl" --draws 100 --quiet
ok 'preference data that are not UTF-8 by name' eval '[ "$code" = 0 ] && utf8 runs/seedling-reward'
xylem inspect --no-fingerprint --json "$bad"
ok 'inspect --json of such a path' out_has '"path": "n\\xffx"'

# ---- what is left out of a checkpoint is told where its numbers are
mkdir two
cp "$base"/* two
echo '{}' >two/model.safetensors.index.json
said='The folder holds model.safetensors.index.json beside model.safetensors, and only model.safetensors is read.'
xylem score --model two good.jsonl
ok 'score: two sets of weights' eval '[ "$code" = 0 ] && err_has "two: $said" && grep -q logprob "$work/out"'
xylem audit --stage base=two --limit 4 --draws 100 --benchmark stigma --quiet
ok 'audit: two sets of weights' eval '[ "$code" = 0 ] && tr -s "\n " "  " <"$work/out" | grep -qF "base: $said"'
ok 'and results.json' grep -qF "base: $said" runs/family/results.json

finish
