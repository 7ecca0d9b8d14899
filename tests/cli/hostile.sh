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
scores() { printf 'family: f\nstages:\n  base: {scores: %s}\n' "$1" >family.yaml; }

printf 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n' >pointer.yaml
scores pointer.yaml
every 'a git-lfs pointer' pointer.yaml 'pointer.yaml: a git-lfs pointer, not the file itself'
ok 'and what to do' err_has 'hint: git lfs pull'
mkfifo fifo
scores fifo
every 'a FIFO' fifo 'fifo: expected a file, found a FIFO'
scores /dev/zero
# shellcheck disable=SC2016 # for the script
printf '#!/bin/sh\nulimit -v 4000000\nexec "%s" "$@"\n' "$XYLEM" >limited
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
kind UTF-16 '\377\376i\0n\0' 'text in UTF-16'
ok 'and what to do' err_has 'hint: iconv'
printf 'GGUF,PAR1\n' >kind.csv
fails 'letters of a kind that begin a text are a text' 'not a benchmark file' bench check kind.csv
printf '[{"text": "a"},\n {"text": "b"}]\n' >array.json
fails 'score: a JSON array' "expected a JSON object per line, found a JSON array (jq -c '.[]'" score --model $model array.json
fails 'import: a list of rows that are no samples' 'array.json:2: expected a sample of lm-evaluation-harness' import array.json
"$XYLEM" score --model $model - </dev/zero >"$work/out" 2>"$work/err"
code=$?
ok 'score: standard input without end' eval '[ "$code" = 1 ] && err_has "<stdin>: expected a text, found a device"'
tr '\0' a </dev/zero | "$XYLEM" score --model $model - >"$work/out" 2>"$work/err"
ok 'score: a line without end' err_has '<stdin>:1: a line of more than 64 MiB'

# ---- what is left out of a checkpoint is told where its numbers are
xylem inspect --no-fingerprint --json $model
base=$(sed -n 's/^  "path": "\(.*\)",$/\1/p' "$work/out")
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
