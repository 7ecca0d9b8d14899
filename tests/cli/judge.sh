#!/bin/sh
# xylem judge: what a line becomes, what is wrong with one, what the judges say of themselves, and that the first operand
# is a subcommand only where it equals one. What each judge finds is in tests/judge.
. "$(dirname "$0")/tap.sh"
texts=$work/texts.jsonl

# judged TITLE JUDGE LINE EXPECTED: the one line of output.
judged() {
  title=$1 expected=$4
  printf '%s\n' "$3" >"$texts"
  # shellcheck disable=SC2086 # a judge with its options
  xylem judge --judge $2 "$texts"
  ok "$title" eval '[ "$code" = 0 ] && no_err && [ "$(cat "$work/out")" = "$expected" ]'
}
judged 'vader' vader '{"text": "VADER is smart, handsome, and funny!"}' \
  '{"index": 0, "label": null, "scores": {"compound": 0.8439, "pos": 0.752, "neu": 0.248, "neg": 0}}'
judged 'an empty text' vader '{"text": ""}' '{"index": 0, "label": null, "scores": {"compound": 0, "pos": 0, "neu": 0, "neg": 0}}'
judged 'refusal' refusal '{"text": "I cannot assist with that."}' '{"index": 0, "label": "refused", "scores": {"patterns": 1}}'
judged 'pronouns, without a set' pronouns '{"text": "Then she left."}' \
  '{"index": 0, "label": null, "scores": {"he": 0, "she": 1, "they": 0, "xe": 0, "ze": 0, "ey": 0, "fae": 0, "it": 0}}'
judged 'pronouns, a set for all' 'pronouns --set she' '{"text": "Then she left."}' \
  '{"index": 0, "label": "declared", "scores": {"he": 0, "she": 1, "they": 0, "xe": 0, "ze": 0, "ey": 0, "fae": 0, "it": 0}}'
judged 'pronouns, a set of its own' 'pronouns --set she' '{"text": "Then she left.", "set": "xe"}' \
  '{"index": 0, "label": "other", "scores": {"he": 0, "she": 1, "they": 0, "xe": 0, "ze": 0, "ey": 0, "fae": 0, "it": 0}}'
printf 'goose\ngay\n' >"$work/list.txt"
judged 'a list of words' "wordlist:$work/list.txt" '{"text": "A proud gay person and two geese, no GOOSE."}' \
  '{"index": 0, "label": "found", "scores": {"found": 1, "identity": 2, "words": 9}}'
printf 'category\tlemma\tlevel\nan\tgoose\tconservative\nom\tgay\tconservative\n' >"$work/hurt.tsv"
judged 'a lexicon in the form of HurtLex' "hurtlex:$work/hurt.tsv" '{"text": "a proud gay person"}' \
  '{"index": 0, "label": "none", "scores": {"hurtful": 0, "identity": 2, "inclusive": 0, "words": 4, "an": 0, "om": 0}}'
judged 'a term of the prompt' "hurtlex:$work/hurt.tsv --identity Goose" '{"text": "my goose"}' \
  '{"index": 0, "label": "none", "scores": {"hurtful": 0, "identity": 1, "inclusive": 0, "words": 2, "an": 0, "om": 0}}'
printf '{"text": "good", "label": "fine", "scores": {"toxicity": 0.25}}\n' >"$work/verdicts.jsonl"
judged 'a verdict made elsewhere' "import:$work/verdicts.jsonl" '{"text": "good"}' '{"index": 0, "label": "fine", "scores": {"toxicity": 0.25}}'
judged 'a zero character in a text' refusal '{"text": "I \u0000 walk."}' '{"index": 0, "label": "answered", "scores": {"patterns": 0}}'

# ---- lines
printf '\357\273\277{"text": "good", "index": 7, "ids": [1]}\r\n\n  \r\n{"text": "bad", "set": 3}' >"$texts"
xylem judge --judge vader "$texts"
cp "$work/out" "$work/from-file"
ok 'a byte order mark, line ends of Windows, blank lines, other members' eval \
  '[ "$code" = 0 ] && no_err && [ "$(grep -c "^{\"index\": [01], " "$work/out")" = 2 ] && [ "$(wc -l <"$work/out")" = 2 ]'
"$XYLEM" judge --judge vader - <"$texts" >"$work/out" 2>"$work/err"
code=$?
ok 'standard input' eval '[ "$code" = 0 ] && cmp -s "$work/out" "$work/from-file"'
xylem judge "$texts" --judge vader
ok 'an option behind the file' eval '[ "$code" = 0 ] && cmp -s "$work/out" "$work/from-file"'

# wrong TITLE MESSAGE LINE: the second line is wrong, the first is judged.
wrong() {
  message=$2
  printf '{"text": "good"}\n%b\n{"text": "good"}\n' "$3" >"$texts"
  xylem judge --judge pronouns "$texts"
  ok "$1" eval '[ "$code" = 1 ] && err_has "$texts:2: $message" && [ "$(wc -l <"$work/out")" = 1 ]'
}
wrong 'no text' 'expected a string as "text", found nothing' '{"txt": "good"}'
wrong 'a text that is none' 'expected a string as "text", found a whole number' '{"text": 3}'
wrong 'a list' 'expected a JSON object with "text", found an array' '["good"]'
wrong 'no JSON' 'expected a JSON object: ' 'good'
wrong 'not UTF-8' 'expected a JSON object: unable to decode byte 0xff' '{"text": "\0377"}'
wrong 'a member twice' 'expected a JSON object: duplicate object key' '{"text": "good", "text": "bad"}'
wrong 'a set that is no text' 'expected a string as "set", found true' '{"text": "good", "set": true}'
wrong 'a set that there is not' "no pronoun set 'thon'; there are he, she" '{"text": "good", "set": "thon"}'
: >"$texts"
fails 'an empty file' "$texts holds no texts" judge --judge vader "$texts"
fails 'no file' 'No such file' judge --judge vader "$work/nowhere.jsonl"
fails 'an unknown judge' "no judge 'vadr'; there are vader, refusal, pronouns, wordlist:FILE" judge --judge vadr "$texts"
ok 'with a suggestion' err_has "did you mean 'vader'?"
fails 'a list without its file' 'expected wordlist:FILE' judge --judge wordlist "$texts"
fails 'an unknown set' "no pronoun set 'thon'" judge --judge pronouns --set thon "$texts"
fails 'a set that nobody asks for' 'judge vader: a declared pronoun set (she)' judge --judge vader --set she "$texts"
usage 'no judge' '--judge is missing' judge "$texts"
usage 'no file' 'too few arguments' judge --judge vader
usage 'two files' "unexpected argument 'b'" judge --judge vader a b

# ---- subcommands, and files that are called like them
xylem judge list
ok 'the judges' eval '[ "$code" = 0 ] && no_err && out_has "hurtlex:FILE"'
names=$(sed -n '1d; s/^\([a-z][a-z]*\)[ :].*/\1/p' "$work/out")
ok 'five of them' eval '[ "$(echo "$names" | wc -l)" -ge 5 ]'
for name in $names; do
  xylem judge show "$name"
  ok "$name says what it measures and what it cannot tell" eval \
    '[ "$code" = 0 ] && no_err && grep -q "^measures  " "$work/out" && grep -q "^score  " "$work/out" && grep -q "^cannot tell  " "$work/out" && grep -q "^licence  " "$work/out"'
  ok "$name is in docs/judges.md" grep -qx "## $name" "$XYLEM_ROOT/docs/judges.md"
done
xylem judge show vader
ok 'how much it judges by' eval 'grep -q "^judges by  *7,506 words$" "$work/out" && grep -Eq "^fingerprint  *[0-9a-f]{64}$" "$work/out"'
xylem judge show "wordlist:$work/list.txt"
ok 'a list of one'"'"'s own' eval '[ "$code" = 0 ] && grep -q "^judges by  *2 entries$" "$work/out"'
fails 'a judge that there is not' "no judge 'nobody'" judge show nobody
printf '{"text": "good"}\n' >"$work/list"
(cd "$work" && "$XYLEM" judge --judge vader ./list) >"$work/out" 2>"$work/err"
ok 'a file called list' eval 'out_has "\"index\": 0"'
finish
