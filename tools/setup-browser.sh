#!/bin/sh
# Installs what the browser tests of the report need: Debian's Chromium, and Playwright from PyPI into .venv/. Where one
# cannot be had, says so and ends well: the tests then skip by name.
set -u
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive
as_root=''
[ "$(id -u)" = 0 ] || as_root=sudo
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
  echo "installing: chromium" >&2
  { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null; } ||
    echo "no chromium: the browser tests will be skipped" >&2
fi
.venv/bin/python -c 'import playwright' 2>/dev/null && exit 0
echo "installing: playwright (into .venv)" >&2
{ python3 -m venv .venv && .venv/bin/python -m pip install --quiet --disable-pip-version-check 'playwright>=1.40'; } ||
  echo "no Playwright: the browser tests will be skipped" >&2
exit 0
