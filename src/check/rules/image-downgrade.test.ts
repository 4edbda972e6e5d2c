import { expect } from 'chai';
import { imageDowngrade } from './image-downgrade.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const image = (tag: string) => `  imageName: ghcr.io/cloudnative-pg/postgresql:${tag}\n`;
const cluster = (more: string) => cnpg('Cluster', 'pg', `  instances: 3\n  storage: { size: 1Gi }\n${more}`);
const patch = (tag: string) => cnpg('Cluster', 'pg', image(tag));

describe('image-downgrade', () => {
  it('finds a patch below the image of the cluster', () => {
    const [finding] = findingsOf(imageDowngrade, cluster(image('17.5')), patch('16.2'));
    expect(finding).to.include({ file: '2.yaml', line: 7 });
    expect(finding!.message).to.contain('is declared (1.yaml) with PostgreSQL 17');
    expect(findingsAfterChange(imageDowngrade, cluster(image('17.5')), patch('16.2'))).to.eql([]);
  });

  it('finds a patch below the default image', () => {
    expect(linesOf(imageDowngrade, patch('16.2'), cluster(''))).to.eql(['1.yaml:7']);
  });

  it('finds a spec below the data of a running cluster', () => {
    const status =
      'status:\n  image: ghcr.io/cloudnative-pg/postgresql:18.4\n  pgDataImageInfo: { majorVersion: 18 }\n';
    expect(linesOf(imageDowngrade, `${cluster(image('17.5'))}${status}`)).to.eql(['1.yaml:9']);
  });

  it('raises nothing on upgrades, minor changes, digests, a registry’s port, or a cluster alone', () => {
    expect(linesOf(imageDowngrade, cluster(image('17.5')), patch('18.4-system-trixie'))).to.eql([]);
    expect(linesOf(imageDowngrade, cluster(image('17.5')), patch('17.2'))).to.eql([]);
    expect(linesOf(imageDowngrade, cluster(''), patch('latest@sha256:00'))).to.eql([]);
    expect(linesOf(imageDowngrade, cluster('  imageName: r:5000/pg\n'), patch('16.2'))).to.eql([]);
    expect(linesOf(imageDowngrade, cluster(image('16.2')))).to.eql([]);
  });

  it('raises nothing on a second whole cluster of the same name, as of another environment', () => {
    expect(linesOf(imageDowngrade, cluster(image('18.4')), cluster(image('17.5')))).to.eql([]);
  });
});
