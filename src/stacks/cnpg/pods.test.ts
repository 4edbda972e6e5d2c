import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Pod } from './objects.ts';
import { podChanges } from './pods.ts';

const pod = (podIP: string | undefined, restartCount = 0, uid = 'u1'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'postgres-1', uid },
  spec: { nodeName: 'agent-2', containers: [{ name: 'postgres' }] },
  status: {
    ...(podIP !== undefined && { podIP }),
    containerStatuses: [{ name: 'postgres', ready: true, restartCount }],
  },
});

describe('the pods of instances', () => {
  it('say nothing the first time, nor when nothing has changed', () => {
    const changes = podChanges();
    expect(changes(pod('10.42.1.5'), 'ADDED')).to.deep.equal([]);
    expect(changes(pod('10.42.1.5'), 'MODIFIED')).to.deep.equal([]);
  });

  it('report the new address of a pod whose sandbox died', () => {
    const changes = podChanges();
    changes(pod('10.42.1.5'), 'ADDED');
    expect(changes(pod('10.42.1.6', 1), 'MODIFIED')).to.deep.equal([
      { kind: 'note', level: 'info', text: 'pod postgres-1 was restarted in place, 1 times so far' },
      { kind: 'instance', name: 'postgres-1', address: '10.42.1.6', host: 'agent-2' },
    ]);
  });

  it('report a pod that was deleted and recreated, once its address is known', () => {
    const changes = podChanges();
    changes(pod('10.42.1.5'), 'ADDED');
    expect(changes(pod('10.42.1.5'), 'DELETED')).to.have.length(1);
    expect(changes(pod(undefined, 0, 'u2'), 'ADDED')).to.deep.equal([
      { kind: 'note', level: 'info', text: 'pod postgres-1 was recreated' },
    ]);
    expect(changes(pod('10.42.1.7', 0, 'u2'), 'MODIFIED')).to.deep.equal([
      { kind: 'instance', name: 'postgres-1', address: '10.42.1.7', host: 'agent-2' },
    ]);
  });
});
