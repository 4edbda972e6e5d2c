/** The contract of stacks, on k3s with the real CloudNativePG. `npm run test:k3s`; skipped with the reason elsewhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { it } from 'mocha';
import { connect } from '../../load/writers/connect.ts';
import { until } from '../../wait.ts';
import { labels, namespace, poolerName } from '../cnpg/names.ts';
import { isReady, type Pod, podKind, refTo } from '../cnpg/objects.ts';
import { describeStack } from '../contract.ts';
import type { OpenStack, Seen } from '../stack.ts';
import { k3sStack } from './index.ts';
import { kubeOf } from './reopen.ts';

describeStack(k3sStack, {
  // A pod that was deleted is recreated, and a node that was killed takes a while to be Ready.
  settleMs: 180_000,
  sideBySide: false,
  // While nodes start, while they import images, and with the API up.
  abortAfterMs: [500, 15_000, 70_000],
  // Docker takes its time to remove nodes that hold gigabytes of images.
  abortWithinMs: 60_000,
  own(open) {
    it('scrapes instances and poolers, with every metric that the alert conditions use', () => scrapes(open()));
    it('finds a pooler whose pod was replaced at the same port', () => replacesPooler(open()));
  },
});

const scrapeEveryMs = 10_000;

async function scrapes(open: OpenStack): Promise<void> {
  const metrics: Extract<Seen, { kind: 'metric' }>[] = [];
  const observing = await open.observe((seen) => void (seen.kind === 'metric' && metrics.push(seen)));
  await sleep(2 * scrapeEveryMs);
  await observing[Symbol.asyncDispose]();
  const instances = (await open.instances()).map(({ name }) => name);
  expect([...new Set(metrics.map(({ source }) => source))]).to.have.members([...instances, ...open.facts.poolers]);
  const primary = (await open.primary()).name;
  const names = Object.keys(metrics.findLast(({ source }) => source === primary)!.values).join(' ');
  for (const input of [
    'cnpg_collector_up',
    'cnpg_pg_stat_replication_replay_diff_bytes',
    'cnpg_pg_stat_archiver_archived_count',
    'cnpg_pg_database_size_bytes',
    'cnpg_backends_total',
    'cnpg_pg_settings_setting{name="max_connections"}',
  ])
    expect(names).to.include(input);
}

async function replacesPooler(open: OpenStack): Promise<void> {
  const kube = (await kubeOf(open.id))!;
  const podOf = async () => {
    const pods = await kube.list<Pod>(podKind, namespace, `${labels.pooler}=${poolerName},${labels.poolerNumber}=2`);
    return pods.find(isReady)?.metadata.name;
  };
  const old = (await podOf())!;
  await kube.delete(refTo(podKind, old, namespace), 0);
  const another = async () => ((await podOf().catch(() => old)) ?? old) !== old || undefined;
  await until(another, { withinMs: 60_000, what: 'another pod to be pooler-2' });
  const endpoint = open.endpoints().find(({ name }) => name === 'pooler-2')!;
  const client = await until(() => connect(endpoint).catch(() => undefined), {
    withinMs: 30_000,
    what: 'pooler-2 to answer again',
  });
  const { rows } = await client.query('select 1 as one').finally(() => client.end());
  expect(rows).to.deep.equal([{ one: '1' }]);
}
