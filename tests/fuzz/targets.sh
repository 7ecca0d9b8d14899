#!/bin/sh
# The fuzz targets over their seeds, as a test. usage: targets.sh PROGRAM
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sh "$XYLEM_ROOT/fuzz/seeds.sh" "$work" "$XYLEM" || { cat "$work/.run.log"; exit 1; }
XYLEM_FUZZ_SEEDS=$work "$1"
