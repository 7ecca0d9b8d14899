#!/bin/sh
# Runs fuzz targets that were built into FOLDER, one after another, each for SECONDS, and for twice as long where its last
# turn found something new. What a target learnt stays in FOLDER/corpus/TARGET and is where its next turn starts. An input
# that breaks something stays in FOLDER/found. Each turn is a line of FOLDER/turns.tsv: target, executions, seconds of
# CPU, edges reached, edges there are, features, inputs in the corpus, how many of these the reader accepts, and how many
# of the executions it accepted.
# With EXECUTIONS=N it goes round after round until that file counts N. usage: run.sh FOLDER SECONDS [TARGET...]
set -eu
folder=$(cd "$1" && pwd)
seconds=$2
shift 2
XYLEM_TESTS=${XYLEM_TESTS:-$(cd "$(dirname "$0")/../tests" && pwd)}
export XYLEM_TESTS OMP_NUM_THREADS=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
turns=$folder/turns.tsv
mkdir -p "$folder/found" "$folder/log"
touch "$turns"
[ $# -gt 0 ] || { cd "$folder/corpus" && set -- * && cd - >/dev/null; }
failed=0

# In the loop with the least of stacks that leaks are told by and with a short quarantine; the corpus then passes with all
# that AddressSanitizer has.
quick=detect_leaks=1:malloc_context_size=2:quarantine_size_mb=1:thread_local_quarantine_size_kb=64:allocator_release_to_os_interval_ms=-1
full=detect_leaks=1:strict_string_checks=1:check_initialization_order=1

fuzz() { # TARGET OPTIONS-OF-ASAN OPTION...
  target=$1
  ASAN_OPTIONS=$2:detect_stack_use_after_return=0
  export ASAN_OPTIONS
  shift 2
  "$folder/fuzz/fuzz-$target" -timeout=10 -rss_limit_mb=4096 -max_len=16384 -print_final_stats=1 -reload=0 \
    -artifact_prefix="$folder/found/$target-" "$@"
}

stat() { # NAME FILE
  sed -n "s|^stat::$1: *||p" "$2" | tail -n 1
}

reached() { # NAME FILE: "cov" or "ft", as it stood last
  sed -n "s|.*	*$1: \([0-9]*\) .*|\1|p" "$2" | tail -n 1
}

length_of_turn() { # TARGET
  awk -v target="$1" -v s="$seconds" '$1 == target {before = last; last = $6} END {print (last > before ? 2 * s : s)}' \
    "$turns"
}

# A process that was stopped, or had no CPU, is told to have timed out: what is not slow when it is run again is none.
drop_false_timeouts() { # TARGET
  for input in "$folder/found/$1"-timeout-* "$folder/found/$1"-slow-unit-*; do
    [ -f "$input" ] || continue
    if fuzz "$1" "$quick" "$input" >/dev/null 2>&1; then rm -f "$input"; fi
  done
}

turn() { # TARGET
  log=$folder/log/$1
  fuzz "$1" "$quick" -dict="$folder/corpus/.words/$1" -max_total_time="$(length_of_turn "$1")" "$folder/corpus/$1" \
    >"$log" 2>&1 || drop_false_timeouts "$1"
  fuzz "$1" "$full" -runs=0 "$folder/corpus/$1" >"$log.corpus" 2>&1 || drop_false_timeouts "$1"
  executed=$(stat number_of_executed_units "$log")
  kept=$(stat accepted "$log.corpus") tried=$(stat accepted "$log")
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "${executed:-0}" "$(stat cpu_seconds "$log")" \
    "$(reached cov "$log.corpus")" "$(sed -n 's/.*PC tables (\([0-9]*\) PCs).*/\1/p' "$log.corpus")" \
    "$(reached ft "$log.corpus")" "${kept#* of }" "${kept%% *}" "${tried%% *}" >>"$turns"
  printf '%-14s %12s executions\n' "$1" "${executed:-0}"
  grep -hE 'ERROR|SUMMARY' "$log" "$log.corpus" || true
  [ "${executed:-0}" != 0 ] || failed=1
  for input in "$folder/found/$1"-*; do [ ! -e "$input" ] || failed=1; done
}

executions() { awk '{n += $2} END {printf "%.0f\n", n}' "$turns"; }

while :; do
  for name; do
    turn "$name"
    [ "${EXECUTIONS:-0}" = 0 ] || [ "$(executions)" -lt "$EXECUTIONS" ] || break 2
  done
  [ "${EXECUTIONS:-0}" != 0 ] || break
done
echo "$(executions) executions in all"
[ "$failed" = 0 ] || echo "a target broke: its input is in $folder/found, what was said in $folder/log" >&2
exit "$failed"
