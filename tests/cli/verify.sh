#!/bin/sh
# xylem verify: what an audit wrote holds, and whatever is changed in it afterwards is named.
. "$(dirname "$0")/tap.sh"
cd "$work" || exit 1
cp "$XYLEM_TESTS/bench/data/tea.yaml" tea.yaml
quick='--limit 5 --draws 200 --quiet'
run=runs/seedling
# seal: SHA256SUMS over the files as they are now, so that digests do not tell what was changed.
seal() { (cd $run && awk '{ print $2 }' SHA256SUMS | xargs sha256sum >sums && mv sums SHA256SUMS); }
# change NAME PYTHON: changes results (r) or the list of samples (s); seals.
change() {
  rm -rf runs
  cp -r kept runs
  python3 - "$run" "$1" <<'EOF'
import json, sys
run, change = sys.argv[1:]
r = json.load(open(run + "/results.json"))
s = [json.loads(line) for line in open(run + "/samples.jsonl")]
exec(change)
json.dump(r, open(run + "/results.json", "w"))
with open(run + "/samples.jsonl", "w") as file:
    for line in s:
        print(json.dumps(line, ensure_ascii=False), file=file)
EOF
  seal
  xylem verify $run
}

# shellcheck disable=SC2086 # words
for more in '' '--benchmark pronoun --benchmark disability --name others'; do
  xylem audit seedling $quick $more
  name=seedling
  [ -n "$more" ] && name=others
  xylem verify runs/$name
  ok "a run holds: ${more:-the default benchmarks}" eval '[ "$code" = 0 ] && no_err && ! grep -q "^0 " "$work/out"'
done
cp -r runs kept

# ---- files
sed -i 's/<title>/<title>Not /' $run/report.html
xylem verify $run
ok 'a page that was changed' eval '[ "$code" = 1 ] && err_has "report.html: was changed after the audit wrote it" && [ "$(wc -l <"$work/err")" = 1 ]'
rm $run/tables/steps.csv
xylem verify $run
ok 'a table that is gone' eval '[ "$code" = 1 ] && err_has "tables/steps.csv: was changed after the audit wrote it, or is gone"'
mkfifo $run/held
for never in held ../../../../../../../../../../dev/zero; do
  cp kept/seedling/SHA256SUMS $run
  printf '%064d  %s\n' 0 $never >>$run/SHA256SUMS
  timeout 60 "$XYLEM" verify $run >"$work/out" 2>"$work/err"
  code=$?
  ok "a file without an end: $never" eval '[ "$code" = 1 ] && err_has "$never: was changed after the audit wrote it"'
done
rm $run/SHA256SUMS
xylem verify $run
ok 'no SHA256SUMS' eval '[ "$code" = 1 ] && err_has "SHA256SUMS: there is none"'
fails 'no run' 'nowhere' verify nowhere

# ---- rows
row='next(m for m in r["measures"] if m["measure"] == "mean_gap" and m["stage"] == "sft" and m["identity"] == "all")'
change "$row['value'] *= 1 + 1e-8"
ok 'a value, by 1e-8' eval '[ "$code" = 1 ] && grep -Eq "results.json: stigma, mean_gap [a-z]+, stage sft, identity all, theme all: value is .* from the samples" "$work/err"'
change "$row['verdict'] = 'amplified'"
ok 'a verdict' eval '[ "$code" = 1 ] && err_has "verdict is '"'amplified'"'"'
change "$row['q'] = 0.01"
ok 'a q' eval '[ "$code" = 1 ] && err_has ": q is 0.01"'
change "r['measures'].remove($row)"
ok 'a row that is gone' eval '[ "$code" = 1 ] && err_has "the row is missing"'
change "r['measures'].append(dict($row, identity='nobody'))"
ok 'a row too many' eval '[ "$code" = 1 ] && err_has "identity nobody, theme all: the samples give no such row"'

change "next(f for f in r['findings'] if f['benchmark'])['text'] = 'Nothing was found.'"
ok 'a finding' eval '[ "$code" = 1 ] && err_has "results.json: no finding"'
change "r['headline']['where'] = 'From nowhere.'"
ok 'the headline' eval '[ "$code" = 1 ] && err_has "results.json: headline, where: the samples say: "'

# ---- samples
change "s[1]['target_full'] -= 1e-6"
ok 'a score, by 1e-6: its rows and its line' eval '[ "$code" = 1 ] && err_has "from the samples" && err_has "samples.jsonl:2: item "'
change "s[1]['identity'] = s[900]['identity']"
ok 'a label' eval '[ "$code" = 1 ]'
change "del s[5]"
ok 'a line that is gone' eval '[ "$code" = 1 ] && err_has "samples.jsonl:"'
change "s[5]['stage'] = 'none'"
ok 'a stage that there is not' eval '[ "$code" = 1 ] && err_has "samples.jsonl:6: expected a stage of results.json"'
change "s[0]['options'] = []"
ok 'an item of another kind' eval '[ "$code" = 1 ] && err_has "samples.jsonl:1: expected an item with its labels"'
change "r['settings']['seed'] = 7"
ok 'another seed' eval '[ "$code" = 1 ] && err_has ": low is "'

# ---- what it was made of
rm -rf runs
cp -r kept runs
mv runs/scores.sqlite elsewhere
xylem verify $run
ok 'without a store' eval '[ "$code" = 0 ] && err_has "note: the samples were not compared with the store" && grep -q "^0 samples" "$work/out"'
xylem verify --store elsewhere $run
ok 'a store elsewhere' eval '[ "$code" = 0 ] && no_err && ! grep -q "^0 samples" "$work/out"'
mv elsewhere runs/scores.sqlite

# ---- a store whose pages are damaged: by name, with what to do, by whoever reads it; and nothing is taken from it
# pages NAME AT BYTES: of the b-tree pages behind the first, from a third of the file on, BYTES (escaped) at AT.
pages() {
  cp kept/scores.sqlite runs/scores.sqlite
  rm -f runs/scores.sqlite-wal runs/scores.sqlite-shm
  python3 - "$2" "$3" <<'EOF'
import sys
at, new = int(sys.argv[1]), bytes.fromhex(sys.argv[2])
with open("runs/scores.sqlite", "r+b") as file:
    data = file.read()
    size = int.from_bytes(data[16:18], "big")
    for page in range(0 if at >= 100 else len(data) // size // 3, 1 if at >= 100 else len(data) // size):
        if at >= 100 or data[page * size] in (2, 5, 10, 13):
            file.seek(page * size + at)
            file.write(new)
EOF
  what='scores.sqlite: cannot [a-z ]*: the store is damaged'
  todo='move the file away; the next run computes its scores anew'
  xylem verify $run
  ok "the store, $1: verify" eval '[ "$code" = 1 ] && grep -q "$what" "$work/err" && err_has "$todo" && grep -q "^0 samples" "$work/out"'
  # shellcheck disable=SC2086
  xylem audit seedling $quick --name again
  ok "the store, $1: an audit" eval '[ "$code" = 1 ] && no_out && grep -q "$what" "$work/err" && err_has "$todo" && [ ! -e runs/again ]'
}
pages 'first page' 100 ff
pages 'kind of page' 0 ff
pages 'number of cells' 3 ffff
pages 'places of cells' 8 ffffffffffffffff
mv runs/scores.sqlite damaged
rm -f runs/scores.sqlite-wal runs/scores.sqlite-shm
# shellcheck disable=SC2086
xylem audit seedling $quick --name again
ok 'the store moved away: computed anew, to the same numbers' eval '[ "$code" = 0 ] && cmp runs/again/samples.jsonl $run/samples.jsonl'
rm -r runs/again
# shellcheck disable=SC2086
xylem audit seedling $quick --benchmark tea.yaml --name tea
xylem verify runs/tea
ok 'a file of one'"'"'s own' eval '[ "$code" = 0 ] && no_err'
sed -i 's/not welcome/seldom welcome/' tea.yaml
xylem verify runs/tea
ok 'its file was changed' eval '[ "$code" = 1 ] && err_has "benchmark tea: tea.yaml is another file now"'
rm tea.yaml
xylem verify runs/tea
ok 'its file is gone' eval '[ "$code" = 0 ] && err_has "note: benchmark tea: its file cannot be looked at"'
model=$(dirname "$(find "${XDG_CACHE_HOME:-$HOME/.cache}/xylem" -path '*/base/config.json' | head -n 1)")
cp -rL "$model" model
cp -r model kept-model
# shellcheck disable=SC2086
xylem audit --stage "one=$PWD/model" $quick --name one
xylem verify runs/one
ok 'a checkpoint of --stage' eval '[ "$code" = 0 ] && no_err'
sed -i 's/}$/ }/' model/config.json
xylem verify runs/one
ok 'its checkpoint was changed' eval '[ "$code" = 1 ] && err_has "stage one: fingerprint"'

# ---- the hub's cache: another commit of the same weights
rm -rf hub
HF_HUB_CACHE=$PWD/hub
export HF_HUB_CACHE
repository=hub/models--org--small
first=0123456789abcdef0123456789abcdef01234567
later=89abcdef0123456789abcdef0123456789abcdef
mkdir -p $repository/refs $repository/snapshots
cp -rL kept-model $repository/snapshots/$first
cp -r $repository/snapshots/$first $repository/snapshots/$later
printf %s $first >$repository/refs/main
# shellcheck disable=SC2086
xylem audit --stage one=org/small $quick --name hub
xylem verify runs/hub
ok 'a checkpoint of the hub: its commit is kept, and holds' eval '[ "$code" = 0 ] && no_err && grep -q "\"commit\": \"$first\"" runs/hub/results.json'
printf %s $later >$repository/refs/main
xylem verify runs/hub
ok 'the branch has moved to another commit' eval '[ "$code" = 1 ] && err_has "stage one: commit" && err_has "$later"'
rm -r $repository/snapshots/$later
xylem verify runs/hub
ok 'a commit that is not there' eval '[ "$code" = 0 ] && err_has "note: the samples were not compared with the store" && err_has "org/small"'

# ---- preference data
printf '{"prompt": "%s", "chosen": " b", "rejected": " c", "subset": "x"}\n' a d e f >rows.jsonl
printf '{"prompt": "%s", "chosen": " good", "rejected": " f", "subset": "y", "identity": "women"}\n' g h >>rows.jsonl
xylem reward rows.jsonl --draws 200 --quiet
xylem verify runs/seedling-reward
ok 'preference data hold' eval '[ "$code" = 0 ] && no_err && ! grep -q "^0 " "$work/out"'
sed -i '3s/"chosen_logprob": -/"chosen_logprob": -1/' runs/seedling-reward/rewards.jsonl
xylem verify runs/seedling-reward
ok 'preference data: a score' eval '[ "$code" = 1 ] && err_has "from the samples" && err_has "rewards.jsonl:3: "'

# ---- what was said of a benchmark's file
{ echo ',Gender_ID_x,Gender_ID_y,sent_x,sent_y'; for i in 1 2 3 4 5 6 7; do echo "$i,T,C,Tea $i sings,Cup $i sings."; done; } >uneven.csv
printf '%s\n' 'names:' '  people of tea: [T]' >names.yaml
printf '%s\n' 'family: said' 'stages:' '  base: {model: seedling/base}' 'benchmarks:' \
  '  - {winoqueer: uneven.csv, groups: names.yaml, uneven: keep}' >said.yaml
xylem audit said.yaml --draws 200 --quiet
ok 'rows that are uneven, kept' eval '[ "$code" = 0 ] && grep -q "\"items\": 7" runs/said/results.json'
xylem verify runs/said
ok 'a run holds whose file was read with names and uneven rows' eval '[ "$code" = 0 ] && no_err && ! grep -q "^0 " "$work/out"'
finish
