import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { faultKinds } from '../../../faults/index.ts';
import type { Right } from '../../../faults/right.ts';
import { discover, readAccount } from '../discover.ts';
import { whyNoAgent } from '../pods/agent.ts';
import { TestApi } from '../test-api.ts';
import { healCluster } from './heal.ts';
import { DrillLease } from './lease.ts';
import { rightsFor } from './rights.ts';

const rights = rightsFor(faultKinds, { cluster: 'pg', secret: 'app-user', generators: 2 });
const cnpg = '/apis/postgresql.cnpg.io/v1/namespaces/db';
const verbs: Readonly<Record<string, string>> = { POST: 'create', PATCH: 'patch', DELETE: 'delete' };

/** `GET /api/v1/namespaces/db/pods/pg-1` → what must be granted for it. */
function askedFor(request: string) {
  const [method = '', path = ''] = request.split(' ');
  const [, root = '', resource = '', name] = /^(.*)\/namespaces\/db\/([^/]+)(?:\/([^/]+))?/.exec(path) ?? [];
  const group = /^\/apis\/([^/]+)/.exec(root)?.[1] ?? '';
  return { group, resource, name, verb: verbs[method] ?? (name ? 'get' : 'list') };
}
const grants = (right: Right, { group, resource, name, verb }: ReturnType<typeof askedFor>): boolean =>
  right.group === group &&
  right.resource === resource &&
  right.verbs.includes(verb) &&
  (!right.names || (name !== undefined && right.names.includes(name)));

describe('the rights of a drill', () => {
  it('are all that its requests need, verb by verb and name by name', async () => {
    const api = await TestApi.start();
    const { kube, site } = api.at();
    api.add(`${cnpg}/clusters/pg`, { spec: { instances: 3 }, status: { image: 'i' } });
    api.add(`${cnpg}/poolers/pool`, { spec: { cluster: { name: 'pg' }, pgbouncer: {} } });
    const labels = { 'cnpg.io/poolerName': 'pool' };
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    api.add('/api/v1/namespaces/db/pods/pool-x', { metadata: { name: 'pool-x', labels }, status });
    await discover(kube, site);
    await readAccount(kube, site, 'app-user').catch(() => undefined);
    await whyNoAgent(kube, { ...site, node: 'a', image: 'i' });
    await (await DrillLease.acquire(api.at(), { holder: 'ada', database: 'app' }))[Symbol.asyncDispose]();
    const agent = { metadata: { name: 'pgdrill-node-a', labels: { 'pgdrill.dev/node-agent': 'pg' } } };
    api.add('/api/v1/namespaces/db/pods/pgdrill-node-a', agent);
    await healCluster(api.at(), { say: () => {}, wait: false, signal: new AbortController().signal });
    await api[Symbol.asyncDispose]();
    const asked = api.requests.filter((request) => request.includes('/namespaces/db/'));
    expect(asked).to.include('DELETE /api/v1/namespaces/db/pods/pgdrill-node-a');
    expect(asked.filter((request) => !rights.some((right) => grants(right, askedFor(request))))).to.deep.equal([]);
  });

  it('are named in the documentation, each with its verbs', () => {
    const cells = readFileSync('docs/rbac.md', 'utf8').matchAll(/`([a-z ]+)` ([^`|]+)/g);
    const documented = [...cells].map(([, words = '', what = '']) => ({ words: words.split(' '), what }));
    const untold = rights.filter(
      ({ resource, verbs }) =>
        !documented.some(({ words, what }) => what.includes(resource) && verbs.every((verb) => words.includes(verb))),
    );
    expect(untold.map(({ resource, verbs }) => `${verbs.join(' ')} ${resource}`)).to.deep.equal([]);
  });
});
