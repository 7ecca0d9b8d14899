# TAP for shell tests of the program: sourced, with XYLEM naming the program. Every case is a call of `ok`; `finish`
# prints the plan.
LC_ALL=C
export LC_ALL
unset NO_COLOR
count=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# ok NAME CONDITION...: CONDITION is a command.
ok() {
  title=$1
  shift
  count=$((count + 1))
  if "$@"; then
    echo "ok $count - $title"
  else
    echo "not ok $count - $title"
    sed 's/^/# out: /' "$work/out" 2>/dev/null | head -n 20
    sed 's/^/# err: /' "$work/err" 2>/dev/null | head -n 20
  fi
}

skipped() {
  count=$((count + 1))
  echo "ok $count - $1 # SKIP $2"
}

# Runs xylem; its exit code is left in $code, its output in $work/out and $work/err.
xylem() {
  "$XYLEM" "$@" >"$work/out" 2>"$work/err" </dev/null
  code=$?
}

out_has() { grep -qF -- "$1" "$work/out"; }
err_has() { grep -qF -- "$1" "$work/err"; }
no_out() { [ ! -s "$work/out" ]; }
no_err() { [ ! -s "$work/err" ]; }

# usage NAME TEXT ARGUMENTS...: exits with 2, prints nothing on standard output, and TEXT and the usage on standard error.
usage() {
  label=$1
  text=$2
  shift 2
  xylem "$@"
  ok "$label" eval '[ "$code" = 2 ] && no_out && err_has "$text" && err_has "usage: xylem"'
}

# fails NAME TEXT ARGUMENTS...: exits with 1, prints nothing on standard output, and TEXT on standard error.
fails() {
  label=$1
  text=$2
  shift 2
  xylem "$@"
  ok "$label" eval '[ "$code" = 1 ] && no_out && err_has "$text" && ! err_has "usage:"'
}

finish() { echo "1..$count"; }
