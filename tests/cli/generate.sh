#!/bin/sh
# xylem generate, on the built-in seedling family: what it writes, that a text depends on nothing beside it, each option,
# and every fault of a call or a file.
. "$(dirname "$0")/tap.sh"
cd "$work" || exit 1
base='generate --model seedling/base'

cat >prompts.jsonl <<'END'
{"prompt": "The teacher said that they"}
{"messages": [{"role": "user", "content": "The nurse is"}]}
{"ids": [5, 6, 7]}
END
{ sed -n 3p prompts.jsonl && sed -n 1p prompts.jsonl; } >turned.jsonl

# texts FILE: what the lines of a continuation are, less the number of the prompt.
texts() { sed 's/"index": [0-9]*, //' "$1"; }
same() { diff "$1" "$2" >"$work/out"; }

# ---- what is written
xylem $base --samples 2 --max-new 8 prompts.jsonl
cp out all.jsonl
ok 'a line per prompt and sample' eval '[ "$code" = 0 ] && [ "$(wc -l <all.jsonl)" = 6 ] && no_err'
ok 'its members' eval 'grep -qE "^\{\"index\": 0, \"sample\": 0, \"ids\": \[[0-9, ]+\], \"text\": \".+\", \"logprobs\": \[-[-0-9., e]+\], \"end\": \"(eos|length)\"\}$" all.jsonl'
ok 'in order' eval '[ "$(sed -E "s/.*\"index\": ([0-9]+), \"sample\": ([0-9]+),.*/\1\2/" all.jsonl | tr "\n" " ")" = "00 01 10 11 20 21 " ]'

# ---- the same text, whatever is beside it
xylem $base --samples 2 --max-new 8 turned.jsonl
{ sed -n 5,6p all.jsonl && sed -n 1,2p all.jsonl; } | sed 's/"index": [0-9]*, //' >expected
texts out >got
ok 'other prompts, in other order' same got expected
xylem $base --samples 2 --max-new 8 --threads 1 --memory 256M prompts.jsonl
cp out got
ok 'one thread, less memory' same got all.jsonl
xylem $base --max-new 8 prompts.jsonl
cp out got
grep '"sample": 0' all.jsonl >expected
ok 'fewer samples' same got expected
xylem $base --samples 2 --max-new 8 --seed 2 prompts.jsonl
cp out got
ok 'another seed is another text' eval '! same got all.jsonl'
xylem $base --samples 2 --max-new 8 --precision bf16 prompts.jsonl
ok 'bf16' eval '[ "$code" = 0 ] && [ "$(wc -l <out)" = 6 ]'

# A prompt and one turn of the user are asked alike, and draw alike.
echo '{"prompt": "The nurse is"}' >one.jsonl
xylem $base --samples 2 --max-new 8 one.jsonl
texts out >got
sed -n 3,4p all.jsonl | sed 's/"index": [0-9]*, //' >expected
ok 'a prompt is a turn of the user' same got expected

xylem $base --samples 2 --max-new 8 --format '{prompt}' one.jsonl
texts out >got
ok 'the noise does not know the format' same got expected

# ---- greedy: the tokens that score calls the most probable ones
xylem $base --greedy --max-new 12 --end none one.jsonl
ids=$(sed -E 's/.*"ids": (\[[^]]*\]).*/\1/' out)
xylem tokenize --model seedling/base --json - </dev/null
printf '%s\n' '"The nurse is"' >one.json
xylem tokenize --model seedling/base --json one.json
prompt=$(cat out)
echo "{\"ids\": $(echo "$prompt$ids" | sed 's/\]\[/, /')}" >asked.jsonl
xylem score --model seedling/base asked.jsonl
cp out scored
xylem $base --greedy --max-new 12 --end none one.jsonl
sed -E 's/.*"logprobs": \[([^]]*)\].*/\1/' out >ours
sed -E 's/.*"token_logprobs": \[([^]]*)\].*/\1/' scored | tr ',' '\n' | tail -n 12 | tr '\n' ',' | sed 's/,$//; s/^ //' >theirs
near() { # the scorer may sum a short call in another order
  tr ',' '\n' <ours >a
  tr ',' '\n' <theirs >b
  paste a b | awk 'NF != 2 || ($1 - $2) ^ 2 > 1e-10 {bad = 1} END {exit bad || NR != 12}'
}
ok 'log-probabilities are those of xylem score' near
ok 'no end token ends a text with --end none' eval 'out_has "\"end\": \"length\""'

# ---- options
xylem $base --max-new 3 one.jsonl
ok '--max-new' eval '[ "$(sed -E "s/.*\"ids\": \[([^]]*)\].*/\1/" out | tr "," "\n" | wc -l)" -le 3 ]'
xylem $base --samples 8 --max-new 12 --stop e one.jsonl
ok '--stop cuts the text before it' eval 'out_has "\"end\": \"stop\"" && ! grep "\"end\": \"stop\"" out | grep -q "\"text\": \"[^\"]*e[^\"]*\""'
xylem $base --max-new 4 --stop 'never comes' one.jsonl
ok 'a stop string that never comes' eval '[ "$code" = 0 ] && ! out_has "\"end\": \"stop\""'
xylem $base --preset rtp one.jsonl
ok '--preset: 25 samples' eval '[ "$(wc -l <out)" = 25 ]'
xylem $base --preset rtp --samples 2 one.jsonl
ok 'an option beside --preset wins' eval '[ "$(wc -l <out)" = 2 ]'
xylem $base --preset meta-eval --samples 1 one.jsonl
ok 'no shorter than the least' eval '[ "$(sed -E "s/.*\"ids\": \[([^]]*)\].*/\1/" out | tr "," "\n" | wc -l)" = 50 ]'
xylem $base --distribution --top-k 3 one.jsonl
ok '--distribution' eval 'grep -qE "^\{\"index\": 0, \"ids\": \[[0-9]+, [0-9]+, [0-9]+\], \"probs\": \[0\.[0-9]+, 0\.[0-9e-]+, [0-9.e-]+\]\}$" out'
xylem $base --samples 3 --max-new 6 --format '<u>{prompt}<a>' one.jsonl
ok '--format' eval '[ "$code" = 0 ]'
xylem $base --max-new 2 - </dev/null
ok 'no prompts' eval '[ "$code" = 0 ] && no_out && err_has "<stdin> holds no prompts"'
printf '[{"prompt": "a"}, {"prompt": "b"}]' >list.json
xylem $base --max-new 2 list.json
ok 'a list of prompts' eval '[ "$(wc -l <out)" = 2 ]'

# The names of presets stand in the library's table and in the help.
xylem $base --preset none one.jsonl
sed -n 's/.*expected one of //p' err | tr -d ',' | tr ' ' '\n' | grep . >names
xylem generate --help
ok 'help names every preset' eval '[ "$(wc -l <names)" = 6 ] && while read -r name; do tr "\n" " " <out | grep -q "[ ,]$name[,.]" || exit 1; done <names'
for name in $(cat names); do
  xylem $base --preset "$name" --samples 1 --max-new 50 one.jsonl
  ok "preset $name" eval '[ "$code" = 0 ] && [ "$(wc -l <out)" = 1 ]'
done

# ---- faults
usage 'no model' '--model is missing' generate one.jsonl
usage 'no samples' "--samples '0': expected a whole number from 1" $base --samples 0 one.jsonl
usage 'greedy twice' '--samples 2: greedy has one continuation' $base --greedy --samples 2 one.jsonl
usage 'an unknown preset' "unknown preset 'x': expected one of greedy, rtp" $base --preset x one.jsonl
usage 'an end that is none' "--end '3,x': expected token ids" $base --end 3,x one.jsonl
usage 'no number' "--top-p 'high': expected a number" $base --top-p high one.jsonl
fails 'temperature 0' 'temperature: expected a number above 0, found 0' $base --temperature 0 one.jsonl
fails 'temperature nan' 'temperature: expected a number above 0, found nan' $base --temperature nan one.jsonl
fails 'top-p above 1' 'top_p: expected a number above 0 and at most 1, found 1.5' $base --top-p 1.5 one.jsonl
fails 'more at least than at most' 'min_new: expected at most max_new (4), found 9' $base --max-new 4 --min-new 9 one.jsonl
fails 'an end outside the vocabulary' 'end token: expected an id below' $base --end 9999999 one.jsonl
fails 'an unknown format' "nosuch" $base --format nosuch one.jsonl
echo '{"prompt": ""}' >empty.jsonl
fails 'an empty prompt' 'empty.jsonl:1: expected a text to go on from, found an empty one' $base empty.jsonl
awk 'BEGIN {printf "{\"prompt\": \""; for (i = 0; i < 2000; i++) printf "they are "; print "\"}"}' >long.jsonl
fails 'a prompt longer than the context' 'long.jsonl:1: expected at most' $base long.jsonl
cat >wrong.jsonl <<'END'
{"prompt": "a", "ids": [1]}
{"text": "a"}
{"messages": []}
{"messages": [{"role": "user"}]}
{"ids": [1.5]}
no json
END
xylem $base wrong.jsonl
ok 'every wrong line is told' eval '[ "$code" = 1 ] && no_out && err_has "wrong.jsonl:1: expected {" && err_has "wrong.jsonl:2: " && err_has "wrong.jsonl:3: " && err_has "wrong.jsonl:4: " && err_has "wrong.jsonl:5: " && err_has "wrong.jsonl:6: "'
echo '{"messages": [{"role": "judge", "content": "a"}]}' >role.jsonl
fails 'an unknown role' "role.jsonl:1: expected a role of system, user or assistant, found 'judge'" $base role.jsonl
echo '{"messages": [{"role": "assistant", "content": "a"}]}' >last.jsonl
fails 'the assistant spoke last' 'last.jsonl:1: expected a last turn of somebody else' $base last.jsonl
printf '{"prompt": "\377"}\n' >bytes.jsonl
fails 'not UTF-8' 'bytes.jsonl:1: ' $base bytes.jsonl
echo '{"ids": [9999999]}' >ids.jsonl
fails 'an id outside the vocabulary' 'ids.jsonl:1: token 1: expected an id below' $base ids.jsonl
fails 'little memory' 'at least --memory' $base --memory 1M one.jsonl

finish
