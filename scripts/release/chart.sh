#!/usr/bin/env bash
# Packs the Helm chart with the version of the release, pushes it as an OCI artifact and signs it by its digest.
#   scripts/release/chart.sh v1.2.3
# Needs helm, cosign and the dependencies of the package. PUSH=no only lints and packs, and leaves the file in chart/.
set -euo pipefail
version=${1#v}
folder=${CHART_FOLDER:-chart}
node scripts/chart.mjs "$folder"
helm lint --strict "$folder/pgdrill" --set cluster=pg,database=app,secret=app,image.repository=example.org/pgdrill
helm package "$folder/pgdrill" --version "$version" --app-version "$version" --destination "$folder"
[ "${PUSH:-yes}" = no ] && exit
owner=${GITHUB_REPOSITORY_OWNER:?the owner of the chart}
name=${REGISTRY:?the registry of the chart}/${owner,,}/charts
helm push "$folder/pgdrill-$version.tgz" "oci://$name" 2>&1 | tee "$folder/push"
digest=$(sed -n 's/^Digest: *//p' "$folder/push")
cosign sign --yes "$name/pgdrill@$digest"
