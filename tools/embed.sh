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
list=$(
  {
    (cd "$folder" && find . -type f ! -name meson.build ! -name README.md) | sed "s|^\./\(.*\)|\1=$folder/\1|"
    for further in "$@"; do echo "$further"; done
  } | sort
)
{
  echo '/* made by tools/embed.sh */'
  echo '#include "base/file.h"'
  i=0
  for pair in $list; do
    printf 'extern const unsigned char xy__embedded_%d[], xy__embedded_%d_end[];\n' $i $i
    printf '__asm__(".pushsection .rodata\\n.balign 64\\n.globl xy__embedded_%d\\n.hidden xy__embedded_%d\\nxy__embedded_%d:\\n.incbin \\"%s\\"\\n.globl xy__embedded_%d_end\\n.hidden xy__embedded_%d_end\\nxy__embedded_%d_end:\\n.byte 0\\n.popsection");\n' \
      $i $i $i "${pair#*=}" $i $i $i
    i=$((i + 1))
  done
  echo 'const xy__embedded xy__embedded_table[] = {'
  i=0
  for pair in $list; do
    printf '  {"%s", xy__embedded_%d, xy__embedded_%d_end},\n' "${pair%%=*}" $i $i
    i=$((i + 1))
  done
  echo '  {0, 0, 0}};'
} >"$out.tmp"
mv "$out.tmp" "$out"
