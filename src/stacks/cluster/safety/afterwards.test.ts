import { expect } from 'chai';
import type { Found } from '../discover.ts';
import { remarks } from './afterwards.ts';

const pod = (name: string, nodeName: string, uid: string, restartCount = 0) => ({
  ...{ metadata: { name, uid }, spec: { nodeName, containers: [] } },
  status: { containerStatuses: [{ restartCount }] },
});
const state = (currentPrimary: string, instances: object[], more: object = {}): Found =>
  ({
    cluster: { metadata: { name: 'pg', namespace: 'db' }, status: { currentPrimary, ...more } },
    instances,
    backups: [{ status: { phase: 'completed', stoppedAt: '2026-11-22T02:00:00Z' } }],
  }) as unknown as Found;
const before = state('pg-1', [pod('pg-1', 'a', 'u1'), pod('pg-2', 'b', 'u2')]);
const text = (now: Found, slots = [{ slot: '_cnpg_pg_1', active: true, bytes: 2_500_000 }]) =>
  Object.fromEntries(remarks(before, now, slots).map(({ name, text }) => [name, text]));

describe('what a drill leaves a cluster like', () => {
  it('names the primary with its node, and how to switch back', () => {
    const shown = text(state('pg-2', [pod('pg-1', 'a', 'u1', 1), pod('pg-2', 'b', 'u2')]));
    expect(shown.primary).to.equal('pg-2 on b; it was pg-1 on a');
    expect(shown['to switch back']).to.include('kubectl cnpg promote pg pg-1 -n db');
  });

  it('offers nothing where the primary is the same', () => {
    const shown = text(before);
    expect(shown.primary).to.equal('still pg-1 on a');
    expect(shown).not.to.have.any.keys('to switch back', 'old primary');
  });

  it('reports whether the old primary came back in its pod, as another pod, or was cloned again', () => {
    const second = pod('pg-2', 'b', 'u2');
    expect(text(state('pg-2', [pod('pg-1', 'a', 'u1', 3), second]))['old primary']).to.include('in the same pod');
    expect(text(state('pg-2', [pod('pg-1', 'a', 'u9'), second]))['old primary']).to.include('rewound');
    expect(text(state('pg-2', [second, pod('pg-3', 'a', 'u7')]))['old primary']).to.include('pg-3 was cloned');
  });

  it('says which slots are idle and how much WAL they keep', () => {
    const shown = text(before, [
      { slot: '_cnpg_pg_2', active: true, bytes: 100 },
      { slot: 'stale', active: false, bytes: 2_500_000 },
    ]);
    expect(shown.slots).to.equal('2, not in use: stale; they keep 2.5 MB of WAL');
  });

  it('says whether archiving works, in the operator’s words', () => {
    const broken = { type: 'ContinuousArchiving', status: 'False', message: 'no such bucket' };
    expect(text(state('pg-1', before.instances as never, { conditions: [broken] })).archiving).to.equal(
      'does not work: no such bucket',
    );
    expect(text(before).archiving).to.equal('not configured');
  });
});
