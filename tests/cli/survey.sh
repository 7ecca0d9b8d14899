#!/bin/sh
# xylem survey: headlines counted again from the files alone, lists and filters, a reader's own entries, the coverage page,
# and every fault of a file of entries. Its files are the example of docs/survey.md and broken ones made of it.
. "$(dirname "$0")/tap.sh"
data=$XYLEM_ROOT/data/survey
tests=$XYLEM_TESTS/survey
mine=$work/mine.yaml
# The two examples of the page: a model, a benchmark.
sed -n '/^survey: models$/,/^```$/p' "$XYLEM_ROOT/docs/survey.md" | sed '/^```/d' >"$mine"
sed -n '/^survey: benchmarks$/,/^```$/p' "$XYLEM_ROOT/docs/survey.md" | sed '/^```/d' >"$work/benchmarks.yaml"

# python TITLE ARGUMENTS...: passes on exit 0, skips on 77.
python() {
  label=$1
  shift
  python3 "$@" >"$work/out" 2>"$work/err"
  code=$?
  if [ "$code" = 77 ] || [ "$code" = 127 ]; then
    skipped "$label" 'python3 or a module is missing'
  else
    ok "$label" [ "$code" = 0 ]
  fi
}

# ---- headlines
xylem survey
ok 'headline' eval '[ "$code" = 0 ] && no_err && out_has "report a bias evaluation"'
ok 'not reported is not: not done' out_has 'Not reported is not the same as not done.'
python 'headlines, counted from the files' "$tests/headlines.py" "$XYLEM" "$data"
python 'headlines with an entry added' "$tests/headlines.py" "$XYLEM" "$data" "$mine"
for format in csv json markdown; do
  xylem survey --format "$format"
  ok "headline as $format" eval '[ "$code" = 0 ] && no_err && out_has none-found'
done
python 'the JSON schema holds the built-in files' "$tests/schema.py" "$XYLEM_ROOT/docs/survey.schema.json" "$data"/*.yaml "$mine" \
  "$work/benchmarks.yaml"

# ---- lists and filters
xylem survey models --format csv
ok 'every model is listed' [ "$(wc -l <"$work/out")" = "$(($(grep -c '^  - id:' "$data/models.yaml") + 1))" ]
xylem survey benchmarks --format csv
ok 'every benchmark is listed' [ "$(wc -l <"$work/out")" = "$(($(grep -c '^  - id:' "$data/benchmarks.yaml") + 1))" ]
xylem survey evaluations --format csv
ok 'every evaluation is listed' [ "$(wc -l <"$work/out")" = "$(($(grep -c '^      - name:' "$data/models.yaml") + 1))" ]
xylem survey models --filter printed=named-result --format csv
ok 'a filter on what evaluations print' eval '[ "$(cut -d, -f1 "$work/out" | tail -n +2)" = claude-3 ]'
xylem survey models --filter bias_evaluation=reported --filter maker=Google --format csv
ok 'two filters' eval '! grep -v -e Google -e ^id "$work/out" | grep -q . && out_has gemma-2-it'
xylem survey benchmarks --filter axes=religion --format csv
ok 'a filter on a list' eval 'grep -q ^bbq, "$work/out" && ! grep -q ^winobias, "$work/out"'
xylem survey models --filter maker=Nobody --format json
ok 'an empty list' eval '[ "$code" = 0 ] && [ "$(cat "$work/out")" = "[]" ]'
usage 'an unknown key' 'expected a key among id, name, maker, released' survey models --filter colour=red
usage 'a value outside its choices' 'expected one of binary-only, neutral-pronoun' survey evaluations --filter gender=x
usage 'a filter without a value' 'expected KEY=VALUE' survey models --filter maker
usage 'an unknown format' "'xml': expected table, csv, json, markdown" survey models --format xml

# ---- one entry, gaps
xylem survey show mixtral-8x7b-instruct
ok 'an entry with its sources, their kind and standing, and its note' eval '[ "$code" = 0 ] && out_has "2401.04088 section 3.3 and 4 (copy, read)" && out_has "Of the base model."'
fails 'an entry that is not there' "nobody: expected the id of a model or benchmark" survey show nobody
xylem survey gaps
ok 'a benchmark made with the community is a gap' eval 'grep -Eq "^yes +community +winoqueer" "$work/out"'

# ---- a reader's entries
xylem survey check "$mine"
ok 'the example of a model is sound' eval '[ "$code" = 0 ] && no_err && out_has "sound: 1 model"'
xylem survey check "$work/benchmarks.yaml"
ok 'the example of a benchmark is sound' eval '[ "$code" = 0 ] && no_err && out_has "1 benchmark"'
xylem survey models --add "$mine"
ok 'an added entry is marked' out_has '(added)'
xylem survey gaps --add "$mine"
ok 'an added entry closes a gap' eval '! grep -Eq "^yes +community" "$work/out"'
sed 's/name: Our Model 7B/name: "<script>alert(1)<\/script>"/' "$mine" >"$work/hostile.yaml"
xylem survey --add "$work/hostile.yaml" --html "$work/page.html"
ok 'a page' eval '[ "$code" = 0 ] && grep -q "^<!doctype html>" "$work/page.html"'
ok 'the page escapes and runs no script' eval '! grep -q "<script" "$work/page.html" && grep -q "&lt;script&gt;" "$work/page.html"'
ok 'the page loads nothing' eval '! grep -Eq "(src|href)=\"(https?:)?//|url\(" "$work/page.html" && grep -q "default-src .none." "$work/page.html"'
xylem survey --html "$work/no/page.html"
ok 'a page that cannot be written' eval '[ "$code" = 1 ] && err_has "$work/no/page.html" && err_has "cannot write: No such file"'

# ---- faults: expected text, then a sed script that breaks the example
broken() {
  sed "$2" "$mine" >"$work/broken.yaml"
  fails "fault: $1" "$1" survey check "$work/broken.yaml"
}
broken "broken.yaml:1: expected 'survey: models' or 'survey: benchmarks', found people" 's/^survey: .*/survey: people/'
broken "broken.yaml:3: model Our Model: id: expected small letters, digits, '-' and '.', found 'Our Model'" 's/id: our-model/id: Our Model/'
broken "broken.yaml:4: model our-model: name: expected a text, found a list" 's/name: Our Model 7B/name: [a]/'
broken "broken.yaml:6: model our-model: released: expected a year from 1950 to 2100, or a month of one such as 2024-05, found '2026-13'" 's/2026-03/2026-13/'
broken "model our-model: preference_finetuned: expected yes, no or unclear, found 'maybe'" 's/tuned: yes/tuned: maybe/'
broken "model our-model: unknown key 'makr' (did you mean 'maker'?)" 's/maker: We/makr: We/'
broken "model our-model: 'extent' is missing" '/extent:/d'
broken "kind: expected maker, copy, summary or none, found 'blog'" 's/, kind: maker, /, kind: blog, /' 
broken "model our-model, evaluation 1: printed: expected named-result, in-aggregate" 's/printed: named-result/printed: all/'
broken "model our-model, evaluation 1: 'standing' is missing" '/^        standing:/d'
broken "expected evaluations where bias_evaluation is 'reported', and only there, found 1" 's/evaluation: reported/evaluation: none-found/'
broken "benchmark: expected the id of a benchmark of the survey, found 'winoqeer'" 's/benchmark: winoqueer/benchmark: winoqeer/'
sed 's/2026-03/soon/; s/tuned: yes/tuned: maybe/; s/modality: pair/modality: pairs/' "$mine" >"$work/broken.yaml"
xylem survey check "$work/broken.yaml"
ok 'every fault is reported' eval '[ "$code" = 1 ] && err_has soon && err_has maybe && err_has pairs'
: >"$work/empty.yaml"
fails 'an empty file' 'empty.yaml:1: the file is empty' survey check "$work/empty.yaml"
printf 'survey: models\nmodels: {}\n' >"$work/empty.yaml"
fails 'no list' "empty.yaml:2: expected 'models:' with a list of entries" survey check "$work/empty.yaml"
for name in models benchmarks; do
  cp "$data/$name.yaml" "$work/copy-$name.yaml"
  xylem survey check "$work/copy-$name.yaml"
  ok "a copy of the built-in $name is sound" eval '[ "$code" = 0 ] && no_err && out_has "in the place of built-in entries: $(grep -c "^  - id:" "$data/$name.yaml"), the first"'
done
xylem survey --format csv
cp "$work/out" "$work/headline"
xylem survey --format csv --add "$work/copy-models.yaml" --add "$work/copy-benchmarks.yaml"
ok 'copies change no number, and are spoken of' eval '[ "$code" = 0 ] && cmp -s "$work/out" "$work/headline" && err_has "entries take the place of built-in ones"'
xylem survey models --add "$work/copy-models.yaml"
ok 'what takes the place of a built-in entry is marked' out_has '(replaced)'
fails 'one id in two files' "model our-model: the id is taken ($mine:" survey models --add "$mine" --add "$mine"
sed 's/benchmark: winoqueer/benchmark: nowhere/' "$mine" >"$work/nowhere.yaml"
fails 'an unknown benchmark' "nowhere.yaml:$(grep -n 'benchmark: nowhere' "$work/nowhere.yaml" | cut -d: -f1): model our-model: benchmark: expected the id" survey check "$work/nowhere.yaml"
fails 'no file' 'No such file' survey check "$work/nothing.yaml"
fails 'no file to add' 'No such file' survey --add "$work/nothing.yaml"
finish
