// Writes the krew manifest of `kubectl pgdrill` beside the single files that it names, with their digests.
//   node scripts/release/krew.mjs <folder> <address that the files will have>
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, address] = process.argv.slice(2);
if (!folder || !address) {
  console.error('usage: node scripts/release/krew.mjs <folder> <address>');
  process.exit(3);
}
const { version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
/** krew’s word for an architecture, by Node’s. */
const architectures = { x64: 'amd64', arm64: 'arm64' };

const platforms = Object.entries(architectures).map(([arch, name]) => {
  const file = `pgdrill-linux-${arch}.tar.gz`;
  if (!existsSync(join(folder, file))) {
    console.error(`release: ${join(folder, file)} is missing: run scripts/release/single-files.sh ${folder} first`);
    process.exit(1);
  }
  const sha256 = createHash('sha256')
    .update(readFileSync(join(folder, file)))
    .digest('hex');
  return `  - selector: { matchLabels: { os: linux, arch: ${name} } }
    uri: ${address}/${file}
    sha256: ${sha256}
    files:
      - { from: pgdrill, to: kubectl-pgdrill }
      - { from: LICENSE, to: . }
    bin: kubectl-pgdrill
`;
});

writeFileSync(
  join(folder, 'krew.yaml'),
  `# ${license}
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: pgdrill
spec:
  version: v${version}
  shortDescription: Failover drills for PostgreSQL
  description: |
    Injects a real fault into a CloudNativePG cluster that opted in, under load, and reports how long
    writes were down and whether an acknowledged write was lost. Also checks manifests (check) and
    observes maintenance (watch).
  caveats: |
    A drill injects a fault only into a Cluster whose owner has annotated it for that. Every drill needs
    pods/exec in the namespace of the Cluster: docs/rbac.md says what that allows.
  platforms:
${platforms.join('')}`,
);
console.log(`wrote ${join(folder, 'krew.yaml')}`);
