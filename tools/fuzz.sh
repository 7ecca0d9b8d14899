#!/bin/sh
# Builds the fuzz targets under Clang's sanitizers and runs each for some seconds. What a target learnt stays in
# FOLDER/corpus/TARGET and is where its next run starts; the first starts from the golden files of tests/. An input that
# breaks something stays in FOLDER/found. usage: fuzz.sh FOLDER SECONDS
set -eu
cd "$(dirname "$0")/.."
folder=$1
seconds=$2

CC=clang-19 sh tools/configure.sh "$folder" -Dfuzz=true -Dbuildtype=debugoptimized -Db_sanitize=address,undefined \
  -Db_lundef=false
ninja -C "$folder" fuzz-targets

# corpus, files: starts a corpus from files of one name in many folders.
seed() {
  corpus=$1
  shift
  [ ! -d "$corpus" ] || return 0
  mkdir -p "$corpus"
  for file; do cp "$file" "$corpus/$(basename "$(dirname "$file")")-$(basename "$file")"; done
}
seed "$folder/corpus/safetensors" tests/model/data/*/*.safetensors
seed "$folder/corpus/tokenizer" tests/tokenizer/data/*/tokenizer.json

mkdir -p "$folder/found"
failed=0
for source in fuzz/*.c; do
  target=$(basename "$source" .c)
  log=$folder/$target.log
  echo "== $target: $seconds s"
  "$folder/fuzz/$target" -max_total_time="$seconds" -timeout=10 -max_len=65536 \
    -artifact_prefix="$folder/found/$target-" "$folder/corpus/$target" >"$log" 2>&1 || failed=1
  grep -E '^Done|ERROR|SUMMARY|Test unit written' "$log" || tail -n 5 "$log"
done
[ "$failed" = 0 ] || echo "a target broke: its input is in $folder/found, what was said in $folder/*.log" >&2
exit "$failed"
