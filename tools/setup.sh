#!/bin/sh
# Installs the Debian packages that building, testing and the demo need. Does nothing when all are there.
set -eu
packages='gcc g++ libc6-dev make meson ninja-build pkg-config libdnnl-dev libpcre2-dev libutf8proc-dev
  libjansson-dev libyaml-dev libcsv-dev libsqlite3-dev librandom123-dev libssl-dev libsmartcols-dev librsvg2-dev
  libcairo2-dev node-d3 libcmocka-dev clang-format clang-tidy python3 python3-jsonschema python3-venv
  python3-yaml mandoc bsdextrautils'
missing=''
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "installing:$missing" >&2
as_root=''
[ "$(id -u)" = 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
