#!/usr/bin/env bash
# Packs the Helm chart with the version of the release, pushes it as an OCI artifact and signs it by its digest.
#   scripts/release/chart.sh v1.2.3
# PUSH=no only lints and packs. A repository without a chart has nothing to publish.
set -euo pipefail
version=${1#v}
chart=charts/pgdrill
if [ ! -e "$chart/Chart.yaml" ]; then
  echo "no chart in $chart: nothing to publish"
  exit
fi
helm lint "$chart"
folder=$(mktemp -d)
helm package "$chart" --version "$version" --app-version "$version" --destination "$folder"
[ "${PUSH:-yes}" = no ] && exit
owner=${GITHUB_REPOSITORY_OWNER:?the owner of the chart}
name=${REGISTRY:?the registry of the chart}/${owner,,}/charts
helm push "$folder/pgdrill-$version.tgz" "oci://$name" 2>&1 | tee "$folder/push"
digest=$(sed -n 's/^Digest: *//p' "$folder/push")
cosign sign --yes "$name/pgdrill@$digest"
