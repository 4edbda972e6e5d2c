import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import type { FaultKind } from '../../../faults/index.ts';
import type { Cluster, Pod } from '../../cnpg/objects.ts';
import { type Active, refuseOwnNode, refuseTooMuch, watchVolumes } from './guard.ts';

const pod = (name: string, ready = true): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [] } },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const required: Cluster['spec'] = { instances: 3, postgresql: { synchronous: { method: 'any', number: 1 } } };
const target = { kind: 'instance', name: 'pg-1', host: '', address: '' } as const;
const attempt =
  (fault: FaultKind, instances: readonly Pod[], spec = required, active: readonly Active[] = [], allow = false) =>
  () =>
    refuseTooMuch(fault, target, { instances, spec, active }, allow);
const three = [pod('pg-1'), pod('pg-2'), pod('pg-3')];

describe('the guard of a cluster', () => {
  it('lets one of three be broken', () => {
    expect(attempt('crash', three)).not.to.throw();
  });

  it('refuses to leave fewer than synchronous replication needs, unless it is declared', () => {
    const two = [pod('pg-1'), pod('pg-2'), pod('pg-3', false)];
    expect(attempt('crash', two)).to.throw(UsageError, 'would leave 1 instances, but writes need 2');
    expect(attempt('crash', two, required, [], true)).not.to.throw();
    expect(attempt('crash', two, { instances: 3 })).not.to.throw();
    expect(attempt('switchover', two)).not.to.throw();
  });

  it('cuts no node off that the drill itself runs on', () => {
    const on = (name: string, nodeName?: string): Pod => ({
      ...pod(name),
      spec: { containers: [], ...(nodeName && { nodeName }) },
    });
    const instances = [on('pg-1', 'a'), on('pg-2', 'b')];
    expect(() => refuseOwnNode(target, instances, [on('by-hand', 'a')])).to.throw(
      UsageError,
      'isolate of pg-1 would cut off a, where by-hand of this drill runs',
    );
    expect(() => refuseOwnNode(target, instances, [on('by-hand', 'b'), on('pending')])).not.to.throw();
    expect(() => refuseOwnNode(target, [], [on('pending')])).not.to.throw();
  });

  it('breaks one target at a time', () => {
    expect(attempt('crash', three, required, [{ fault: 'isolate', of: 'pg-2' }])).to.throw(
      UsageError,
      'isolate of pg-2 is still broken',
    );
  });

  it('lets a switchover begin while the poolers are paused, and nothing be paused while an instance is broken', () => {
    const paused = { fault: 'pooler-pause', of: 'pooler-1' } as const;
    expect(attempt('switchover', three, required, [paused])).not.to.throw();
    expect(attempt('crash', three, required, [paused, { fault: 'switchover', of: 'pg-1' }])).to.throw(
      UsageError,
      'one target at a time: switchover of pg-1 is still broken',
    );
    expect(attempt('pooler-pause', three, required, [{ fault: 'isolate', of: 'pg-2' }])).to.throw(UsageError);
  });

  it('says once that a volume is too full, and does not mind an instance that is down', async () => {
    const said: string[] = [];
    const used = async (name: string) => {
      if (name === 'pg-1') throw new Error('down');
      return name === 'pg-2' ? 0.93 : 0.2;
    };
    const watching = watchVolumes(['pg-1', 'pg-2', 'pg-3'], used, 0.85, (why) => said.push(why));
    await sleep(20);
    await watching[Symbol.asyncDispose]();
    expect(said).to.deep.equal(['the volume of pg-2 is 93 % full, and 85 % ends the drill']);
  });
});
