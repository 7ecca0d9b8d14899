#!/bin/sh
# Runs every test of the project and ends with `N passed, N failed, N skipped`:
#   the test programs in a release build, the same under AddressSanitizer and UndefinedBehaviorSanitizer, and the style
#   checks (clang-format, clang-tidy). A summary of what failed and what was skipped stands before the last line.
set -u
cd "$(dirname "$0")/.." || exit
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM HUP

# title, command: runs a part and says how long it took.
part() {
  title=$1
  shift
  echo "== $title" >&2
  started=$(date +%s)
  "$@"
  result=$?
  echo "== $title: $(($(date +%s) - started)) s" >&2
  return $result
}

# name, folder, meson options: builds there and runs the tests.
suite() {
  name=$1
  folder=$2
  shift 2
  part "$name build" build "$@" || { echo "not ok - $name build" >>"$logs/checks"; return; }
  part "$name tests" meson test -C "$folder" --no-rebuild --print-errorlogs >&2
  cp "$folder/meson-logs/testlog.json" "$logs/$name.json"
}

build() {
  { sh tools/configure.sh "$folder" "$@" && ninja -C "$folder"; } >"$logs/out" 2>&1 ||
    { tail -n 40 "$logs/out" >&2; return 1; }
}

# program, function: one check that needs the program, counted as one test.
check() {
  if ! command -v "$1" >/dev/null; then
    echo "ok - $1 # SKIP not installed: tools/setup.sh check" >>"$logs/checks"
  elif part "$1" "$2" >"$logs/out"; then
    echo "ok - $1" >>"$logs/checks"
  else
    tail -n 40 "$logs/out" >&2
    echo "not ok - $1" >>"$logs/checks"
  fi
}

# Styles differ from version to version, so the version is named.
format() { find fuzz include speed src tests -name '*.[ch]' -print0 | xargs -0 clang-format-19 --dry-run -Werror 2>&1; }
tidy() { find src -name '*.c' -print0 | xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 --quiet -p build 2>/dev/null; }

: >"$logs/checks"
suite release build
suite sanitized build-sanitized -Dbuildtype=debugoptimized -Db_sanitize=address,undefined
check clang-format-19 format
check clang-tidy-19 tidy
python3 tests/summary.py "$logs"
