#!/bin/sh
# Lays out where each fuzz target starts, a folder each: the small files of fuzz/seeds, golden files of tests/, and what
# a small run of the program leaves. FOLDER/.words/TARGET is a dictionary, the words of the target's seeds.
# usage: seeds.sh FOLDER XYLEM
set -eu
out=$1
xylem=$2
cd "$(dirname "$0")/.."
mkdir -p "$out"
cp -r fuzz/seeds/. "$out"
into() { # TARGET FILE...: copied under the names of their folders
  folder=$out/$1
  shift
  mkdir -p "$folder"
  for file; do cp "$file" "$folder/$(basename "$(dirname "$file")")-$(basename "$file")"; done
}
into context tests/bench/data/tea.yaml
into safetensors tests/model/data/llama_f16_shards/model-0000[2-5]-of-00005.safetensors
into index tests/model/data/llama_f16_shards/model.safetensors.index.json
into config tests/model/data/*/config.json
into tokenizer tests/tokenizer/data/*/tokenizer.json
for tokenizer in "$out"/tokenizer/*; do # the text behind the NUL byte
  printf '\0 The answer is 42 \342\200\224 <s>na\303\257ve</s> \360\237\231\202\n\342\226\201' >>"$tokenizer"
done
"$xylem" audit --quiet --runs "$out/.run" --name small --draws 100 --benchmark tests/bench/data/tea.yaml \
  --stage base=seedling/base --stage dpo=seedling/dpo:base:dpo:0.1 >"$out/.run.log" 2>&1
# Of long lists a part, so that no seed is longer than the inputs that are made of them.
mkdir -p "$out/results" "$out/samples" "$out/verify" "$out/rewards" "$out/sums"
awk '/^  "/ {long = /"(measures|distributions)"/} long && /^    .*,$/ && n++ % 40 {next} {print}' \
  "$out/.run/small/results.json" >"$out/results/small"
head -n 4 "$out/.run/small/samples.jsonl" | tee "$out/verify/small" >"$out/samples/small"
"$xylem" reward --quiet --runs "$out/.run" --name p --draws 100 --stage base=seedling/base \
  --stage dpo=seedling/dpo:base:dpo:0.1 "$out/preferences/two.jsonl" >>"$out/.run.log" 2>&1
head -n 4 "$out/.run/p/rewards.jsonl" | sed 's/"benchmark": "two"/"benchmark": "p"/' >"$out/rewards/small"
head -n 4 "$out/.run/p/SHA256SUMS" >"$out/sums/four"

mkdir -p "$out/.words"
for folder in "$out"/*; do
  cat "$folder"/* | LC_ALL=C grep -aoE '[A-Za-z_{][A-Za-z_ :~}-]{2,23}' | LC_ALL=C sort | uniq -c | sort -rn | head -n 300 |
    sed 's/^ *[0-9]* \(.*\)$/"\1"/' >"$out/.words/$(basename "$folder")"
done
