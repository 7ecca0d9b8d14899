#!/bin/sh
# What is kept between runs: a damaged store never gives other results.
. "$(dirname "$0")/tap.sh"
cd "$work" || exit 1
audit() { xylem audit seedling --limit 6 --draws 200 --quiet "$@"; }
# What two runs of the same audit may differ in is the member `run` of results.json.
same_results() {
  python3 -c 'import json, sys
a, b = (json.load(open(path)) for path in sys.argv[1:])
del a["run"], b["run"]
sys.exit(a != b)' "$1" "$2"
}

# ---- the store
audit
ok 'a run' test "$code" = 0
cp runs/seedling/results.json first.json
pages=$(($(wc -c <runs/scores.sqlite) / 4096))
page=4 # the first hold the tables' description
while [ $page -le "$pages" ]; do # the last byte of a page is the last of a row's seal
  printf '\132' | dd of=runs/scores.sqlite bs=1 seek=$((page * 4096 - 1)) conv=notrunc status=none
  page=$((page + 1))
done
rm -r runs/seedling
audit
ok 'a damaged store: the same results' eval '[ "$code" = 0 ] && same_results first.json runs/seedling/results.json'
ok 'a damaged store: told' eval 'grep -Eq "warning: [0-9]+ stored scores were damaged and were computed again" "$work/err"'
rm -r runs/seedling
audit
ok 'a damaged store: mended' eval '[ "$code" = 0 ] && no_err && same_results first.json runs/seedling/results.json'
finish
