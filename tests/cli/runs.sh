#!/bin/sh
# What is kept between runs: a damaged store never gives other results, a run directory is one audit's and whole, and what
# is written elsewhere goes where it is told to.
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

for page in 6 9 12 15; do # few rows at a time: what is made again does not depend on how much is
  printf '\132' | dd of=runs/scores.sqlite bs=1 seek=$((page * 4096 - 1)) conv=notrunc status=none
  rm -r runs/seedling
  audit
  ok "one damaged page, $page: the same results" eval '[ "$code" = 0 ] && same_results first.json runs/seedling/results.json'
done

# ---- the run directory
run=runs/seedling
whole() { (cd "$run" && sha256sum --quiet --strict -c SHA256SUMS) >"$work/sums" 2>&1; }
listed() { [ "$(cd "$run" && find . -type f ! -name SHA256SUMS | wc -l)" = "$(wc -l <"$run/SHA256SUMS")" ]; }
ok 'a finished run has the digests of all its files' eval 'whole && listed'
before=$(stat -c '%i %y' $run/*)
audit
ok 'a finished run is not made again' eval '[ "$code" = 0 ] && [ "$before" = "$(stat -c "%i %y" $run/*)" ]'
for file in results.json samples.jsonl report.html tables/steps.csv items/index.html SHA256SUMS; do
  rm "$run/$file"
  audit
  ok "made again: $file is gone" eval '[ "$code" = 0 ] && whole && listed && same_results first.json $run/results.json'
done
for file in samples.jsonl results.json; do
  : >"$run/$file"
  audit
  ok "made again: $file is empty" eval '[ "$code" = 0 ] && whole && listed && same_results first.json $run/results.json'
done
sed 's/"value": 0/"value": 1/' first.json >$run/results.json
audit
ok 'made again: a number was changed' eval '[ "$code" = 0 ] && whole && same_results first.json $run/results.json'

before=$(cat $run/SHA256SUMS)
kept() { [ "$before" = "$(cat $run/SHA256SUMS)" ] && whole; }
fails 'other settings: refused, and what differs' "$run holds the results of another audit: setting draws 200 there, 250 here" \
  audit seedling --limit 6 --draws 250 --quiet
ok 'other settings: what to do' eval 'err_has "--name NAME" && err_has "--replace" && kept'
fails 'other stages: refused' 'stage dpo is there alone' audit seedling --only-stage sft --limit 6 --draws 200 --quiet
ok 'other stages: nothing is touched' kept
fails 'other benchmarks: refused' 'benchmark stigma is there alone' \
  audit seedling --benchmark religion --limit 6 --draws 200 --quiet
ok 'other benchmarks: nothing is touched' kept
printf '{"prompt": "a", "chosen": " b", "rejected": " c"}\n{"prompt": "d", "chosen": " e", "rejected": " f"}\n' >rows.jsonl
fails 'preference data: refused' 'benchmark rows is here alone' reward rows.jsonl --name seedling --draws 200 --quiet
ok 'preference data: nothing is touched' kept
audit --show-text
ok 'the same with texts shown is the same audit' eval '[ "$code" = 0 ] && whole && same_results first.json $run/results.json'
xylem reward rows.jsonl --name seedling --draws 200 --quiet --replace
ok '--replace: nothing of the other run is left' eval '[ "$code" = 0 ] && whole && listed && [ ! -e $run/samples.jsonl ]'
xylem reward rows.jsonl --name seedling --draws 200 --skip-long --quiet
ok 'preference data: its own settings count' eval '[ "$code" = 1 ] && err_has "setting skip_long false there, true here"'
audit --replace
ok '--replace back' eval '[ "$code" = 0 ] && whole && listed && same_results first.json $run/results.json'

# ---- what was changed is told
xylem report $run
ok 'report: the page is the run'"'"'s again' eval '[ "$code" = 0 ] && ! err_has changed && whole'
sed -i 's/"value": 0/"value": 1/' $run/results.json
xylem report $run
ok 'report: changed results are told' eval '[ "$code" = 0 ] && err_has "results.json was changed after the audit wrote it"'
ok 'report: changed results do not become whole' eval '! whole'
for kind in 'figures --out figures' 'export --to lm-eval --out lm-eval'; do
  # shellcheck disable=SC2086 # several words
  xylem $kind $run
  ok "${kind%% *}: changed results are told" eval '[ "$code" = 0 ] && err_has "results.json was changed after the audit wrote it"'
done
cp -r $run runs/other
rm runs/other/SHA256SUMS
xylem compare runs/other $run
ok 'compare: changed results are told' eval '[ "$code" = 0 ] && err_has "$run: results.json was changed" && ! err_has "other: "'

# ---- outputs
for kind in 'report --out' 'survey --html' 'export --requests'; do
  case $kind in
    report*) set -- report $run --out ;;
    survey*) set -- survey --html ;;
    *) set -- export --limit 2 seedling --requests ;;
  esac
  ln -sf target.html link.html
  rm -f target.html
  xylem "$@" link.html
  ok "$kind: a link is followed" eval '[ "$code" = 0 ] && [ -L link.html ] && [ -s target.html ]'
  xylem "$@" /dev/null
  ok "$kind: a device stays one" eval '[ "$code" = 0 ] && [ -c /dev/null ]'
  mkfifo pipe
  cat pipe >through & reader=$!
  xylem "$@" pipe
  wait $reader
  ok "$kind: a FIFO is written into" eval '[ "$code" = 0 ] && [ -p pipe ] && cmp -s through target.html'
  rm pipe
done
"$XYLEM" report $run --out link.html >/dev/null 2>&1
"$XYLEM" report $run --out /dev/stdout >through 2>/dev/null
ok 'report --out: standard output' cmp -s through target.html
{ echo before; "$XYLEM" report $run --out /dev/stdout 2>/dev/null; } >appended
ok 'report --out: what standard output held stays' eval '[ "$(head -n 1 appended)" = before ] && tail -n +2 appended | cmp -s - target.html'
ok 'nothing is left behind' eval '[ -z "$(find . -name ".xylem-*" -o -name "*.tmp")" ]'
finish
