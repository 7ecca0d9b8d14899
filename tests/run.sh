#!/bin/sh
# Runs every test of the project and ends with `N passed, N failed, N skipped`:
#   the test programs in a release build, the same under AddressSanitizer and UndefinedBehaviorSanitizer, and the style
#   checks (clang-format, clang-tidy). A summary of what failed and what was skipped stands before the last line.
set -u
cd "$(dirname "$0")/.."
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
jobs=$(nproc)

# name, meson options: builds into build-NAME (the release build into build/) and runs the tests there.
suite() {
  name=$1
  folder=$2
  shift 2
  echo "== $name: build and tests" >&2
  if [ ! -f "$folder/build.ninja" ]; then
    meson setup "$folder" "$@" >"$logs/$name.setup" 2>&1 || { cat "$logs/$name.setup" >&2; return 1; }
  fi
  ninja -C "$folder" >"$logs/$name.build" 2>&1 || { tail -n 40 "$logs/$name.build" >&2; return 1; }
  meson test -C "$folder" --no-rebuild --print-errorlogs >&2
  cp "$folder/meson-logs/testlog.json" "$logs/$name.json"
}

# name, command: one check, counted as one test.
check() {
  name=$1
  shift
  echo "== $name" >&2
  if "$@" >"$logs/out" 2>&1; then
    echo "ok - $name" >>"$logs/checks"
  else
    tail -n 40 "$logs/out" >&2
    echo "not ok - $name" >>"$logs/checks"
  fi
}

format() { git ls-files '*.[ch]' | xargs clang-format --dry-run -Werror; }
tidy() { git ls-files 'src/*.c' | xargs -n 4 -P "$jobs" clang-tidy --quiet -p build; }

: >"$logs/checks"
suite release build || echo 'not ok - release build' >>"$logs/checks"
ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0 \
  suite sanitized build-sanitized -Dbuildtype=debugoptimized -Db_sanitize=address,undefined \
  || echo 'not ok - sanitized build' >>"$logs/checks"
check clang-format format
check clang-tidy tidy
python3 tests/summary.py "$logs"
