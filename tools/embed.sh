#!/bin/sh
# Writes a C file that embeds every file below a folder, and further files under names of their choice, with the
# assembler's .incbin, and a table of them sorted by name (src/base/file.h). usage: embed.sh OUT.c FOLDER [NAME=FILE…]
set -eu
out=$1
folder=$2
shift 2
LC_ALL=C
export LC_ALL

# One "NAME=FILE" a line; every FILE is absolute.
list() {
  (cd "$folder" && find . -type f ! -name meson.build ! -name README.md) | while IFS= read -r found; do
    printf '%s=%s/%s\n' "${found#./}" "$folder" "${found#./}"
  done
  [ $# = 0 ] || printf '%s\n' "$@"
}

list "$@" | sort >"$out.list"
{
  echo '/* made by tools/embed.sh */'
  echo '#include "base/file.h"'
  i=0
  while IFS= read -r pair; do
    printf 'extern const unsigned char xy__embedded_%d[], xy__embedded_%d_end[];\n' $i $i
    printf '__asm__(".pushsection .rodata\\n.balign 64\\n.globl xy__embedded_%d\\n.hidden xy__embedded_%d\\nxy__embedded_%d:\\n.incbin \\"%s\\"\\n.globl xy__embedded_%d_end\\n.hidden xy__embedded_%d_end\\nxy__embedded_%d_end:\\n.byte 0\\n.popsection");\n' \
      $i $i $i "${pair#*=}" $i $i $i
    i=$((i + 1))
  done <"$out.list"
  echo 'const xy__embedded xy__embedded_table[] = {'
  i=0
  while IFS= read -r pair; do
    printf '  {"%s", xy__embedded_%d, xy__embedded_%d_end},\n' "${pair%%=*}" $i $i
    i=$((i + 1))
  done <"$out.list"
  echo '  {0, 0, 0}};'
} >"$out.tmp"
mv "$out.tmp" "$out"
rm "$out.list"
