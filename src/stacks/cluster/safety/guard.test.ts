import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import type { FaultKind } from '../../../faults/index.ts';
import type { Cluster, Pod } from '../../cnpg/objects.ts';
import { type Broken, refuseOwnNode, refuseSeveral, refuseTooMuch, watchVolumes } from './guard.ts';

const pod = (name: string, ready = true): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [] } },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const required: Cluster['spec'] = { instances: 3, postgresql: { synchronous: { method: 'any', number: 1 } } };
const target = { kind: 'instance', name: 'pg-1', host: '', address: '' } as const;
const attempt =
  (fault: FaultKind, instances: readonly Pod[], spec = required, active: readonly Broken[] = [], allow = false) =>
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
    const isolated: Broken = { fault: 'isolate', target: { ...target, name: 'pg-2' } };
    expect(attempt('crash', three, required, [isolated])).to.throw(
      UsageError,
      'one target at a time: isolate of pg-2 is still at work; heal it before crash of pg-1, or say --allow-quorum-loss',
    );
    expect(attempt('switchover', three, required, [isolated])).to.throw(UsageError, 'one target at a time');
    expect(attempt('crash', three, required, [isolated], true)).not.to.throw();
  });

  it('breaks an instance while the operator is away, and after a switchover that has ended', () => {
    const away: Broken = { fault: 'operator-down', target: { kind: 'operator', name: 'operator' } };
    expect(attempt('crash', three, required, [away, { fault: 'switchover', target }])).not.to.throw();
  });

  it('counts what ends unaided: an experiment and a restart take an instance like any other fault', () => {
    const experiment: Broken = { fault: 'experiment', target: { ...target, name: 'pg-2' } };
    expect(attempt('crash', three, required, [experiment])).to.throw(UsageError, 'one target at a time: experiment');
    const two = [pod('pg-1'), pod('pg-2'), pod('pg-3', false)];
    for (const fault of ['experiment', 'restart'] as const)
      expect(attempt(fault, two), fault).to.throw(UsageError, 'would leave 1 instances, but writes need 2');
  });

  it('refuses a scenario that breaks several targets, before anything is touched, unless that is allowed', () => {
    const plans = [{ scenario: 'steady' }, { scenario: 'quorum-refuses', breaksSeveral: true }];
    expect(() => refuseSeveral(plans, false)).to.throw(UsageError, 'quorum-refuses breaks several targets at once');
    expect(() => refuseSeveral(plans, true)).not.to.throw();
    expect(() => refuseSeveral(plans.slice(0, 1), false)).not.to.throw();
  });

  it('lets a switchover begin while the poolers are paused, and nothing be paused while an instance is broken', () => {
    const paused: Broken = { fault: 'pooler-pause', target: { kind: 'pooler', name: 'pooler-1' } };
    const isolated: Broken = { fault: 'isolate', target: { ...target, name: 'pg-2' } };
    expect(attempt('switchover', three, required, [paused])).not.to.throw();
    expect(attempt('crash', three, required, [paused, isolated])).to.throw(UsageError, 'one target at a time: isolate');
    expect(attempt('pooler-pause', three, required, [isolated])).to.throw(UsageError, 'one target at a time');
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
