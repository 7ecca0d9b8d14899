#!/bin/sh
# A run is the same wherever and whenever it is made: locales, time zones, clocks; and where the disk is full, it ends in
# a sentence, and goes on when there is room.
. "$(dirname "$0")/tap.sh"
cd "$work" || exit 1
set -- --benchmark stigma --only-stage sft --limit 6 --draws 100 --quiet

# same NAME: the run in runs/NAME has the numbers of the first; its times are UTC.
same() {
  cmp -s runs/first/samples.jsonl "runs/$1/samples.jsonl" && diff -r runs/first/tables "runs/$1/tables" >"$work/out" &&
    grep -Eq '"started": "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z"' "runs/$1/results.json"
}
xylem audit seedling "$@" --name first
ok 'a run' eval '[ "$code" = 0 ] && same first'

# run NAME VARIABLE=VALUE...
run() {
  name=$1
  shift
  env "$@" "$XYLEM" audit seedling --benchmark stigma --only-stage sft --limit 6 --draws 100 --quiet --name "$name" \
    --store "$name.sqlite" >"$work/out" 2>"$work/err" && same "$name"
}
ok 'LC_ALL=C' run c LC_ALL=C LANG=C
ok 'no locale at all' run none -u LC_ALL -u LANG
ok 'a locale that there is not' run missing LC_ALL=xx_YY.UTF-8
if command -v localedef >/dev/null && localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8" >/dev/null 2>&1; then
  ok 'a locale with decimal commas' run comma LOCPATH="$work" LC_ALL=de_DE.UTF-8
else
  skipped 'a locale with decimal commas' 'localedef cannot make one here'
fi
ok 'TZ east' run east TZ=Asia/Kathmandu
ok 'TZ west' run west TZ=XYZ+11:30
ok 'TZ that is none' run odd TZ=no/such/zone
if command -v faketime >/dev/null; then
  ok 'a clock in 1999' run past -S 'faketime -f @1999-12-31T23:59:50'
  ok 'a clock in 2041' run future -S 'faketime -f @2041-01-01T00:00:00'
else
  skipped 'other clocks' 'faketime is not installed'
fi
xylem inspect --no-fingerprint --json seedling/sft
cp -r "$(sed -n 's/^  "path": "\(.*\)",$/\1/p' "$work/out")" copy
for date in 1970-01-01 2099-12-31; do
  touch -d "$date" copy/*
  xylem audit --stage sft=copy --benchmark stigma --limit 6 --draws 100 --quiet --name "of-$date" --store "$date.sqlite"
  ok "files of $date" eval '[ "$code" = 0 ] && cmp -s runs/of-1970-01-01/samples.jsonl "runs/of-$date/samples.jsonl"'
done

# ---- a full disk
cat >fill <<'END'
mkdir -p disk && mount -t tmpfs -o size="$1" tmpfs disk || exit 77
"$XYLEM" audit seedling --benchmark stigma --only-stage sft --limit 6 --draws 100 --quiet --runs disk/runs
code=$?
left=$(find disk -name '*.tmp' -o -name '.xylem-*' | wc -l)
[ "$code" = 1 ] && [ "$left" = 0 ] && [ ! -f disk/runs/seedling/SHA256SUMS ] || exit 1
mount -o remount,size=100m disk
exec "$XYLEM" audit seedling --benchmark stigma --only-stage sft --limit 6 --draws 100 --quiet --runs disk/runs
END
export XYLEM
for size in 8k 64k 200k 600k; do
  unshare -rm sh ./fill $size >"$work/out" 2>"$work/err"
  code=$?
  if [ "$code" = 77 ] || ! unshare -rm true 2>/dev/null; then
    skipped "a disk of $size" 'no file system can be mounted here'
  else
    ok "a disk of $size: a sentence, nothing left, and on with more room" eval '[ "$code" = 0 ] && grep -Eqi "cannot|full|No space" "$work/err"'
  fi
done
finish
