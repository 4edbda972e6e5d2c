#!/usr/bin/env bash
# Writes the checksums of the release's files, and signs them.   scripts/release/sign-files.sh <folder>
# SIGN=no writes the checksums only.
set -euo pipefail
cd "$1"
sha256sum -- *.tgz *.tar.gz krew.yaml > checksums.txt
[ "${SIGN:-yes}" = no ] && exit
cosign sign-blob --yes --bundle checksums.txt.sigstore.json checksums.txt
