#!/bin/sh
# Options, help, exit codes, man pages and completion: what holds without any model.
. "$(dirname "$0")/tap.sh"

# The commands that the help of WORDS lists, as bench_list where WORDS are not empty.
commands_of() {
  "$XYLEM" "$@" --help | awk -v before="$(echo "$*" | tr ' ' _)" '/^[a-z]/ { on = /^commands:/; next }
    on && /^  [a-z]/ { print (before == "" ? "" : before "_") $1 }'
}
roots=$(commands_of)
commands=$(for root in $roots; do echo "$root"; commands_of "$root"; done)
ok 'commands are listed' eval '[ "$(echo "$commands" | wc -l)" -ge 20 ]'

xylem --version
ok 'version' eval '[ "$code" = 0 ] && no_err && grep -Eqx "xylem [0-9]+\.[0-9]+\.[0-9]+" "$work/out"'
xylem --help
ok 'help of the program' eval '[ "$code" = 0 ] && no_err && out_has "usage: xylem COMMAND"'
for command in $commands; do
  words=$(echo "$command" | tr _ ' ')
  # shellcheck disable=SC2086 # words
  xylem $words --help
  ok "help of $words" eval '[ "$code" = 0 ] && no_err && out_has "usage: xylem $words"'
  cp "$work/out" "$work/by-option"
  # shellcheck disable=SC2086
  ok "help of $words has an example" eval 'sed "1,/^examples:/d" "$work/out" | grep -q "xylem $words"'
  xylem help $words
  ok "help $words says the same" eval '[ "$code" = 0 ] && no_err && cmp -s "$work/out" "$work/by-option"'
  ok "help of $words fits 80 columns" eval '! grep -Eq "^.{81}" "$work/out"'
done
xylem score -h
ok '-h is --help' eval '[ "$code" = 0 ] && out_has "usage: xylem score"'

# ---- wrong usage
usage 'no command' 'which command?'
usage 'unknown command' "did you mean 'score'?" scoer
usage 'unknown command, nothing near' "no command 'frobnicate'" frobnicate
usage 'unknown subcommand' "did you mean 'show'?" bench shwo
usage 'bench without a command' 'which command?' bench
usage 'completion without a shell' 'which command?' completion
usage 'help of an unknown command' "no command 'nothing'" help nothing
usage 'unknown option' "did you mean '--model'?" score --modle x f
usage 'unknown option with a value' "no option '--modle'" score --modle=x f
usage 'unknown letter' "no option '-q'" score -q f
usage 'option of another command' "no option '--plan'" score --plan f
usage 'missing value' '--threads needs a value' score --model x --threads
usage 'flag with a value' '--plan takes no value' audit --plan=yes
usage 'empty value' '--model: expected DIR' score --model '' f
usage 'score without a model' '--model is missing' score f
usage 'score without a file' 'too few arguments' score --model x
usage 'score with two files' "unexpected argument 'b'" score --model x a b
usage 'tokenize without a tokenizer' 'give --model or --tokenizer' tokenize f
usage 'tokenize with two tokenizers' 'give --model or --tokenizer' tokenize --model x --tokenizer y f
usage 'report without a run' 'too few arguments' report
usage 'report: two kinds' 'one of --html' report --latex --csv runs/x
usage 'report: texts in tables' '--show-text is for --html' report --latex --show-text runs/x
usage 'report: an unknown option' 'pdf' report --pdf runs/x
usage 'figures without a run' 'too few arguments' figures
usage 'figures: an unknown format' 'jpg' figures --format jpg runs/x
usage 'figures: too narrow' 'expected 60 to 400 mm, found 10' figures --width 10 runs/x
usage 'inspect without a directory' 'too few arguments' inspect
usage 'bench show without a name' 'too few arguments' bench show
usage 'bench list with a name' "unexpected argument 'x'" bench list x
usage 'audit of two families' "unexpected argument 'b'" audit a b
usage 'reward without a file' '' reward
usage 'reward of a family and of stages' 'not both' reward --stage base=x seedling prefs.jsonl
usage 'reward with an unknown tail' "'end': expected none, eos" reward --tail end prefs.jsonl
usage 'audit of a family and of stages' 'not both' audit --stage base=x seedling
for value in 0 -1 x 1.5 '' 99999999999999999999 '1 '; do
  usage "count '$value'" 'whole number from 1' score --model x "--threads=$value" f
done
for value in 0 -1 x 6Q 6GB G '' 99999999999999999999 99999999999T; do
  usage "size '$value'" 'such as 6G or 512M' audit "--memory=$value"
done
usage 'precision' "'fp16': expected fp32, bf16" score --model x --precision fp16 f
usage 'start' "'allways': expected tokenizer, always, none" score --model x --start allways f
usage 'start, a suggestion' "did you mean 'always'?" score --model x --start allways f
usage 'tail' "'bos': expected none, eos, space+eos" score --model x --tail bos f
usage 'mode' "'half': expected full, shared" audit --mode half
usage 'survey, a filter without a value' "--filter gender: expected KEY=VALUE" survey models --filter gender
usage 'survey, an unknown key' "--filter colour=red: expected a key among id, name, maker" survey models --filter colour=red
usage 'survey, an unknown value' "--filter gender=x: expected one of binary-only" survey models --filter gender=x
usage 'survey, a key of models only' "expected a key among id, name, year" survey benchmarks --filter maker=x

# ---- output that cannot be written
"$XYLEM" --help >/dev/full 2>"$work/err"
code=$?
mkfifo "$work/gate"
ok 'full disk' eval '[ "$code" = 1 ] && err_has "standard output: cannot write: No space left"'
{ read -r _ <"$work/gate"; "$XYLEM" --help 2>"$work/err"; echo $? >"$work/code"; } | { exec <&-; echo go >"$work/gate"; }
code=$(cat "$work/code")
ok 'closed pipe' eval '[ "$code" = 1 ] && err_has "standard output: cannot write: Broken pipe"'

# ---- the process is called after the program
mkfifo "$work/held"
env -u OMP_WAIT_POLICY "$XYLEM" score --model seedling/base - <"$work/held" >"$work/out" 2>"$work/err" &
reader=$!
exec 8>"$work/held"
started_again() { # by itself, with another environment
  [ "$(readlink "/proc/$reader/exe")" = "$(readlink -f "$XYLEM")" ] && grep -qa OMP_WAIT_POLICY= "/proc/$reader/environ"
}
tries=0
while ! started_again && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
ok 'the name of the process' eval '[ "$(cat /proc/$reader/comm)" = xylem ]'
exec 8>&-
wait "$reader"

# ---- man pages: every option of --help is in the page of its command, and the other way round
man=$XYLEM_ROOT/docs/man
for page in "$man"/*.1; do
  name=$(basename "$page" .1)
  if ! command -v mandoc >/dev/null; then
    skipped "man page $name" 'mandoc is not installed'
    continue
  fi
  (cd "$man" && mandoc -T lint -W style "$name.1") >"$work/out" 2>&1
  ok "man page $name is sound" no_out
  root=${name#xylem-}
  groups=$(echo "$commands" | grep -E "^$root(_|$)")
  [ "$name" = xylem ] && groups='- help completion_bash' # on the page of the program
  for group in $groups; do
    words=$(echo "$group" | sed 's/^-$//' | tr _ ' ')
    # shellcheck disable=SC2086
    "$XYLEM" $words --help
  done | grep -oE '^  (-h, )?--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u >"$work/help"
  sed -n 's/^\.It Fl //p' "$page" | tr ' ,' '\n\n' | sed -n 's/^-\([a-z].*\)$/--\1/p' | sort -u >"$work/page"
  diff "$work/help" "$work/page" >"$work/out"
  ok "options of $name are those of its page" no_out
done
for command in $roots; do
  case $command in help | completion) continue ;; esac
  ok "$command has a man page, which is installed" eval \
    '[ -f "$man/xylem-$command.1" ] && grep -qF "man/xylem-$command.1" "$man/../meson.build"'
done

# ---- completion
xylem completion bash
ok 'completion script' eval '[ "$code" = 0 ] && no_err'
cp "$work/out" "$work/complete.bash"
if command -v bash >/dev/null; then
  complete() { # expected word, then the words of the line
    expected=$1
    shift
    bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _xylem; printf "%s\n" "${COMPREPLY[@]}"' \
      bash "$work/complete.bash" "$@" >"$work/out" 2>"$work/err"
    ok "completes $*" eval 'no_err && grep -qxF -- "$expected" "$work/out"'
  }
  complete score xylem sc
  complete check xylem bench c
  complete --precision xylem score --model x --pr
  complete bf16 xylem score --precision b
  complete always xylem audit --start al
  complete pdf xylem figures --format p
  complete seedling xylem audit seed
  complete --skip-long xylem reward --sk
  complete lm-eval xylem export runs --to l
  complete markdown xylem compare --format m
  complete stigma xylem bench show st
  complete vader xylem judge show va
  complete gaps xylem survey g
  complete markdown xylem survey models --format m
else
  skipped 'completion' 'bash is not installed'
fi
finish
