# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# For the scripts beside this file: Debian packages of a pinned version, with what they depend on and this machine lacks,
# unpacked below a temporary folder that is gone with the script. Installs nothing and needs no root.
set -euo pipefail

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
export PATH=$root/usr/bin:$PATH LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu

# use_packages NAME=VERSION...
use_packages() {
  local wanted
  # Lines "Inst NAME (VERSION …": what installing them would bring.
  wanted=$(apt-get -s --no-install-recommends install "$@" | sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p') ||
    { echo "apt knows no $*: run apt-get update, or the archive has moved on" >&2; exit 2; }
  mkdir "$root/deb"
  (cd "$root/deb" && printf '%s\n' "$@" $wanted | sort -u | xargs apt-get -qq -o APT::Sandbox::User="$(id -un)" download) ||
    { echo "the packages can't be downloaded" >&2; exit 2; }
  local package
  for package in "$root"/deb/*.deb; do dpkg -x "$package" "$root"; done
}

# as_found WHAT COMMAND...: the command has to succeed, else the behaviour has changed.
as_found() {
  local what=$1
  shift
  if "$@"; then echo "as found: $what"; else echo "CHANGED: no longer so: $what"; changed=1; fi
}
changed=0
finish() { exit "$changed"; }
