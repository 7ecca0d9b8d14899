#!/bin/sh
# docs/benchmarks/: every built-in benchmark and every kind of file that xylem reads has a page; the pages' command lines
# are understood, their links lead somewhere, and the counts of the built-in ones are those of the program.
# usage: pages.sh DOCS
. "$(dirname "$0")/tap.sh"
docs=$1
pages=$docs/benchmarks

# ---- a page each
xylem bench list
names=$(sed -n '1d; s/^\([a-z][^ ]*\) .*/\1/p' "$work/out")
echo nonsense >"$work/nonsense"
xylem bench check "$work/nonsense"
kinds=$(sed -n 's/^xylem:   \([a-z-]*\): .*/\1/p' "$work/err")
ok 'built-in benchmarks are listed' eval '[ "$(echo "$names" | wc -l)" -ge 6 ]'
ok 'kinds of files are listed' eval '[ "$(echo "$kinds" | wc -l)" -ge 10 ]'
for name in $names $kinds rewardbench hh-rlhf; do
  [ "$name" = context ] && continue # the overview is its page
  ok "$name has a page" test -s "$pages/$name.md"
  ok "$name: linked from the overview" grep -qF "(benchmarks/$name.md)" "$docs/benchmarks.md"
done
for page in "$pages"/*.md; do
  name=$(basename "$page" .md)
  for heading in '## What it measures' '## Whom it covers, and whom not' '## Known criticisms'; do
    ok "$name: $heading" grep -qxF "$heading" "$page"
  done
  ok "$name: how to run it" grep -Eq '^## (Run it|Get it|Get it, check it, run it)$' "$page"
done

# ---- counts of the built-in ones, on their page and in the overview
for name in $names; do
  xylem bench show "$name"
  items=$(sed -n 's/^items  *//p' "$work/out")
  clusters=$(sed -n 's/^clusters  *\([0-9,]*\).*/\1/p' "$work/out")
  axis=$(sed -n 's/^axis  *//p' "$work/out")
  ok "$name: counts on its page" grep -Eq "^Built in\. $items (pairs|items) in $clusters clusters; axis \`$axis\`" "$pages/$name.md"
  ok "$name: counts in the overview" grep -Eq "^\| \[$name\].* \`$axis\` \| $items \| $clusters \|$" "$docs/benchmarks.md"
done

# ---- command lines: with --help behind them, every option and its value is read, and nothing is run
cat "$pages"/*.md "$docs/benchmarks.md" | sed -n '/^```$/,/^```$/s/^xylem /&/p' >"$work/lines"
ok 'there are command lines' eval '[ "$(wc -l <"$work/lines")" -ge 30 ]'
while read -r _ line; do
  # shellcheck disable=SC2086 # words
  xylem $line --help
  ok "understood: xylem $line" eval '[ "$code" = 0 ] && no_err'
  for word in $line; do
    case $word in
      *=*.*) kind=${word%%=*} ;;
      *) continue ;;
    esac
    ok "a kind of file: $kind" eval 'echo "$kinds" | grep -qx "$kind"'
  done
done <"$work/lines"
sed -n 's/.*--kind \([a-z-]*\).*/\1/p' "$work/lines" | sort -u >"$work/named"
echo "$kinds" | grep -v -x -e context -e honest | sort -u >"$work/expected"
diff "$work/expected" "$work/named" >"$work/out"
ok 'every kind has a command line' no_out

# ---- links: FILE.md#heading, as GitHub names headings
slugs() { sed -n 's/^##* //p' "$1" | tr 'A-Z' 'a-z' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'; }
for page in "$docs/benchmarks.md" "$pages"/*.md; do
  folder=$(dirname "$page")
  grep -oE '\]\([^)<]+\)' "$page" | sed 's/^](//; s/)$//' | sort -u >"$work/links"
  : >"$work/out"
  while read -r link; do
    case $link in
      http*) continue ;;
      '#'*) file=$page ;;
      *) file=$folder/${link%%#*} ;;
    esac
    if [ ! -e "$file" ]; then
      echo "no file: $link" >>"$work/out"
    elif [ "$link" != "${link#*#}" ] && ! slugs "$file" | grep -qxF -- "${link#*#}"; then
      echo "no heading: $link" >>"$work/out"
    fi
  done <"$work/links"
  ok "$(basename "$page"): links lead somewhere" no_out
done
finish
