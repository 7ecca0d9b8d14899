#!/bin/sh
# Builds the fuzz targets under Clang's sanitizers and runs each for some seconds, or those that are named. What a target
# learnt stays in FOLDER/corpus/TARGET and is where its next run starts; the first starts from fuzz/seeds.sh. An input that
# breaks something stays in FOLDER/found. usage: fuzz.sh FOLDER SECONDS [TARGET...]
set -eu
cd "$(dirname "$0")/.."
folder=$1
seconds=$2
shift 2

CC=clang-19 sh tools/configure.sh "$folder" -Dfuzz=true -Dbuildtype=debugoptimized -Db_sanitize=address,undefined \
  -Db_lundef=false
ninja -C "$folder" fuzz-targets xylem

if [ ! -d "$folder/corpus" ]; then
  sh fuzz/seeds.sh "$folder/corpus.new" "$folder/xylem"
  mv "$folder/corpus.new" "$folder/corpus"
fi
folder=$(cd "$folder" && pwd)
mkdir -p "$folder/found"
failed=0
total=0
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=0 XYLEM_TESTS="$PWD/tests"
export XYLEM_FUZZ_RUN="$folder/corpus/.run/small"
[ $# -gt 0 ] || { cd "$folder/corpus" && set -- * && cd - >/dev/null; }
for target; do
  log=$folder/$target.log
  XYLEM_FUZZ=$target "$folder/fuzz/fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -max_len=16384 \
    -print_final_stats=1 -artifact_prefix="$folder/found/$target-" "$folder/corpus/$target" >"$log" 2>&1 || failed=1
  runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$log")
  total=$((total + ${runs:-0}))
  printf '%-14s %12s runs in %s s\n' "$target" "${runs:-0}" "$seconds"
  grep -E 'ERROR|SUMMARY|Test unit written' "$log" || true
done
echo "$total runs"
[ "$failed" = 0 ] || echo "a target broke: its input is in $folder/found, what was said in $folder/*.log" >&2
exit "$failed"
