#!/bin/sh
# Configures a folder to build in, unless that is done. A configuration that was interrupted left no build.ninja, but what
# Meson takes for a configured folder: it is made anew. usage: configure.sh FOLDER [OPTION-OF-MESON…]
set -eu
[ ! -f "$1/build.ninja" ] || exit 0
rm -rf "$1/meson-private"
exec meson setup "$@"
