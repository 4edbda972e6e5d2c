#!/usr/bin/env bash
# Builds an image for two architectures, pushes it with SBOM and provenance, and signs it by its digest.
#   scripts/release/image.sh pgdrill Dockerfile v1.2.3
# Needs docker buildx and cosign, logged in to $REGISTRY. PUSH=no builds for this machine only and pushes nothing.
set -euo pipefail
image=$1 file=$2 version=${3#v}
owner=${GITHUB_REPOSITORY_OWNER:?the owner of the images}
name=${REGISTRY:?the registry of the images}/${owner,,}/$image
labels=(
  --label "org.opencontainers.image.version=$version"
  --label "org.opencontainers.image.source=${GITHUB_SERVER_URL:-}/${GITHUB_REPOSITORY:-}"
  --label "org.opencontainers.image.revision=${GITHUB_SHA:-}"
  --label "org.opencontainers.image.licenses=Apache-2.0"
)
tags=(--tag "$name:$version")
# A pre-release takes no tag that others follow.
[[ $version == *-* ]] || tags+=(--tag "$name:${version%.*}" --tag "$name:latest")

if [ "${PUSH:-yes}" = no ]; then
  # shellcheck disable=SC2086 # several words on purpose
  docker build ${BUILD_ARGS:-} "${labels[@]}" "${tags[@]}" --file "$file" .
  exit
fi
metadata=$(mktemp)
docker buildx build --platform linux/amd64,linux/arm64 --sbom=true --provenance=mode=max --push \
  --metadata-file "$metadata" "${labels[@]}" "${tags[@]}" --file "$file" .
digest=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))["containerimage.digest"]' "$metadata")
cosign sign --yes "$name@$digest"
echo "$name@$digest"
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || echo "- \`$name@$digest\`" >> "$GITHUB_STEP_SUMMARY"
