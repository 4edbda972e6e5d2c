#!/usr/bin/env bash
# Makes the single executable files of both architectures, packed with the license.   scripts/release/single-files.sh <folder>
# The Node.js in them is that of the lock file, from its npm packages; none of their scripts runs.
set -euo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm run --silent build
for arch in x64 arm64; do
  package=node-linux-$arch
  version=$(node -p 'JSON.parse(require("fs").readFileSync("package-lock.json", "utf8")).packages[process.argv[1]]?.version ?? ""' "node_modules/$package")
  [ -n "$version" ] || version=$(node -p 'JSON.parse(require("fs").readFileSync("package.json", "utf8")).optionalDependencies[process.argv[1]]' "$package")
  mkdir -p "$work/$arch"
  (cd "$work/$arch" && npm pack --silent "$package@$version" > name && tar -xzf "$(tail -1 name)" package/bin/node)
  node scripts/single-file/build.mjs "$arch" "$work/$arch/single" "$work/$arch/package/bin/node"
  mv "$work/$arch/single/pgdrill-linux-$arch" "$work/$arch/single/pgdrill"
  cp LICENSE "$work/$arch/single/"
  tar -C "$work/$arch/single" --owner=0 --group=0 -czf "$folder/pgdrill-linux-$arch.tar.gz" pgdrill LICENSE
done
