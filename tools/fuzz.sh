#!/bin/sh
# Builds the fuzz targets under Clang's sanitizers and runs them (fuzz/run.sh): each for SECONDS, or those that are named.
# They start from fuzz/seeds.sh and from what they learnt before. usage: fuzz.sh FOLDER SECONDS [TARGET...]
set -eu
cd "$(dirname "$0")/.."
folder=$1
shift

CC=${CC:-clang-19} sh tools/configure.sh "$folder" -Dfuzz=true -Dbuildtype=debugoptimized \
  -Db_sanitize=address,undefined -Db_lundef=false
ninja -C "$folder" fuzz-targets xylem

rm -rf "$folder/seeds"
sh fuzz/seeds.sh "$folder/seeds" "$folder/xylem"
mkdir -p "$folder/corpus"
cp -r "$folder/seeds/." "$folder/corpus"
exec sh fuzz/run.sh "$folder" "$@"
