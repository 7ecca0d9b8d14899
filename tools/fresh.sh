#!/bin/sh
# Runs the README's commands on a bare Debian and says what they cost: makes a system that has nothing but a user with
# sudo, clones the committed HEAD into it, and runs `make demo` and `make check` there.
#
# usage: fresh.sh bookworm|trixie [FOLDER]      as root, with debootstrap; 6 GB of disk, half an hour
#
# The system is made below FOLDER and left there, or below a temporary folder and removed. Packages that were downloaded
# once are kept in ~/.cache/xylem-fresh, so seconds of setup are those of a near mirror. All mounts are made in a
# namespace of their own: they end with this script, however it ends. What this host needs to reach the network (its
# proxies and certificates) is handed in.
set -eu
LC_ALL=C
export LC_ALL

fail() {
  echo "fresh.sh: $1" >&2
  exit 1
}

# ---- outside: the folder, and the namespace

if [ "${1-}" != --inside ]; then
  case ${1-} in bookworm | trixie) ;; *) fail 'usage: fresh.sh bookworm|trixie [FOLDER]' ;; esac
  [ "$(id -u)" = 0 ] || fail 'making a system takes root'
  command -v debootstrap >/dev/null || fail 'debootstrap is missing: apt-get install debootstrap'
  if [ $# -gt 1 ]; then
    mkdir -p "$2"
    folder=$(cd "$2" && pwd)
  else
    folder=$(mktemp -d "${TMPDIR:-/var/tmp}/xylem-fresh.XXXXXX")
    trap 'rm -rf "$folder"' EXIT
    trap 'exit 130' INT TERM HUP
  fi
  unshare --mount --pid --fork --kill-child sh "$0" --inside "$1" "$folder"
  exit
fi

# ---- inside

release=$2
folder=$3
root=$folder/root
tree=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/xylem-fresh/$release
user=someone

make_system() {
  mkdir -p "$cache"
  debootstrap --variant=minbase --include=sudo --cache-dir="$cache" "$release" "$root" >"$folder/debootstrap.log" ||
    fail "debootstrap failed: $folder/debootstrap.log"
  chroot "$root" useradd --create-home --shell /bin/bash "$user"
  echo "$user ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/$user"
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  echo "127.0.1.1 $(hostname)" >>"$root/etc/hosts"
  apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-)' >"$root/etc/apt/apt.conf.d/80host" || true
  certificates=${PIP_CERT:-${SSL_CERT_FILE:-}}
  [ -z "$certificates" ] || cp "$certificates" "$root/etc/host-certificates"
  git clone --quiet --no-local "$tree" "$root/home/$user/xylem"
  chroot "$root" chown -R "$user:$user" "/home/$user/xylem"
}

mount_system() {
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount --rbind /dev "$root/dev"
  mkdir -p "$cache/archives/partial"
  mount --bind "$cache/archives" "$root/var/cache/apt/archives"
}

# command: runs as the user, in the clone.
as_user() {
  set -- "$1" "HOME=/home/$user" "USER=$user" PATH=/usr/local/bin:/usr/bin:/bin
  for name in http_proxy https_proxy no_proxy; do
    eval "value=\${$name-}"
    [ -z "$value" ] || set -- "$@" "$name=$value"
  done
  [ ! -f "$root/etc/host-certificates" ] || set -- "$@" PIP_CERT=/etc/host-certificates
  command=$1
  shift
  chroot --userspec="$user:$user" "$root" env -i "$@" sh -c "cd ~/xylem && $command"
}

packages() { chroot "$root" dpkg-query -W -f '${Package}=${Version}\n' | sort; }
megabytes() { du -sxm --exclude="$root/var/cache/apt/archives" "$root" | cut -f 1; } # and no other file systems

# The MB to download of the packages on standard input.
download() {
  xargs -r chroot "$root" apt-cache show | awk '$1 == "Size:" { sum += $2 } END { printf "%.0f", sum / 1e6 }'
}

# what, command: runs it, and adds a line to the figures. What it says goes to a file.
step() {
  packages >"$folder/before"
  disk=$(megabytes)
  started=$(date +%s)
  echo "== $release: $1" >&2
  as_user "$2" >"$folder/$1.log" 2>&1 && result=0 || result=$?
  seconds=$(($(date +%s) - started))
  packages | comm -13 "$folder/before" - >"$folder/new"
  printf '%-14s %8s %12s %10s %7s\n' "$1" "$(wc -l <"$folder/new")" "$(download <"$folder/new")" \
    "$(($(megabytes) - disk))" "$seconds" >>"$folder/figures"
  [ "$result" = 0 ] || { tail -n 40 "$folder/$1.log" >&2; fail "'$1' failed with $result: $folder/$1.log"; }
}

[ -d "$root" ] && fail "$root is there already"
make_system
mount_system
printf '%-14s %8s %12s %10s %7s\n' "$release" packages 'MB download' 'MB on disk' seconds >"$folder/figures"
printf '%-14s %8s %12s %10s\n' 'bare system' "$(packages | wc -l)" '' "$(megabytes)" >>"$folder/figures"
step git-make 'sudo apt-get update && sudo apt-get install -y git make'
step make-setup 'make setup'
step make-demo 'make demo'
step setup-check 'sh tools/setup.sh check browser'
step make-check 'make check'
cat "$folder/figures"
grep '^== .* s$' "$folder/make-check.log"
grep '^skipped' "$folder/make-check.log" || true
tail -n 1 "$folder/make-check.log"
