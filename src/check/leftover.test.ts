import { expect } from 'chai';
import { check } from './check.ts';
import { postgresUnsupported } from './rules/postgres-unsupported.ts';
import { resourcesMissing } from './rules/resources-missing.ts';
import { cnpg } from './rules/try-rule.ts';

const nowMs = Date.UTC(2026, 10, 1);
const cluster = (name: string, image: string) =>
  cnpg(
    'Cluster',
    name,
    `  instances: 3\n  imageName: registry.example/postgresql:${image}\n  storage: { size: 1Gi }\n`,
  );
const deployed = [
  { file: 'shop/kustomization.yaml', text: 'resources: [cluster.yaml]\n' },
  { file: 'shop/cluster.yaml', text: cluster('shop', '17.5') },
];
const application = (path: string) => ({
  file: 'argo.yaml',
  text: `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a }\nspec:\n  source:\n    path: ${path}\n`,
});
const filesWith = (rule: typeof postgresUnsupported, ...more: { file: string; text: string }[]) =>
  check([...deployed, ...more], nowMs, [rule]).map(({ file }) => file);

describe('clusters that an upgrade has left behind', () => {
  const old = { file: 'hand/old.yaml', text: cluster('first', '13.2') };

  it('are those that nothing deploys or uses beside a newer one that is deployed', () => {
    expect(filesWith(postgresUnsupported, old)).to.eql([]);
    const app = {
      file: 'app.yaml',
      text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: db }\ndata: { DB_HOST: first-rw }\n',
    };
    expect(filesWith(postgresUnsupported, old, app)).to.eql(['hand/old.yaml']);
    const kustomization = { file: 'hand/kustomization.yaml', text: 'resources: [old.yaml]\n' };
    expect(filesWith(postgresUnsupported, old, kustomization)).to.eql(['hand/old.yaml']);
  });

  it('are not those in a folder that an Application of Argo CD may name', () => {
    for (const path of ['hand', './hand/', '.', "'{{ .path }}'"])
      expect(filesWith(postgresUnsupported, old, application(path)), path).to.eql(['hand/old.yaml']);
    expect(filesWith(postgresUnsupported, old, application('other'))).to.eql([]);
  });

  it('have no findings of other rules but errors, unless their version gets releases', () => {
    expect(filesWith(resourcesMissing, old)).to.eql(['shop/cluster.yaml']);
    expect(filesWith(resourcesMissing, { ...old, text: cluster('first', '16.2') })).to.contain('hand/old.yaml');
  });
});
