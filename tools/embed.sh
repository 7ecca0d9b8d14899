#!/bin/sh
# Writes a C file that embeds every file below a folder with the assembler's .incbin, and a table of them sorted by
# name (src/base/file.h). usage: embed.sh OUT.c FOLDER
set -eu
out=$1
folder=$2
LC_ALL=C
export LC_ALL
case $out in /*) ;; *) out=$PWD/$out ;; esac
cd "$folder"
list=$(find . -type f ! -name meson.build ! -name README.md | sed 's|^\./||' | sort)
{
  echo '/* made by tools/embed.sh */'
  echo '#include "base/file.h"'
  i=0
  for name in $list; do
    printf 'extern const unsigned char xy__embedded_%d[], xy__embedded_%d_end[];\n' $i $i
    printf '__asm__(".pushsection .rodata\\n.balign 64\\n.globl xy__embedded_%d\\n.hidden xy__embedded_%d\\nxy__embedded_%d:\\n.incbin \\"%s/%s\\"\\n.globl xy__embedded_%d_end\\n.hidden xy__embedded_%d_end\\nxy__embedded_%d_end:\\n.byte 0\\n.popsection");\n' \
      $i $i $i "$folder" "$name" $i $i $i
    i=$((i + 1))
  done
  echo 'const xy__embedded xy__embedded_table[] = {'
  i=0
  for name in $list; do
    printf '  {"%s", xy__embedded_%d, xy__embedded_%d_end},\n' "$name" $i $i
    i=$((i + 1))
  done
  echo '  {0, 0, 0}};'
} >"$out.tmp"
mv "$out.tmp" "$out"
