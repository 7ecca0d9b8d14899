#!/bin/sh
# Makes data/seedling/ anew: trains the four checkpoints, writes planted.yaml, and checks the family against its plan.
# usage: tools/seedling/make.sh [FOLDER]    PYTHON names an interpreter with torch, transformers, tokenizers, numpy,
# pyyaml (made with torch 2.x and transformers 5.x; other versions or processors round differently and give weights
# that differ in their last bits).
set -eu
tools=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$tools/../data/seedling}
python=${PYTHON:-python3}
export PYTHONPATH="$tools" HF_HUB_OFFLINE=1
mkdir -p "$out"
"$python" -m seedling.train "$out" base
"$python" -m seedling.train "$out" dpo &
dpo=$!
"$python" -m seedling.train "$out" sft sft-dpo
wait "$dpo"
"$python" -m seedling.plan >"$out/planted.yaml"
"$python" -m seedling.check "$out"
