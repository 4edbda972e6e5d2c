import { expect } from 'chai';
import type { Kube } from '../api/kube.ts';
import { eventsText, objectsText } from './diagnose.ts';

const event = (second: string, message: string) => ({
  ...{ type: 'Warning', reason: 'Unhealthy', message, lastTimestamp: `2026-11-22T10:00:${second}Z` },
  involvedObject: { name: 'postgres-1' },
});

describe('what is kept of a cluster', () => {
  it('reports events in the order of time, one a line', async () => {
    const kube = { list: async () => [event('02', 'second'), event('01', 'first')] } as unknown as Kube;
    const lines = (await eventsText(kube, 'data-layer')).split('\n');
    expect(lines.map((line) => line.split(' ').slice(1).join(' '))).to.deep.equal([
      'Warning Unhealthy postgres-1: first',
      'Warning Unhealthy postgres-1: second',
      '',
    ]);
  });

  it('writes objects as documents of one YAML file', () => {
    const object = (kind: string) => ({ apiVersion: 'v1', kind, metadata: { name: 'a' } });
    expect(objectsText([object('Pod'), object('Service')] as never)).to.match(
      /kind: Pod\n(.*\n)+---\n(.*\n)*kind: Service/,
    );
  });
});
