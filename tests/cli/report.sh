#!/bin/sh
# xylem report and figures: the page of an audit again, byte for byte; files stay as they are when something is wrong.
. "$(dirname "$0")/tap.sh"
cd "$work" || exit 1
xylem audit seedling --limit 6 --draws 200 --quiet
ok 'a run to report' test "$code" = 0
run=$work/runs/seedling
cp "$run/report.html" "$work/before.html"
cp -r "$run/tables" "$work/tables"
mkdir "$work/alone"
cp "$run/results.json" "$work/alone"

# ---- the same from results alone
xylem report "$work/alone"
ok 'report: the page of the audit' eval '[ "$code" = 0 ] && no_out && cmp "$work/before.html" "$work/alone/report.html"'
xylem report --csv "$work/alone/results.json"
ok 'report: the tables of the audit' eval '[ "$code" = 0 ] && diff -r "$work/tables" "$work/alone/tables"'
python3 "$XYLEM_TESTS/report/check.py" readme "$XYLEM_ROOT/README.md" "$run/results.json" >"$work/out" 2>"$work/err"
ok 'the README: one row a step in Python' test $? = 0
xylem report --show-text --out "$work/shown.html" "$work/alone"
ok 'report: texts shown' eval '[ "$code" = 0 ] && ! cmp -s "$work/before.html" "$work/shown.html"'
ok 'report: settings have units and meanings, and no exponent' eval \
  'grep -q "<code>error</code></th><td>0.00001 nats</td><td>[^<]" "$run/report.html" && ! sed "/<script/,\$d" "$run/report.html" | grep -Eq "[0-9]e-[0-9]"'
ok 'report: groups have their names where people read them, and their ids in files' eval \
  'grep -q ">transgender women<" "$run/report.html" && ! grep -Eq ">(trans-woman|cisgender-woman)<" "$run/report.html" "$run"/items/*.html &&
   grep -q "<b>transgender women</b> beside cisgender women" "$run/items/stigma-1.html" && grep -q ">mother<" "$run/report.html" &&
   grep -q "\"identity\": \"trans-woman\"" "$run/results.json" && grep -q "trans-woman" "$run/tables/measures.csv"'
xylem report --markdown "$run"
ok 'report: Markdown' eval '[ "$code" = 0 ] && no_err && out_has "## Findings" && out_has "On stigma, the preference for harmful text" && out_has "| ---: "'
cp "$work/out" "$work/printed"
xylem report --markdown --out "$work/card.md" "$run"
ok 'report: Markdown into a file' eval '[ "$code" = 0 ] && no_out && cmp "$work/printed" "$work/card.md"'
xylem report --latex "$run"
ok 'report: LaTeX' eval '[ "$code" = 0 ] && no_err && out_has "\toprule"'
ok 'report: LaTeX names rows as people do' eval '! out_has "_rate" && ! out_has "mean\_gap" && ! out_has "reward\_"'
cp "$work/out" "$work/tables.tex"
ok 'report: beyond controls has its column' eval 'out_has "& Beyond controls" && grep -Eq "^[|] sft-dpo .* [|] [?] undetermined [|] [^ ]+ [?] " "$work/card.md"'
xylem audit seedling --benchmark affirmation --limit 6 --draws 200 --quiet --name without
xylem report --markdown runs/without
ok 'report: none where a run has no controls' eval 'out_has "| Verdict |" && ! out_has "| Beyond"'
xylem report --bibtex "$run"
ok 'report: BibTeX' eval '[ "$code" = 0 ] && no_err && out_has "@misc{xylem," && out_has "eprint = {2411.03700}" && [ "$(tr -cd { <"$work/out" | wc -c)" = "$(tr -cd } <"$work/out" | wc -c)" ]'
usage 'report: BibTeX or LaTeX' 'one of' report --bibtex --latex "$run"
version=$(sed -n "s/^  version: '\(.*\)',/\1/p" "$XYLEM_ROOT/meson.build")
ok 'CITATION.cff is of this version' grep -qx "version: $version" "$XYLEM_ROOT/CITATION.cff"
# ---- in papers of one column and of two: it compiles, and nothing is wider than its column
xylem figures --format pdf --width 85 --no-title --out "$work/paper" "$run"
ok 'figures: lines for a paper' eval '[ "$code" = 0 ] && [ "$(grep -c "^.includegraphics" "$work/paper/figures.tex")" = "$(ls "$work/paper" | grep -c "[.]pdf\$")" ]'
ok 'figures: their files are there' eval 'sed -n "s/^.includegraphics.*{\(.*\)}/\1/p" "$work/paper/figures.tex" | while read -r name; do [ -s "$work/paper/$name.pdf" ] || exit 1; done'
for columns in onecolumn twocolumn; do
  if command -v pdflatex >/dev/null && kpsewhich booktabs.sty amssymb.sty >/dev/null; then
    printf '%s\n' "\\documentclass[$columns]{article}\\usepackage[T1]{fontenc}\\usepackage{amssymb,booktabs,graphicx}" \
      '\graphicspath{{paper/}}\begin{document}\input{tables}\clearpage' '\input{paper/figures}\end{document}' >"$work/paper.tex"
    sed -i 's/^.ifdim.wd0/\\typeout{A table: \\the\\wd0 of \\the\\linewidth}&/' "$work/tables.tex"
    (cd "$work" && pdflatex -halt-on-error -interaction=batchmode paper.tex) >"$work/out" 2>"$work/err"
    ok "report: the LaTeX compiles, $columns" test $? = 0
    ok "report: nothing is too wide, $columns" eval '! grep -q "^Overfull .hbox" "$work/paper.log"'
    ok "report: no table is set much smaller than it is written, $columns" \
      eval 'sed -n "s/A table: \(.*\)ptof \(.*\)pt/\1 \2/p" "$work/paper.log" | awk "{ n++; if (\$1 > 1.2 * \$2) wide = 1 } END { exit n < 3 || wide }"'
  else
    skipped "report: the LaTeX compiles, $columns" 'pdflatex or a package is not installed'
    skipped "report: nothing is too wide, $columns" 'pdflatex or a package is not installed'
    skipped "report: no table is set much smaller than it is written, $columns" 'pdflatex or a package is not installed'
  fi
done

# ---- numbers below zero, wherever people read them: findings and tables of the terminal, the page, papers, figures
xylem audit seedling --limit 6 --draws 200 --quiet --findings --tables
cp "$work/out" "$work/terminal"
xylem figures --out "$work/drawn" "$run"
minus() { python3 "$XYLEM_TESTS/report/check.py" minus "$@" >"$work/out" 2>"$work/err"; }
ok 'figures: groups have their names' eval 'grep -q ">transgender women<" "$work/drawn/shares-stigma.svg" && ! grep -q ">trans-woman<" "$work/drawn/shares-stigma.svg"'
ok 'numbers: a true minus everywhere' minus "$work/terminal" "$run/report.html" "$work/card.md" "$work/tables.tex" \
  "$work/drawn/waterfall-stigma.svg" "$work/drawn/steps-stigma.svg" "$run/items/stigma-1.html"

# ---- the items' pages
items() { python3 "$XYLEM_TESTS/report/check.py" items "$1" "$2" >"$work/out" 2>"$work/err"; }
ok 'items: every item once, texts hidden' items "$run" hidden
xylem audit seedling --benchmark stigma --only-stage base --draws 100 --name all --quiet
ok 'items: at most 500 a page' eval 'items runs/all hidden && [ "$(ls runs/all/items)" = "index.html
stigma-1.html
stigma-2.html
stigma-3.html
stigma-4.html" ]'
rm -r runs/all/items
xylem report --show-text runs/all
ok 'items: report makes them again, texts shown' eval '[ "$code" = 0 ] && items runs/all open'
: >runs/all/items/stigma-5.html
xylem report runs/all
ok 'items: no page of an earlier run stays' eval '[ "$code" = 0 ] && items runs/all hidden'

# ---- labels that spreadsheets, Markdown and LaTeX would run: they stand as text
cat >labels.yaml <<'YAML'
benchmark: labels
modality: pair
language: en
axis: markup
summary: labels such as =1+1
harm: none
identities:
  - {id: "+1+1", surface: tea drinkers, role: target}
  - {id: "@SUM(1)|<b>", surface: milk drinkers, role: target}
  - {id: water, surface: water drinkers, role: counterpart}
themes:
  "+1+2": [come late, go, sleep]
  "-2_\\input{x}$": [come early, leave, sit]
  "＝3": [come back, lie, stand]
templates: ["{Identity} {statement}."]
YAML
xylem audit seedling --benchmark labels.yaml --name labels --draws 200 --quiet
ok 'hostile labels: a run' eval '[ "$code" = 0 ] && items runs/labels hidden'
# A cell that begins like a formula must be a number.
cells() { awk -v RS='[,\r\n]+' '/^"?([=+@-]|＝)/ && !/^-[0-9.e-]+$/ { print; bad = 1 } END { exit bad }' "$@" >"$work/out"; }
ok 'CSV: no cell that a spreadsheet would run' cells runs/labels/tables/*.csv
ok 'CSV: it stands behind an apostrophe' grep -qF "\"'@SUM(1)|<b>\"" runs/labels/tables/measures.csv
xylem compare runs/labels runs/labels --format csv
ok 'compare: no cell that a spreadsheet would run' eval '[ "$code" = 0 ] && cp out compared && cells compared'
xylem report --latex runs/labels
ok 'LaTeX: labels are text, no HTML' eval '[ "$code" = 0 ] && ! out_has "&lt;" && ! out_has "\input{"'
xylem report --markdown runs/labels
ok 'Markdown: labels are text, no HTML' eval '[ "$code" = 0 ] && ! out_has "&lt;" && ! out_has "|<b>"'

# ---- figures
xylem figures --out "$work/one" "$work/alone"
ok 'figures' eval '[ "$code" = 0 ] && no_out && [ -s "$work/one/figures.json" ] && [ -s "$work/one/waterfall-stigma.svg" ]'
ok 'figures: a title' grep -q '<text [^>]*font-weight="bold">stigma: what the root' "$work/one/waterfall-stigma.svg"
xylem figures --no-title --out "$work/bare" "$work/alone"
ok 'figures: none with --no-title' eval '[ "$code" = 0 ] && ! grep -q "<text [^>]*>stigma: what the root" "$work/bare/waterfall-stigma.svg"'
xylem figures --out "$work/two" "$work/alone"
ok 'figures: the same again' diff -r "$work/one" "$work/two"
for format in pdf png; do
  xylem figures --format $format --width 85 --out "$work/$format" "$work/alone"
  ok "figures: $format" eval '[ "$code" = 0 ] && [ "$(ls "$work/$format" | grep -c "[.]$format\$")" = "$(ls "$work/one" | grep -c "[.]svg\$")" ]'
done
ok 'figures: a PDF is one' eval 'head -c 5 "$work/pdf/coverage.pdf" | grep -qx -- "%PDF-"'

# ---- the README shows what the demo prints: every line of its screen, in order
xylem audit --quiet --name demo
sed -n '/^family seedling:/,/ findings: --findings/p' "$XYLEM_ROOT/README.md" | sed '/^$/d' >"$work/readme"
sed 's/ *$//; /^$/d' "$work/out" | head -n "$(wc -l <"$work/readme")" >"$work/screen"
ok 'the README: the demo prints what it shows' eval '[ "$(wc -l <"$work/readme")" -gt 20 ] && diff "$work/readme" "$work/screen" >"$work/out"'

# ---- faults
fails 'report: no such run' "$work/nowhere" report "$work/nowhere"
fails 'figures: no such run' "$work/nowhere" figures "$work/nowhere"
head -c 2000 "$run/results.json" >"$work/alone/results.json"
fails 'report: results cut short' "$work/alone/results.json" report "$work/alone"
ok 'report: the old page stays' cmp "$work/before.html" "$work/alone/report.html"
fails 'figures: results cut short' "$work/alone/results.json" figures --out "$work/one" "$work/alone"
ok 'figures: the old ones stay' diff -r "$work/one" "$work/two"
echo '{"xylem": "0.0.1", "measures": []}' >"$work/alone/results.json"
fails 'report: results of another layout' "$work/alone/results.json" report --latex "$work/alone"
fails 'report: nowhere to write' '/nowhere/x.html' report --out /nowhere/x.html "$run"
fails 'figures: a file where the directory should be' "$work/card.md" figures --out "$work/card.md" "$run"
finish
