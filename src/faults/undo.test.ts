import { expect } from 'chai';
import fc from 'fast-check';
import { UsageError } from '../errors.ts';
import { clusterFaults } from '../stacks/cluster/faults/index.ts';
import { k3sFaults } from '../stacks/k3s/faults/index.ts';
import { labFaults } from '../stacks/lab/faults/index.ts';
import { contractOf, faultKinds } from './index.ts';
import type { StackKind, UndoRecord } from './target.ts';
import { isSameUndo, parseUndo } from './undo.ts';

const record = (change: object = {}): UndoRecord =>
  ({
    ...{ id: '0f7c8a3d-3f0e-4d0c-9a43-0c2a43d4b5a1', stack: 'lab', stackId: 'abc123', fault: 'isolate' },
    ...{ target: { kind: 'instance', name: 'pg1', host: 'pg1', address: '198.18.0.21' }, how: { host: 'pg1' } },
    ...change,
  }) as UndoRecord;
const ofExperiment = (change: object): UndoRecord =>
  record({
    ...{ stack: 'cluster', stackId: 'c/db/pg', fault: 'experiment' },
    how: { kind: 'PodChaos', name: 'pgdrill-pg-0a1b2c', pod: 'pg-1', ...change },
  });
const refusal = (value: unknown): string => {
  try {
    parseUndo(value);
    return 'it was accepted';
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError);
    return (error as Error).message;
  }
};

describe('what undoing a fault needs', () => {
  it('is known for every fault of every stack, and for no other', () => {
    const faults = { lab: labFaults, k3s: k3sFaults, cluster: clusterFaults };
    for (const [stack, known] of Object.entries(faults)) {
      const undone = faultKinds.filter((fault) => contractOf(fault)?.undo[stack as StackKind]);
      expect(undone, stack).to.have.members([...known.keys()]);
    }
  });

  it('is given back as it was written', () => {
    for (const one of [
      record(),
      record({ fault: 'destroy', how: { hosts: ['pg1', 'pg2'] }, target: { kind: 'cluster', name: 'cluster' } }),
      record({ fault: 'delete', how: { host: 'pg1', patroni: 4711 } }),
      record({ stack: 'k3s', how: { node: 'agent-1', address: '' } }),
      record({ stack: 'k3s', how: { node: 'agent-1', address: '', mark: '0a1b2c-3d4e5f' } }),
      record({
        ...{ stack: 'cluster', stackId: 'c/db/pg', fault: 'experiment' },
        how: { kind: 'PodChaos', name: 'pgdrill-pg-0a1b2c', pod: 'pg-1' },
      }),
      record({ stack: 'k3s', fault: 'store-down', how: {}, target: { kind: 'store', name: 'store' } }),
      record({ stack: 'cluster', stackId: 'kind me/db/pg', how: { node: 'ip-10-0-0-1.eu.internal', pod: 'pg-1' } }),
      record({
        stack: 'cluster',
        stackId: 'arn:aws:eks:eu:1:cluster/x/db/pg',
        fault: 'switchover',
        how: { to: 'pg-2' },
      }),
    ])
      expect(isSameUndo(parseUndo(JSON.parse(JSON.stringify(one))), one)).to.equal(true);
  });

  it('is compared whole', () => {
    expect(isSameUndo(record(), record())).to.equal(true);
    expect(isSameUndo(record(), record({ how: { host: 'pg2' } }))).to.equal(false);
    expect(isSameUndo(record(), undefined)).to.equal(false);
  });

  it('is refused in one sentence that names the place, where it is anything else', () => {
    const refused: readonly [unknown, string][] = [
      [undefined, 'an undo record is refused: it: Invalid input'],
      [record({ id: 'one' }), 'id: Invalid UUID'],
      [record({ stack: 'docker' }), 'stack: Invalid option'],
      [record({ stackId: 'ABC123' }), 'stackId: expected six hexadecimal digits'],
      [record({ stackId: 'abc1234' }), 'stackId: expected six hexadecimal digits'],
      [record({ stack: 'k3s', stackId: '../x' }), 'stackId: expected six hexadecimal digits'],
      [record({ stack: 'cluster', stackId: 'pg' }), 'stackId: expected context/namespace/cluster'],
      [record({ stack: 'cluster', stackId: 'a\nb/db/pg' }), 'stackId: expected context/namespace/cluster'],
      [record({ fault: 'reboot' }), 'fault: Invalid option'],
      [
        record({ stack: 'cluster', stackId: 'c/db/pg', fault: 'lossy' }),
        'names lossy, which the stack cluster does not',
      ],
      [record({ how: { host: '.' } }), 'how.host: expected a DNS label'],
      [record({ how: { host: 'pg1\n' } }), 'how.host: expected a DNS label'],
      [record({ how: { host: 'a'.repeat(64) } }), 'how.host: expected a DNS label'],
      [record({ how: {} }), 'how.host'],
      [record({ how: { host: 'pg1', more: 1 } }), 'how: Unrecognized key'],
      [record({ fault: 'control-plane-down', how: { hosts: [] } }), 'how.hosts: Too small'],
      [record({ fault: 'delete', how: { host: 'pg1', patroni: -1 } }), 'how.patroni: Too small'],
      [record({ fault: 'delete', how: { host: 'pg1', patroni: '1; reboot' } }), 'how.patroni: Invalid input'],
      [record({ stack: 'k3s', how: { node: 'n', address: '', mark: 'IN; reboot' } }), 'how.mark: expected the mark'],
      [record({ stack: 'k3s', how: { node: 'n', address: '1.2.3.4; reboot' } }), 'how.address: Invalid input'],
      [
        record({ stack: 'k3s', fault: 'operator-down', how: { deployment: 'c', replicas: 0 } }),
        'how.replicas: Too small',
      ],
      [record({ target: { kind: 'instance', name: 'a\u001b[2J', host: '', address: '' } }), 'target'],
      [record({ more: 1 }), 'Unrecognized key'],
      [ofExperiment({ kind: 'Pod' }), 'how.kind: Invalid option'],
      [ofExperiment({ name: 'nightly' }), 'how.name: expected the name of a drill’s experiment'],
      [ofExperiment({ name: 'pgdrill-pg/../x-0a1b2c' }), 'how.name: expected the name'],
      [ofExperiment({ namespace: 'kube-system' }), 'how: Unrecognized key'],
    ];
    for (const [value, sentence] of refused) expect(refusal(value), JSON.stringify(value)).to.contain(sentence);
  });

  it('holds nothing that a shell or a path would read as more than a name, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z$;/.'"\n -]{1,8}$/)), (text) => {
        for (const how of [{ pod: text, uid: text, node: text }, { node: text, pod: text }, { host: text }]) {
          const fault = 'uid' in how ? 'freeze' : 'host' in how ? 'crash' : 'drain';
          const value = record({ stack: 'host' in how ? 'lab' : 'k3s', fault, how });
          if (refusal(value) === 'it was accepted') expect(text).to.match(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
        }
      }),
      { numRuns: 100 },
    );
  });
});
