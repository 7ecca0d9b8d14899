#!/bin/sh
# The public header alone compiles as C11 and C++17, with an initialiser for every struct of options; the library exports exactly the functions that it declares.
# The program is hardened as docs/security.md says. usage: library.sh HEADER LIBRARY SANITIZED FORTIFIED
. "$(dirname "$0")/tap.sh"
header=$1
library=$2
sanitized=$3
fortified=$4
for language in 'cc -std=c11 -x c' 'c++ -std=c++17 -x c++'; do
  if command -v "${language%% *}" >/dev/null; then
    # shellcheck disable=SC2086 # words
    ok "$language" $language -pedantic -Wall -Wextra -Werror -fsyntax-only "$header"
  else
    skipped "$language" 'no such compiler here'
  fi
done
# Every struct of options has its initialiser, in both languages.
{
  echo '#include "xylem.h"'
  grep -oE '^\} xy_[a-z]+_options;' "$header" | tr -d '}; ' | while read -r name; do
    echo "$name ${name}_zero = $(echo "$name" | tr a-z A-Z)_INIT;"
  done
} >"$work/options.c"
for language in 'cc -std=c11 -x c' 'c++ -std=c++17 -x c++'; do
  if command -v "${language%% *}" >/dev/null; then
    # shellcheck disable=SC2086 # words
    ok "initialisers: $language" $language -pedantic -Wall -Werror -fsyntax-only -I"$(dirname "$header")" "$work/options.c"
  else
    skipped "initialisers: $language" 'no such compiler here'
  fi
done
if [ "$sanitized" != none ]; then
  skipped 'exported names' 'the sanitizers add their own'
elif ! command -v readelf >/dev/null; then
  skipped 'exported names' 'readelf is not installed'
else
  readelf -sW "$library" 2>/dev/null | awk '$5 != "LOCAL" && $6 == "DEFAULT" && $7 != "UND" && $4 ~ /FUNC|OBJECT/ {print $8}' |
    sort -u >"$work/exported"
  tr '\n' ' ' <"$header" | grep -oE 'XY_EXPORT [^;]*;' | grep -oE 'xy_[a-z_0-9]+\(' | tr -d '(' | sort -u >"$work/declared"
  diff "$work/declared" "$work/exported" >"$work/out"
  ok 'exported names are the declared ones' no_out
fi
if [ "$sanitized" != none ]; then
  skipped 'hardening' 'the sanitizers link in their own way'
elif ! command -v readelf >/dev/null; then
  skipped 'hardening' 'readelf is not installed'
else
  has() { # name, option of readelf, pattern
    readelf "$2" "$XYLEM" >"$work/out" 2>"$work/err"
    ok "$1" grep -Eq "$3" "$work/out"
  }
  has 'the program stands anywhere in memory' -hW 'Type: *DYN'
  has 'relocations are read-only' -lW 'GNU_RELRO'
  has 'and all made at the start' -dW 'BIND_NOW|FLAGS_1.* NOW'
  has 'no stack is executable' -lW 'GNU_STACK .* RW '
  has 'stacks are guarded' -sW '__stack_chk_fail'
  if [ -n "$fortified" ]; then
    has 'calls of the C library are checked' -sW '__v?snprintf_chk'
  else
    skipped 'calls of the C library are checked' 'this build is not optimised'
  fi
fi
finish
