/** The Role is held against what the code asks: every act of a drill runs on an API that grants what the table says, and no more. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type FaultKind, faultKinds } from '../../../faults/index.ts';
import type { Right } from '../../../faults/right.ts';
import type { Target } from '../../../faults/target.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import type { KubeObject } from '../../cnpg/objects.ts';
import { observe } from '../../cnpg/observe/observe.ts';
import { PoolerPods } from '../../cnpg/pooler-pods.ts';
import { demandBase } from '../access.ts';
import { connectInstance, currentPrimary } from '../connect.ts';
import { diagnose } from '../diagnose.ts';
import { discover, readAccount } from '../discover.ts';
import { clusterFaults } from '../faults/index.ts';
import { whyNot } from '../open.ts';
import { type ClusterOptions, steadyDefaults } from '../options.ts';
import { NodeAgent, removeAgents, whyNoAgent } from '../pods/agent.ts';
import { Agents } from '../pods/agents.ts';
import { endGenerators, startGenerators } from '../pods/generators.ts';
import { clientPods, loadPods, ownPodsOf } from '../pods/own-pods.ts';
import { keptLabel, restoreLabels } from '../restore/objects.ts';
import { removeRestore } from '../restore/remove.ts';
import { restoreApart } from '../restore/restore.ts';
import { sourceOf } from '../restore/source.ts';
import { refuseKeepingClass } from '../restore/volumes.ts';
import { TestApi } from '../test-api.ts';
import { startChaosMesh } from '../test-chaos-mesh.ts';
import { consoleOf, isPaused } from '../test-console.ts';
import { byPlugin, furnish, shell, target } from '../test-furnished.ts';
import { type Asked, askedBy, askedText, grants } from '../test-rbac.ts';
import { healCluster } from './heal.ts';
import { DrillLease } from './lease.ts';
import { profileOf } from './profiles.ts';
import { drillResidue, faultResidue } from './residue.ts';
import { baseRights, faultRights, restoreRights, storeRights, watchdogRights } from './rights.ts';
import { awaitWatchdog, startWatchdog } from './watchdog.ts';

const names = { cluster: 'pg', secret: 'app-user' };
const base = baseRights(names);
const generators = baseRights({ ...names, generators: 1 }).slice(base.length);
const ready = { conditions: [{ type: 'Ready', status: 'True' }], phase: 'Running', podIP: '10.0.0.1' };
/** Asked for and not granted: the code goes on without the answer. */
const goesWithout: ReadonlySet<string> = new Set([
  'list clusters in db',
  'list namespaces',
  'list deployments in cnpg-system',
  'list endpointslices in default',
  'list endpointslices in s3',
]);

let slowMs = 0;
/** What commands in a pod print once an experiment is in effect. */
function answerOf(command: readonly string[]): string {
  const text = command.join(' ');
  // Slower each time: what is compared is what came before.
  if (text.includes('pg_isready')) return `0 ${(slowMs += 1_000)}\n`.repeat(3);
  return text.includes('comm') ? 'stress-ng\n' : String(Date.now() - 600_000);
}

/** An experiment of each kind: each has a right of its own. */
const experiments = readdirSync('fixtures/experiments').filter((name) => name.endsWith('.yaml'));
const trialsOf = (fault: FaultKind): readonly Record<string, unknown>[] =>
  fault === 'experiment' ? experiments.map((name) => ({ file: join('fixtures/experiments', name) })) : [{}];

const pooler = { kind: 'pooler', name: 'pooler-1' } as const;
const aims: Partial<Record<FaultKind, Target>> = {
  'operator-down': { kind: 'operator', name: 'operator' },
  ...{ 'pooler-delete': pooler, 'pooler-pause': pooler, 'pooler-restart': pooler },
};

async function injectAndHeal(at: ClusterAt, fault: FaultKind): Promise<void> {
  const selector = { 'cnpg.io/poolerName': 'pool' };
  const context = { ...at, shell: async () => shell, behind: new Map([['pooler-1', { pooler: 'pool', selector }]]) };
  const aim = aims[fault] ?? target;
  // Exec is refused by the API for tests, after it was granted or not; what it would print comes from here.
  const { run } = at.kube;
  at.kube.run = (...asked) => run.apply(at.kube, asked).catch(() => answerOf(asked[3]));
  for (const parameters of trialsOf(fault)) {
    const prepared = await clusterFaults.get(fault)!.prepare(context, aim, parameters);
    await prepared.breakIt();
    await prepared.prove();
    await clusterFaults.get(fault)!.heal(context, prepared.how);
  }
}

const keptLabels = { ...restoreLabels('db', 'pg'), ...keptLabel };
const options = { ...names, context: 'c', namespace: 'db', database: 'app', steady: steadyDefaults } as ClusterOptions;
const signal = new AbortController().signal;
const lease = { name: 'pgdrill-pg', uid: 'u' };

/** What every drill and watch does, without a fault. */
async function drillOnce(at: ClusterAt, folder: string): Promise<void> {
  const { kube, site } = at;
  const found = await discover(kube, site);
  await demandBase(kube, site, options);
  await readAccount(kube, site, 'app-user');
  const held = await DrillLease.acquire(at, { holder: 'ada', database: 'app' });
  await awaitWatchdog(at, { withinMs: 10, progress: () => {} }).catch(() => {});
  await connectInstance(at, 'pg-1', 'app').catch(() => {});
  const instances = [await currentPrimary(at)];
  const poolers = new PoolerPods(new Map([['pooler-1', 'pool-x']]));
  const none = async () => Promise.reject(new Error('none'));
  const observing = observe({ kube, site, instances, poolers, storageBytes: 1, connect: none }, () => {});
  await sleep(1_500);
  await observing[Symbol.asyncDispose]();
  await Promise.all([clientPods(at), loadPods(at), ownPodsOf(at)]);
  await faultResidue(at, new Agents(kube, site));
  await diagnose(at, folder);
  await held[Symbol.asyncDispose]();
  await drillResidue(at, undefined);
  await healCluster(at, { say: () => {}, wait: false, signal });
  expect(found.instances).to.have.lengthOf(2);
}

async function restoreOnce(at: ClusterAt, api: TestApi, plugin: boolean, kept?: string): Promise<void> {
  if (kept) {
    api.add(`/api/v1/namespaces/${kept}`, { metadata: { name: kept, labels: keptLabels } });
    const spec = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
    api.add(`/apis/networking.k8s.io/v1/namespaces/${kept}/networkpolicies/pgdrill`, { spec });
  }
  if (plugin) byPlugin(api);
  const source = await sourceOf(at, await discover(at.kube, at.site), undefined);
  const place = { namespace: '' };
  const remember = async (namespace: string) => {
    place.namespace = namespace;
    // What the operator makes of the restored Cluster.
    const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
    api.add(`${claims}/restored-1`, { spec: { volumeName: 'pv-1' } });
    // Its pod comes with the Cluster, however slow the machine: a pod before it would be somebody else's.
    const restored = `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters/restored`;
    const made = setInterval(() => {
      if (!api.objects.has(restored)) return;
      clearInterval(made);
      api.add(`/api/v1/namespaces/${namespace}/pods/restored-1`, {
        metadata: { name: 'restored-1', labels: { 'cnpg.io/cluster': 'restored', 'cnpg.io/podRole': 'instance' } },
        spec: { containers: [{ name: 'postgres' }] },
        status: ready,
      } as Partial<KubeObject>);
    }, 10).unref();
  };
  const plan = {
    at,
    source,
    options: { readerSecret: undefined, namespace: kept },
    database: 'app',
    remember,
    forget: async () => {},
  };
  const how = { signal, withinMs: 3_000, progress: () => {} };
  await refuseKeepingClass(at.kube, source.cluster);
  await restoreApart(plan, { kind: 'latest' } as never, how).catch(() => {});
  await drillResidue(at, undefined, [place.namespace]);
  // Something holds it up, so that it is asked what.
  const held = { name: place.namespace, labels: restoreLabels('db', 'pg'), finalizers: ['x'] };
  if (!kept) api.add(`/api/v1/namespaces/${place.namespace}`, { metadata: held as KubeObject['metadata'] });
  await removeRestore(at, place.namespace, 10);
}

describe('the rights of a drill', function suite() {
  this.timeout(300_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-rights-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Does something on an API that grants these rights. @returns what was asked, and what of it was refused */
  async function asking(rights: readonly Right[], act: (at: ClusterAt, api: TestApi) => Promise<unknown>) {
    await using api = await TestApi.start();
    const [asked, refused] = [[] as Asked[], [] as string[]];
    api.refuses = (method, path, query) => {
      const one = askedBy(method, path, query);
      if (!one || rights.some((right) => grants(right, one))) return false;
      refused.push(askedText(one));
      return true;
    };
    const ends = [furnish(api), startChaosMesh(api)];
    const stop = () => {
      for (const end of ends) end();
    };
    await Promise.race([act(api.at(), api), sleep(12_000)]).finally(stop);
    for (const [i, request] of api.requests.entries()) {
      const [method = '', path = ''] = request.split(' ');
      const one = askedBy(method, path, api.queries[i]!);
      if (one) asked.push(one);
    }
    // Exec is refused by the server itself, after it was granted or not.
    const execs = asked.filter(({ resource }) => resource === 'pods/exec');
    for (const one of execs) if (!rights.some((right) => grants(right, one))) refused.push(askedText(one));
    return { asked, refused: [...new Set(refused)].filter((what) => !goesWithout.has(what)) };
  }
  /** The verbs that nothing has asked for. Kubernetes 1.35 and later ask for `create` of pods/exec where earlier ones ask for `get`. */
  const unused = (rights: readonly Right[], asked: readonly Asked[]): string[] =>
    rights.flatMap((right) =>
      right.verbs
        .filter((verb) => !(right.resource === 'pods/exec' && verb === 'create'))
        .filter((verb) => !asked.some((one) => grants({ ...right, verbs: [verb] }, one)))
        .map((verb) => `${verb} ${right.resource}`),
    );

  it('without a fault are all that its requests need, and every verb is used', async () => {
    const { asked, refused } = await asking(base, (at) => drillOnce(at, folder));
    expect(refused).to.deep.equal([]);
    expect(unused(base, asked)).to.deep.equal([]);
  });

  for (const fault of clusterFaults.keys())
    it(`for ${fault} are all that it asks for, from its injection to its undo, and every verb is used`, async () => {
      const own = faultRights(fault, names);
      const { asked, refused } = await asking([...base, ...own], async (at, api) => {
        await whyNot(at, fault, { ...options, watchdogImage: 'i' });
        // From inside a pod of the API for tests nothing can be killed.
        if (fault === 'pooler-pause') at.kube.stream = async () => consoleOf(() => isPaused(api));
        if (fault !== 'restart' && fault !== 'pooler-crash') await injectAndHeal(at, fault);
        if (own.some(({ resource, verbs }) => resource === 'pods' && verbs.includes('create'))) {
          await whyNoAgent(at.kube, { ...at.site, node: 'a', image: 'i' });
          await NodeAgent.start(at.kube, { ...at.site, node: 'a', image: 'i' }, AbortSignal.timeout(300)).catch(
            () => {},
          );
          await removeAgents(at.kube, at.site);
        }
      });
      expect(refused).to.deep.equal([]);
      expect(unused(own, asked)).to.deep.equal([]);
    });

  it('of a restore are all that it asks for, and every verb is used', async () => {
    for (const kept of [undefined, 'pgdrill-restore-db-pg'])
      for (const plugin of [false, true]) {
        const own = [...restoreRights(kept), ...storeRights(['store'])];
        const { asked, refused } = await asking([...base, ...own], (at, api) => restoreOnce(at, api, plugin, kept));
        expect(refused, `${kept} ${plugin}`).to.deep.equal([]);
        // Without the plugin nothing is asked of its objects.
        const wanted = own.filter(({ resource }) => plugin || resource !== 'objectstores');
        expect(unused(wanted, asked), `${kept} ${plugin}`).to.deep.equal([]);
        // What has no namespace is looked at, and nothing else.
        const far = own.filter(({ where }) => where === 'everywhere');
        if (kept)
          expect(far.map(({ resource, verbs }) => `${verbs} ${resource}`)).to.deep.equal([
            'list persistentvolumes',
            'list storageclasses',
          ]);
      }
  });

  it('of a watchdog and of load generators that the drill makes are those alone', async () => {
    const plan = { image: 'i', lease };
    const watchdog = await asking([...base, ...watchdogRights], (at) =>
      startWatchdog(at, plan, { withinMs: 100, progress: () => {} }).catch(() => {}),
    );
    expect([watchdog.refused, unused(watchdogRights, watchdog.asked)]).to.deep.equal([[], []]);
    const load = await asking([...base, ...generators], async (at, api) => {
      setTimeout(() => api[Symbol.asyncDispose](), 1_000);
      await Promise.race([startGenerators(at, 'c', { ...plan, count: 1 }).catch(() => {}), sleep(200)]);
      await endGenerators(at);
    });
    expect([load.refused, unused(generators, load.asked)]).to.deep.equal([[], []]);
  });

  it('are found to lack one that is taken away, and to hold one that nothing asks for', async () => {
    const less = base.filter(({ resource }) => resource !== 'poolers');
    const lacking = await asking(less, (at) => drillOnce(at, folder).catch(() => {}));
    expect(lacking.refused).to.include('list poolers in db');
    const more: Right = { group: 'apps', resource: 'deployments', verbs: ['get'], where: 'cluster', why: '' };
    expect(unused([more], lacking.asked)).to.deep.equal(['get deployments']);
  });

  it('never let a drill without a fault on a node make a pod', () => {
    const pods = (rights: readonly Right[]) =>
      rights.filter(({ resource, verbs }) => ['pods', 'jobs'].includes(resource) && verbs.includes('create'));
    expect(pods(base)).to.deep.equal([]);
    for (const fault of [...clusterFaults.keys()].filter((one) => profileOf([one]) === 'platform'))
      expect(pods(faultRights(fault, names)), fault).to.deep.equal([]);
  });

  it('are named in the documentation, each with its verbs', () => {
    const rights = [
      ...base,
      ...generators,
      ...faultKinds.flatMap((fault) => faultRights(fault, names)),
      ...restoreRights(),
      ...restoreRights('n'),
    ];
    const cells = readFileSync('docs/rbac.md', 'utf8').matchAll(/`([a-z ]+)` ([^`|]+)/g);
    const documented = [...cells].map(([, words = '', what = '']) => ({ words: words.split(' '), what }));
    const missing = rights.filter(
      ({ resource, verbs }) =>
        !documented.some(({ words, what }) => what.includes(resource) && verbs.every((verb) => words.includes(verb))),
    );
    expect(missing.map(({ resource, verbs }) => `${verbs.join(' ')} ${resource}`)).to.deep.equal([]);
  });
});
