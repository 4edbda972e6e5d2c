import { expect } from 'chai';
import { cluster, pooler } from '../example.ts';
import { annotationAsLabel } from './annotation-as-label.ts';
import { changedBy, findingsOf, placesOf } from './try-rule.ts';

const labelled = (labels: string) => cluster('instances: 1', `labels:\n${labels}`);

describe('annotation-as-label', () => {
  it('finds a setting of the operator among the labels', () => {
    expect(placesOf(annotationAsLabel, labelled('  team: a\n  cnpg.io/hibernation: "on"'))).to.eql([
      'cnpg.io/hibernation: "on"',
    ]);
  });

  it('moves the line, and the last one with its map', () => {
    const [several] = changedBy(annotationAsLabel, labelled('  team: a\n  cnpg.io/skipWalArchiving: enabled'));
    expect(several)
      .to.contain('  labels:\n    team: a\n')
      .and.contain('  annotations:\n    cnpg.io/skipWalArchiving: enabled\n');
    const [only] = changedBy(annotationAsLabel, labelled('  cnpg.io/skipWalArchiving: enabled'));
    expect(only).not.to.contain('labels');
    expect(only).to.contain('  annotations:\n    cnpg.io/skipWalArchiving: enabled\n');
  });

  it('changes JSON too', () => {
    const text =
      '{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: pg, labels: {a: "1", cnpg.io/hibernation: "off"}}, spec: {}}';
    const [finding] = findingsOf(annotationAsLabel, text);
    expect(finding!.change).to.contain('annotations');
    expect(findingsOf(annotationAsLabel, ...changedBy(annotationAsLabel, text))).to.eql([]);
  });

  it('raises nothing on annotations, and on labels of others', () => {
    for (const text of [
      cluster('instances: 1', 'annotations:\n  cnpg.io/hibernation: "on"'),
      labelled('  cnpg.io/reload: ""\n  hibernation: "on"'),
      pooler('instances: 1'),
    ])
      expect(placesOf(annotationAsLabel, text), text).to.eql([]);
  });
});
