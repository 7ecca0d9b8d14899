#!/bin/sh
# A command that is stopped, an audit that loses its ground: by signals, a file that may not grow, checkpoints that change
# under it.
# Whoever started this may ignore SIGHUP, as nohup does, and no shell undoes that.
if [ -z "${XYLEM_HANGS_UP-}" ]; then
  export XYLEM_HANGS_UP=1
  exec env --default-signal=HUP sh "$0" "$@"
fi
. "$(dirname "$0")/tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
helper=$here/during.py
cd "$work" || exit 1
XDG_CACHE_HOME=$work/cache # checkpoints that these tests may change
export XDG_CACHE_HOME
quick='--limit 40 --draws 200 --memory 8M --quiet'

# during COMMAND ARGUMENTS...: an audit, and COMMAND once it has committed its first scores, whose number is in `before`.
during() {
  event=$1
  shift
  # shellcheck disable=SC2086 # words
  python3 "$helper" "$event" runs/scores.sqlite "$XYLEM" audit $quick "$@" >"$work/out" 2>"$work/err"
  code=$?
}
scores() {
  python3 -c 'import sqlite3
print(sqlite3.connect("file:runs/scores.sqlite?mode=ro", uri=True).execute("SELECT count(*) FROM score").fetchone()[0])'
}
clean() { [ -z "$(find . -name '.xylem-*' -o -name '*.tmp' -o -name '*-journal')" ] && [ ! -e runs/seedling ]; }

# ---- signals
for signal in INT TERM HUP; do
  rm -rf runs
  during "kill -$signal \$audit" seedling
  ok "SIG$signal: a sentence" eval '[ "$code" = 1 ] && no_out && err_has "stopped; every finished walk is in runs/scores.sqlite"'
  ok "SIG$signal: what was finished is kept, nothing else is left" eval '[ "$(scores)" -ge "$(cat before)" ] && [ "$(cat before)" -gt 0 ] && clean'
done
(
  trap '' HUP
  # shellcheck disable=SC2086
  exec "$XYLEM" audit $quick seedling >"$work/out" 2>"$work/err"
) &
audit=$!
sleep 0.2
kill -HUP $audit
wait $audit
ok 'SIGHUP under nohup: the audit goes on' test $? = 0

# ---- signals to what reports no progress
rm -rf runs
"$XYLEM" audit --draws 200 --quiet seedling >/dev/null
cp -r runs/seedling runs/other
# ends SIGNAL WORD ARGUMENTS...: the command ends with a sentence once it has a file with WORD in its path open.
ends() {
  signal=$1 word=$2
  shift 2
  touch before
  python3 "$here/ending.py" "$signal" "$word" "$XYLEM" "$@" 2>"$work/err"
  code=$?
  ok "$1, SIG$signal: a sentence" eval '[ "$code" = 1 ] && [ "$(cat "$work/err")" = "xylem: stopped; what was not finished is not left behind" ]'
  ok "$1: nothing is left" eval '[ -z "$(find . -name ".xylem-*")" ] && [ -z "$(find /tmp -maxdepth 1 -name "*xylem-verify*" -newer before)" ]'
}
for signal in INT TERM HUP; do ends $signal items/.xylem- report runs/seedling; done
ends TERM librsvg figures --format png runs/seedling
ends TERM controls.jsonl verify runs/seedling
ends TERM samples.jsonl compare runs/seedling runs/other
ends TERM pipe: score --model seedling/base -
ends TERM xylem- export runs/seedling --to lm-eval --out exported
ok 'what stood there is whole' eval '"$XYLEM" verify runs/seedling >"$work/out" 2>"$work/err"'

# ---- files that may not grow
rm -rf runs
(
  ulimit -f 200
  # shellcheck disable=SC2086
  "$XYLEM" audit $quick seedling
) >"$work/out" 2>"$work/err"
code=$?
ok 'a limit on files: a sentence' eval '[ "$code" = 1 ] && no_out && err_has "cannot write"'
ok 'a limit on files: nothing is left' clean

# ---- checkpoints that change
rm -rf runs model
cp -rL "$work"/cache/xylem/seedling-*/base model
weights=model/model.safetensors
export weights
change() { # NAME COMMAND: what happens to the checkpoint, which is then as it was
  rm -rf runs kept
  cp -r model kept
  during "$2" --stage "one=$PWD/model" --name one --memory 5M --threads 1
  ok "$1: refused by name" eval '[ "$code" = 1 ] && no_out && grep -Eq "model/[a-z.]+: was changed, replaced or removed" "$work/err"'
  ok "$1: nothing more is stored" eval '[ "$(scores)" = "$(cat before)" ]'
  rm -rf model
  mv kept model
}
change 'weights are cut' ': >$weights'
change 'weights are written over' 'dd if=/dev/zero of=$weights bs=1 seek=9000 count=4 conv=notrunc status=none'
change 'weights are replaced' 'cp $weights w && mv w $weights'
change 'weights are removed' 'rm $weights'
change 'config.json is replaced' 'cp model/config.json c && mv c model/config.json'
change 'tokenizer.json is touched' 'touch model/tokenizer.json'
mv $weights elsewhere
ln -s ../elsewhere $weights
cp elsewhere other
change 'a link leads elsewhere' 'ln -sf ../other $weights'
printf '{"text": "a"}\n' >texts
: >$weights
xylem score --model model texts
ok 'weights that are empty' eval '[ "$code" = 1 ] && no_out'
finish
