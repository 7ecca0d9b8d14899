#!/bin/sh
# Builds the fuzz targets under Clang's sanitizers and runs them (fuzz/run.sh): each for SECONDS, or those that are named.
# The first run starts from fuzz/seeds.sh. usage: fuzz.sh FOLDER SECONDS [TARGET...]
set -eu
cd "$(dirname "$0")/.."
folder=$1
shift

CC=${CC:-clang-19} sh tools/configure.sh "$folder" -Dfuzz=true -Dbuildtype=debugoptimized \
  -Db_sanitize=address,undefined -Db_lundef=false
ninja -C "$folder" fuzz-targets xylem

if [ ! -d "$folder/corpus" ]; then
  sh fuzz/seeds.sh "$folder/corpus.new" "$folder/xylem"
  mv "$folder/corpus.new" "$folder/corpus"
fi
exec sh fuzz/run.sh "$folder" "$@"
