#!/bin/sh
# Installs what a step of the work needs and this system has not. When all is there, it does nothing and asks for no
# network.
# usage: setup.sh STEP…
#   build    compiler and libraries: without them there is no xylem, so a failure ends with 1
#   check    the checks of style, man pages and schemas      } without them, the tests that need them
#   browser  Chromium, and Playwright from PyPI into .venv/  } are skipped by name
#   fuzz     Clang with libFuzzer
#   torch    PyTorch and Transformers from PyPI into .venv-torch/
set -eu
cd "$(dirname "$0")/.."

packages_of() {
  case $1 in
    build)
      echo gcc libc6-dev meson ninja-build pkg-config libdnnl-dev libpcre2-dev libutf8proc-dev libjansson-dev \
        libyaml-dev libcsv-dev libsqlite3-dev librandom123-dev libssl-dev libsmartcols-dev librsvg2-dev libcairo2-dev \
        node-d3 libcmocka-dev fonts-liberation
      ;;
    check) echo g++ clang-format-19 clang-tidy-19 libomp-19-dev mandoc python3-jsonschema python3-yaml ;;
    browser) echo chromium python3-venv ;;
    fuzz) echo clang-19 libclang-rt-19-dev libomp-19-dev ;;
    torch) echo python3-venv ;;
    *) echo "setup.sh: no step '$1'" >&2 && return 1 ;;
  esac
}

# step, packages: those that are not installed.
missing_of() {
  for package in $(packages_of "$1"); do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf ' %s' "$package"
  done
}

# what, why: says what a step lacks and what to do about it; false.
lacking() {
  printf 'setup: not installed:%s\nsetup: %s\n' "$1" "$2" >&2
  return 1
}

# what: sets as_root to what runs a command as root.
become_root() {
  as_root=''
  [ "$(id -u)" != 0 ] || return 0
  as_root=sudo
  by_hand="Have an administrator call 'apt-get install --no-install-recommends$1', then call make again."
  command -v sudo >/dev/null || { lacking "$1" "That takes root, and sudo is not here. $by_hand"; return; }
  sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; } ||
    lacking "$1" "That takes root, and sudo refuses, or asks for a password where nobody can type. $by_hand"
}

# What an installation costs, from apt-get's answer, in the words of version 2 (Debian 12) or 3 (Debian 13).
sizes() {
  sed -n -e 's/^Need to get \(.*\) of archives.*/setup: \1 to download/p' \
    -e 's/^After this operation, \(.*\) of additional.*/setup: \1 on disk/p' \
    -e 's/^ *Download size: \(.*\)/setup: \1 to download/p' -e 's|^ *Space needed: \(.*B\) /.*|setup: \1 on disk|p'
}

# what: Debian's packages. sudo drops the environment, hence env. The lists are asked for once and with little patience,
# which tells at once whether there is a network; the packages themselves may take their time.
install() {
  command -v apt-get >/dev/null || {
    lacking "$1" 'There is no apt-get here: install what corresponds to these, and call meson and ninja yourself.'
    return
  }
  become_root "$1" || return
  apt="$as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -o DPkg::Lock::Timeout=120"
  said=$($apt update -qq -o APT::Update::Error-Mode=any -o Acquire::Retries=0 -o Acquire::http::Timeout=10 \
    -o Acquire::https::Timeout=10 2>&1) || {
    echo "$said" | head -n 3 >&2
    lacking "$1" 'The package mirror does not answer (above): give it a network, or apt its proxy, and call make again.'
    return
  }
  echo "setup: installing$1" >&2
  # shellcheck disable=SC2086 # lists of words
  $apt install --assume-no --no-install-recommends $1 2>/dev/null | sizes >&2
  # shellcheck disable=SC2086
  $apt install -y -qq --no-install-recommends $1 >/dev/null ||
    lacking "$1" 'apt-get did not install them (above): mend what it names, and call make again.'
}

# folder, packages of PyPI: into an environment of Python's, once. The mark is written last, so that an interrupted
# installation is made again.
install_python() {
  folder=$1
  shift
  [ ! -e "$folder/complete" ] || return 0
  echo "setup: installing $* from PyPI into $folder" >&2
  mkdir -p "$folder"
  {
    python3 -m venv "$folder" &&
      "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 "$@" &&
      touch "$folder/complete"
  } 2>"$folder/log" || {
    tail -n 1 "$folder/log" >&2
    lacking " $*" 'PyPI gave nothing (above): give it a network, or pip its proxy, and call make again.'
  }
}

step() {
  missing=$(missing_of "$1")
  [ -z "$missing" ] || install "$missing" || return
  case $1 in
    browser) install_python .venv 'playwright>=1.40' ;;
    torch) install_python .venv-torch torch transformers ;;
  esac
}

for name; do
  packages_of "$name" >/dev/null
  step "$name" && continue
  case $name in
    check | browser) echo "setup: goes on; the tests that need them are skipped by name" >&2 ;;
    *) exit 1 ;;
  esac
done
