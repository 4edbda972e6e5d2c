import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { experimentKinds } from '../faults/words/experiment.ts';
import { experimentName, fitted, goDurationMs, isOfDrill, parseExperiment, titleOf } from './experiment.ts';

const folder = 'fixtures/experiments';
const podFailure = readFileSync(`${folder}/pod-failure.yaml`, 'utf8');
const refusal = (text: string): string => {
  try {
    parseExperiment(text, 'x.yaml');
    return 'it was accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the file of an experiment', () => {
  it('is read, of each kind that breaks pods', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    const read = files.map((name) => parseExperiment(readFileSync(`${folder}/${name}`, 'utf8'), name));
    expect(new Set(read.map(({ kind }) => kind))).to.deep.equal(new Set(Object.keys(experimentKinds)));
    const { kind, action, durationMs } = parseExperiment(podFailure, 'x.yaml');
    expect([kind, action, durationMs]).to.deep.equal(['PodChaos', 'pod-failure', 60_000]);
  });

  it('is refused in one sentence where it is something else', () => {
    const refused: readonly [string, string][] = [
      ['', 'should hold an experiment of Chaos Mesh, but is empty'],
      ['a: [', 'x.yaml is not YAML'],
      ['- 1', 'should hold an experiment of chaos-mesh.org/v1alpha1, but holds something else'],
      [`${podFailure}---\n${podFailure}`, 'should hold one experiment, but holds 2 resources'],
      ['{apiVersion: litmuschaos.io/v1alpha1, kind: ChaosEngine}', 'is a ChaosEngine of LitmusChaos'],
      ['{apiVersion: v1, kind: Pod}', 'but holds a Pod of v1'],
      [podFailure.replace('v1alpha1', 'v2'), 'but holds a PodChaos of chaos-mesh.org/v2'],
      [podFailure.replace('PodChaos', 'Schedule'), 'is a Schedule, which injects again and again'],
      [podFailure.replace('PodChaos', 'Workflow'), 'is a Workflow, which injects again and again'],
      [podFailure.replace('PodChaos', 'AWSChaos'), 'is a AWSChaos; experiments that can be'],
      [podFailure.replace('mode: one', 'mode: some'), 'spec.mode: Invalid option'],
      [podFailure.replace(/ {2}selector:[\s\S]*/, ''), 'spec.selector: Invalid input'],
      [podFailure.replace('labelSelectors', 'labelSelector'), 'spec.selector: Unrecognized key: "labelSelector"'],
      [podFailure.replace('  duration: 60s\n', ''), 'has no end; give it one: spec.duration: 60s'],
      [podFailure.replace('60s', '60'), 'spec.duration: expected a length such as 60s'],
      [
        podFailure.replace('60s', '60x'),
        'should have a spec.duration of 5s or more, such as 90s or 1m30s, but has "60x"',
      ],
      [podFailure.replace('60s', '4s'), 'but has "4s"'],
      [podFailure.replace('60s', '-60s'), 'but has "-60s"'],
      [podFailure.replace('  mode: one', '  mode: one\n  scheduler: { cron: "@every 2m" }'), 'has a scheduler'],
      [podFailure.replace('  mode: one', '  mode: one\n  remoteCluster: other'), 'has a remoteCluster'],
      [
        podFailure.replace('metadata:', 'metadata:\n  annotations: { experiment.chaos-mesh.org/pause: "true" }'),
        'is paused',
      ],
    ];
    for (const [text, sentence] of refused) expect(refusal(text), text).to.contain(sentence);
    expect(refusal(podFailure)).to.equal('it was accepted');
  });

  it('needs no end where it breaks once', () => {
    const once = podFailure.replace('pod-failure', 'pod-kill').replace('  duration: 60s\n', '');
    expect(parseExperiment(once, 'x.yaml').durationMs).to.equal(undefined);
  });

  it('has an end as Go writes it', () => {
    expect(['90s', '1m30s', '1.5m', '1h', '500ms', '5', 's', '', '1d'].map(goDurationMs)).to.deep.equal([
      ...[90_000, 90_000, 90_000, 3_600_000, 500],
      ...[undefined, undefined, undefined, undefined],
    ]);
  });

  it('names the other end only where its pods are changed too', () => {
    const cut = (direction: string) =>
      parseExperiment(
        podFailure
          .replace('PodChaos', 'NetworkChaos')
          .replace(
            'action: pod-failure',
            `action: partition\n  direction: ${direction}\n  target: { mode: all, selector: { pods: { db: [a] } } }`,
          ),
        'x.yaml',
      ).changesAlso?.selector.pods;
    expect([cut('to'), cut('both'), cut('from')]).to.deep.equal([undefined, { db: ['a'] }, { db: ['a'] }]);
  });

  it('becomes a resource of the drill for one pod by its name, and keeps what it does', () => {
    const found = parseExperiment(podFailure.replace('mode: one', 'mode: fixed\n  value: "1"'), 'x.yaml');
    const made = fitted(found, { name: experimentName('pg', '0a1b2c'), namespace: 'db', cluster: 'pg', pod: 'pg-2' });
    expect(made.metadata.name).to.equal('pgdrill-pg-0a1b2c');
    expect(made.spec).to.deep.equal({
      ...{ action: 'pod-failure', duration: '60s', mode: 'one' },
      selector: { namespaces: ['db'], pods: { db: ['pg-2'] } },
    });
    expect(isOfDrill(made.metadata.labels, 'pg')).to.equal(true);
    expect(isOfDrill(made.metadata.labels, 'other')).to.equal(false);
    expect(isOfDrill({ 'pgdrill.dev/cluster': 'pg' }, 'pg')).to.equal(false);
    expect(titleOf(found)).to.equal('PodChaos pod-failure');
    expect(titleOf({ kind: 'TimeChaos', action: undefined })).to.equal('TimeChaos');
  });
});
