import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { TestApi } from '../test-api.ts';
import { startChaosMesh, type Trouble } from '../test-chaos-mesh.ts';
import { furnish, target } from '../test-furnished.ts';
import { experimentAt } from './experiment.ts';

const pace = { everyMs: 10, injectedWithinMs: 300, recoveredWithinMs: 300 };
const experiment = experimentAt(pace);
const aimed = target as Extract<typeof target, { kind: 'instance' }>;
const file = (name: string) => ({ file: `fixtures/experiments/${name}.yaml` });
const chaos = '/apis/chaos-mesh.org/v1alpha1/namespaces/db';
const kinds = ['pod-kill', 'pod-failure', 'network-delay', 'io-latency', 'stress', 'time'] as const;

describe('an experiment of Chaos Mesh', function suite() {
  this.timeout(20_000);
  let api: TestApi;
  let at: ClusterAt;
  let folder: string;
  const ends: (() => void)[] = [];
  let seen = { code: 0, ms: 0, comm: '', clockMs: 0 };
  beforeEach(async () => {
    api = await TestApi.start();
    at = api.at();
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-experiment-'));
    ends.push(furnish(api));
    seen = { code: 2, ms: 300, comm: 'stress-ng', clockMs: -600_000 };
    at.kube.run = async (_namespace, _pod, _container, command) => answerTo(command, left().length > 0);
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) end();
    await api[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  const mesh = (trouble: Trouble = {}) => void ends.push(startChaosMesh(api, trouble));
  const left = () => [...api.objects.keys()].filter((path) => path.startsWith(chaos));
  const made = () => api.objects.get(left()[0]!)!;
  const failure = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'it succeeded',
      (error: Error) => error.message,
    );
  /** What a command in a pod prints while an experiment is in effect, and before. */
  function answerTo(command: readonly string[], broken: boolean): string {
    const text = command.join(' ');
    if (text.includes('pg_isready')) return `${broken ? `${seen.code} ${seen.ms}` : '0 20'}\n`.repeat(3);
    if (text.includes('comm')) return `postgres\n${broken ? seen.comm : 'manager'}\n`;
    return String(Date.now() + (broken ? seen.clockMs : 0));
  }
  /** A file that is another one with a change. */
  async function changed(name: string, from: string | RegExp, to: string) {
    const path = join(folder, 'changed.yaml');
    await writeFile(path, (await readFile(file(name).file, 'utf8')).replace(from, to));
    return { file: path };
  }

  const lost = (share: string) =>
    changed('network-delay', /action: delay\n {2}delay:\n.*\n/, `action: loss\n  loss: { loss: "${share}" }\n`);

  for (const name of kinds)
    it(`(${name}) is injected into the pod of the target, proved, and undone by its record alone, twice`, async () => {
      mesh();
      const { how, breakIt, prove } = await experiment.prepare(at, aimed, file(name));
      expect(left()).to.deep.equal([]);
      await breakIt();
      expect(made().spec).to.deep.include({ mode: 'one', selector: { namespaces: ['db'], pods: { db: ['pg-1'] } } });
      expect(made().metadata.name)
        .to.match(/^pgdrill-pg-[0-9a-f]{6}$/)
        .and.to.equal(how.name);
      expect(await prove()).to.match(/^Chaos Mesh reports that it injected \w+.* into pg-1/);
      for (let i = 0; i < 2; i++) expect(await experiment.heal(at, how)).to.contain('Chaos Mesh has let go of pg-1');
      expect(left()).to.deep.equal([]);
    });

  it('says what it is and how long it lasts, where its file does', async () => {
    const lasting = await experiment.prepare(at, aimed, file('pod-failure'));
    expect(lasting.described).to.deep.equal({ tool: 'Chaos Mesh', experiment: 'PodChaos pod-failure', for: '60000ms' });
    expect(lasting.lastsMs).to.equal(60_000);
    const reported = await experiment.prepare(at, aimed, file('io-latency'));
    expect(reported.described).to.include({ experiment: 'IOChaos latency', reportedBy: 'Chaos Mesh' });
    const once = await experiment.prepare(at, aimed, file('pod-kill'));
    expect(once.described).to.deep.equal({ tool: 'Chaos Mesh', experiment: 'PodChaos pod-kill' });
    expect(once.lastsMs).to.equal(undefined);
  });

  it('is proved by what pgdrill sees as well, and names instances that its selector would also have chosen', async () => {
    mesh();
    const killed = await experiment.prepare(at, aimed, file('pod-kill'));
    await killed.breakIt();
    expect(await killed.prove()).to.contain('into pg-1; its pod is deleted');
    await experiment.heal(at, killed.how);
    const proofs: readonly [Parameters<typeof experiment.prepare>[2], RegExp][] = [
      [
        file('network-delay'),
        /\(its selector also selects pg-2\); an answer to pg-2 takes 300 ms, and took 20 ms before$/,
      ],
      [await lost('100'), /; pg-2 gets no answer from it$/],
      [await changed('network-delay', 'action: delay', 'action: partition'), /; pg-2 gets no answer from it$/],
      [file('stress'), /; 1 processes of stress-ng run in it$/],
      [file('time'), /; its clock is off by -600 s$/],
      [file('io-latency'), /; pgdrill has no proof of its own for it$/],
    ];
    for (const [what, says] of proofs) {
      const { how, breakIt, prove } = await experiment.prepare(at, aimed, what);
      await breakIt();
      expect(await prove()).to.match(says);
      await experiment.heal(at, how);
    }
  });

  it('has no proof of its own where nobody could see it: the journal then says whose report it is', async () => {
    const of = async (what: Parameters<typeof experiment.prepare>[2]) =>
      (await experiment.prepare(at, aimed, what)).described?.reportedBy;
    const towards = 'mode: one\n  target: { mode: all, selector: { labelSelectors: { x: y } } }';
    const peers = "mode: one\n  target: { mode: all, selector: { pods: { db: ['pg-2'] } } }";
    expect(await of(await lost('5'))).to.equal('Chaos Mesh');
    expect(await of(await changed('network-delay', 'mode: one', towards))).to.equal('Chaos Mesh');
    expect(await of(await changed('network-delay', 'mode: one', peers))).to.equal(undefined);
    expect(await of(await changed('network-delay', 'mode: one', 'mode: one\n  externalTargets: [a.b]'))).to.equal(
      'Chaos Mesh',
    );
    expect(await of(await changed('time', '-10m', '-2s'))).to.equal('Chaos Mesh');
  });

  it('is refused before anything is broken, with what is wrong', async () => {
    const refusals: readonly [string, Promise<unknown>][] = [
      [
        'the file of the experiment cannot be read: ENOENT',
        experiment.prepare(at, aimed, { file: join(folder, 'none') }),
      ],
      ['the cluster has no instance pg-9', experiment.prepare(at, { ...aimed, name: 'pg-9' }, file('pod-kill'))],
    ];
    for (const [sentence, work] of refusals) expect(await failure(work)).to.contain(sentence);
    const elsewhere = await changed('pod-kill', 'metadata:', 'metadata:\n  namespace: shop');
    expect(await failure(experiment.prepare(at, aimed, elsewhere))).to.contain(
      'is in the namespace shop, but the Cluster is in db',
    );
    const wide = await changed('network-delay', / {4}labelSelectors:[\s\S]*/, '    namespaces: [db]\n');
    expect(await failure(experiment.prepare(at, aimed, wide))).to.contain(
      'selects pool-x, which is not an instance of pg',
    );
    const cut = await changed(
      'network-delay',
      'mode: one',
      'mode: one\n  direction: both\n  target: { mode: all, selector: { namespaces: [db] } }',
    );
    expect(await failure(experiment.prepare(at, aimed, cut)))
      .to.contain('the other end (spec.target)')
      .and.to.contain('changes pool-x');
    api.forbidden = /POST .*podchaos/;
    expect(await failure(experiment.prepare(at, aimed, file('pod-kill')))).to.match(
      /^the cluster does not admit the PodChaos of \S+: .* is forbidden$/,
    );
    api.groups.delete('/apis/chaos-mesh.org/v1alpha1');
    const none = await failure(experiment.prepare(api.at(), aimed, file('pod-kill')));
    expect(none).to.equal(
      'the experiment needs Chaos Mesh, but the cluster has no PodChaos of chaos-mesh.org/v1alpha1; install Chaos Mesh',
    );
    expect(left()).to.deep.equal([]);
  });

  const unseen: readonly [name: (typeof kinds)[number], Partial<typeof seen>][] = [
    ['network-delay', { ms: 100 }],
    ['stress', { comm: 'bash' }],
    ['time', { clockMs: 0 }],
    ['time', { clockMs: 600_000 }],
  ];
  for (const [name, instead] of unseen)
    it(`(${name}) is not proved by the report of Chaos Mesh alone: ${JSON.stringify(instead)}`, async () => {
      mesh();
      Object.assign(seen, instead);
      const { how, breakIt, prove } = await experiment.prepare(at, aimed, file(name));
      await breakIt();
      expect(await failure(prove())).to.match(
        /^waited 0.3 s for pg-1 to show .*, which Chaos Mesh reports as injected/,
      );
      await experiment.heal(at, how);
    });

  it('(partition) is not proved where a peer still gets an answer', async () => {
    mesh();
    seen.code = 0;
    const { breakIt, prove } = await experiment.prepare(at, aimed, await lost('100'));
    await breakIt();
    expect(await failure(prove())).to.match(
      /^waited 0.3 s for pg-1 to show NetworkChaos loss, which Chaos Mesh reports/,
    );
  });

  const unproved: readonly [what: string, Trouble, name: (typeof kinds)[number], sentence: RegExp][] = [
    [
      'no controller runs',
      { absent: true },
      'pod-kill',
      /to be injected, without success: no controller has looked at it; see that chaos-controller-manager runs/,
    ],
    [
      'it cannot inject',
      { cannotInject: 'no daemon on node a' },
      'stress',
      /to be injected, without success: no daemon on node a$/,
    ],
    ['it is paused', { paused: true }, 'pod-failure', /is paused: someone has paused it/],
    [
      'it breaks another pod',
      { breaks: 'pg-2' },
      'network-delay',
      /should break db\/pg-1 alone, but Chaos Mesh reports that it broke db\/pg-2/,
    ],
    ['the pod shows nothing', { idle: true }, 'pod-failure', /waited 0.3 s for pg-1 to show PodChaos pod-failure/],
    ['the pod is not killed', { idle: true }, 'pod-kill', /for pg-1 to show PodChaos pod-kill/],
  ];
  for (const [what, trouble, name, sentence] of unproved)
    it(`is not proved where ${what}, and can be undone`, async () => {
      mesh(trouble);
      const { how, breakIt, prove } = await experiment.prepare(at, aimed, file(name));
      await breakIt();
      expect(await failure(prove())).to.match(sentence);
      await experiment.heal(at, how);
      expect(left()).to.deep.equal([]);
    });

  it('is not proved where someone has deleted it', async () => {
    mesh({ cannotInject: 'wait' });
    const { breakIt, prove } = await experiment.prepare(at, aimed, file('stress'));
    await breakIt();
    api.objects.delete(left()[0]!);
    expect(await failure(prove())).to.contain('was deleted by someone else before it was injected');
  });

  it('names what Kubernetes has heard of it where its status says nothing', async () => {
    mesh({ silent: true });
    const { how, breakIt, prove } = await experiment.prepare(at, aimed, file('stress'));
    await breakIt();
    const message = 'Failed to apply chaos: no daemon';
    api.add('/api/v1/namespaces/db/events/other', { involvedObject: { name: 'x' }, reason: 'Failed', message: 'x' });
    expect(await failure(prove())).to.match(/to be injected, without success: Chaos Mesh reports no reason$/);
    api.add('/api/v1/namespaces/db/events/e', { involvedObject: { name: how.name }, reason: 'Failed', message });
    expect(await failure(prove())).to.match(/to be injected, without success: Failed to apply chaos: no daemon$/);
  });

  it('is left to its own end where that is near', async () => {
    mesh();
    const { how, breakIt, prove } = await experiment.prepare(at, aimed, await changed('stress', '30s', '5s'));
    await breakIt();
    await prove();
    const since = Date.parse(String((made().metadata as { creationTimestamp?: string }).creationTimestamp));
    while (Date.now() < since + 3_000) await new Promise((resolve) => setTimeout(resolve, 50));
    await experiment.heal(at, how);
    expect(Date.now() - since).to.be.within(5_000, 6_500);
    expect(left()).to.deep.equal([]);
  });

  it('that is never recovered is named, in the words of the controller, and stays on record', async () => {
    mesh({ cannotRecover: 'pod pg-1 cannot be entered' });
    const { how, breakIt, prove } = await experiment.prepare(at, aimed, file('stress'));
    await breakIt();
    await prove();
    expect(await failure(experiment.heal(at, how))).to.match(
      /^waited 0.3 s for StressChaos pgdrill-pg-[0-9a-f]{6} to be gone, without success: Chaos Mesh has not recovered it \(pod pg-1 cannot be entered\); once its pod is whole, release it: kubectl patch StressChaos \S+ -n db --type merge -p '\{"metadata":\{"finalizers":null\}\}'$/,
    );
    expect(left()).to.have.length(1);
  });

  it('of others is never deleted, whatever a record says', async () => {
    const name = 'pgdrill-pg-0a1b2c';
    api.add(`${chaos}/podchaos/${name}`, { kind: 'PodChaos', metadata: { name } });
    const how = { kind: 'PodChaos', name, pod: 'pg-1' };
    expect(await failure(experiment.heal(at, how))).to.contain('which no drill on pg has made');
    const labels = { 'app.kubernetes.io/managed-by': 'pgdrill', 'pgdrill.dev/cluster': 'other' };
    api.add(`${chaos}/podchaos/${name}`, { kind: 'PodChaos', metadata: { name, labels } });
    expect(await failure(experiment.heal(at, how))).to.contain('which no drill on pg has made');
    const ours = { ...labels, 'pgdrill.dev/cluster': 'pg' };
    api.add(`${chaos}/podchaos/pgdrill-other-0a1b2c`, { kind: 'PodChaos', metadata: { name: 'x', labels: ours } });
    const renamed = { ...how, name: 'pgdrill-other-0a1b2c' };
    expect(await failure(experiment.heal(at, renamed))).to.contain('which no drill on pg has made');
    expect(left()).to.have.length(2);
  });
});
