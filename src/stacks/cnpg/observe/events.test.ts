import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { KubeEvent } from '../objects.ts';
import { noteEvents } from './events.ts';

const event = (over: Partial<KubeEvent>): KubeEvent => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'postgres.1' },
  type: 'Normal',
  reason: 'FailingOver',
  message: 'from postgres-1',
  lastTimestamp: '2026-11-22T17:05:00Z',
  involvedObject: { kind: 'Cluster', name: 'postgres' },
  ...over,
});

describe('Kubernetes’ events', () => {
  const since = new Date('2026-11-22T17:05:00.700Z');

  it('are noted where the operator reports a failover, once', () => {
    const notes = noteEvents(since);
    expect(notes(event({}))).to.deep.equal([
      { kind: 'note', level: 'info', text: 'event FailingOver of postgres: from postgres-1' },
    ]);
    expect(notes(event({ count: 2 }))).to.deep.equal([]);
  });

  it('are noted where they warn', () => {
    const [note] = noteEvents(since)(event({ type: 'Warning', reason: 'Unhealthy' }));
    expect(note?.level).to.equal('warn');
  });

  it('are left out where they are history or of no interest', () => {
    const notes = noteEvents(since);
    expect(notes(event({ lastTimestamp: '2026-11-22T17:04:00Z' }))).to.deep.equal([]);
    expect(notes(event({ reason: 'Pulled' }))).to.deep.equal([]);
    expect(notes(event({ lastTimestamp: null }))).to.deep.equal([]);
  });

  it('may carry their time as eventTime alone', () => {
    expect(noteEvents(since)(event({ lastTimestamp: null, eventTime: '2026-11-22T17:06:00.123456Z' }))).to.have.length(
      1,
    );
  });
});
