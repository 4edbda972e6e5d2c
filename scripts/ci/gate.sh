#!/usr/bin/env bash
# Checks manifests and runs drills as a gate, in the current folder. Ends with the exit code of `pgdrill ci`.
#   PGDRILL_CI_SCENARIOS  names of scenarios, separated by spaces; empty: no drills
#   PGDRILL_CI_MANIFESTS  paths of manifests, separated by spaces; empty: none are checked
#   PGDRILL_CI_CHECK      error (default): findings fail the job; report: they do not
#   PGDRILL_CI_STACK, PGDRILL_CI_BASELINE, PGDRILL_CI_REPEAT   as the options of `pgdrill run`
#   PGDRILL_LAB_ARCHIVE   a file that the CI system caches; it keeps the lab's root file system with owners and modes
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
reports=${PGDRILL_OUT:-reports}
archive=${PGDRILL_LAB_ARCHIVE:-}

words=(ci)
read -ra scenarios <<< "${PGDRILL_CI_SCENARIOS:-}"
read -ra manifests <<< "${PGDRILL_CI_MANIFESTS:-}"
for option in stack baseline repeat check; do
  name=PGDRILL_CI_${option^^}
  [ -z "${!name:-}" ] || words+=("--$option" "${!name}")
done
words+=("${scenarios[@]}")
# Last, for it takes every word that follows.
[ "${#manifests[@]}" = 0 ] || words+=(--manifests "${manifests[@]}")

# With root the lab runs on the runner itself; without, in Docker.
root=()
if [ "$(id -u)" != 0 ] && sudo -n true 2> /dev/null; then root=(sudo -n -E env "PATH=$PATH"); fi
pgdrill() { "${root[@]}" node "$here/scripts/start.mjs" "$@"; }

if { [ "$(id -u)" = 0 ] || [ "${#root[@]}" -gt 0 ]; } && [ "${#scenarios[@]}" -gt 0 ] && [ "${PGDRILL_CI_STACK:-lab}" = lab ]; then
  export PGDRILL_CACHE=${PGDRILL_CACHE:-/var/cache/pgdrill}
  if [ -n "$archive" ] && [ -e "$archive" ] && [ ! -e "$PGDRILL_CACHE" ]; then
    echo "unpacking the lab's root file system from the cache"
    "${root[@]}" mkdir -p -m 700 "$PGDRILL_CACHE"
    "${root[@]}" tar -xzf "$archive" --numeric-owner -C "$PGDRILL_CACHE"
  fi
  if pgdrill prepare && [ -n "$archive" ] && [ ! -e "$archive" ]; then
    echo "packing the lab's root file system for the cache"
    mkdir -p "$(dirname "$archive")"
    "${root[@]}" tar -C "$PGDRILL_CACHE" --numeric-owner --exclude lock -c . | gzip -1 > "$archive.part"
    mv "$archive.part" "$archive"
  fi
fi

code=0
pgdrill "${words[@]}" || code=$?
[ "${#scenarios[@]}" = 0 ] || pgdrill heal || true
# What root wrote belongs to the user of the job, who uploads it.
if [ "${#root[@]}" -gt 0 ] && [ -e "$reports" ]; then sudo -n chown -R "$(id -u):$(id -g)" "$reports"; fi
exit "$code"
