#!/usr/bin/env bash
# Makes a CI runner ready for drills: the programs that a lab calls, and this package's own dependencies where it is a
# checkout. Without root, sudo or apt-get it installs nothing: the lab then needs Docker.
#   GITHUB_OUTPUT  gets key=<word>: for the cache of the lab's root file system
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)

root=()
if [ "$(id -u)" != 0 ]; then root=(sudo -n); fi
if command -v apt-get > /dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2> /dev/null; }; then
  packages=(debootstrap iproute2 iptables util-linux)
  # Elsewhere than on Debian, what its archive is verified with.
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || packages+=(debian-archive-keyring)
  missing=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null | grep -qx installed || missing+=("$package")
  done
  if [ "${#missing[@]}" -gt 0 ]; then
    echo "installing ${missing[*]}"
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
  fi
fi

if [ -e "$here/src/cli/main.ts" ] && [ ! -e "$here/node_modules/commander" ]; then
  echo "installing the dependencies of pgdrill"
  (cd "$here" && npm install --no-save --no-audit --no-fund --ignore-scripts --omit=dev --omit=optional --loglevel=error)
fi

if [ -n "${GITHUB_OUTPUT:-}" ]; then
  echo "key=$(node "$here/scripts/start.mjs" prepare --key)" >> "$GITHUB_OUTPUT"
fi
