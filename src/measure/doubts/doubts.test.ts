/** The course of a run, its faults, its stack and its probes: each is spoilt once, and the doubt about it is named. */
import { expect } from 'chai';
import { doubtsOf } from './index.ts';
import { change, isStep, itDoubts, type Kinds, spoilt, without } from './spoil.ts';

const kinds: Kinds = {
  'lines follow the end': [
    (events) => [...events.slice(0, -2), events.at(-1)!, events.at(-2)!],
    /1 lines follow the end/,
  ],
  'there are two ends': [(events) => [...events, events.at(-1)!], /2 end lines/],
  'the clock goes back': [
    change('pool', (pool) => (pool.tUs > 45e6 ? { ...pool, tUs: 1 } : undefined)),
    /clock goes back/,
  ],
  'the steady phase is missing': [
    without((event) => event.kind === 'phase' && event.phase === 'steady'),
    /0 steady phases/,
  ],
  'the load is verified before it is steady': [
    change('phase', ({ phase, ...line }) => ({
      ...line,
      phase: ({ steady: 'verify', verify: 'steady' } as const)[phase as 'steady'] ?? phase,
    })),
    /out of order/,
  ],
  'the harness noted an error': [
    (events) => [
      ...events.slice(0, -1),
      { ...events.at(-1)!, kind: 'note', level: 'error', text: 'lost its way' },
      events.at(-1)!,
    ],
    /noted an error: lost its way/,
  ],
  'the fault is missing that the scenario needs': [
    without(({ kind }) => kind === 'fault'),
    /needs crash, which never took effect/,
  ],
  'both the fault and its announcement are missing': [
    without((event) => event.kind === 'fault' || (event.kind === 'phase' && event.phase === 'fault')),
    /needs crash, which never took effect/,
  ],
  'a fault was announced and not injected': [without(isStep('inject')), /announced, but the journal does not say/],
  'a fault was never healed': [without(isStep('heal')), /never healed/],
  'the healing was never proved': [without(isStep('healed')), /healing of crash of pg-1 was never proved/],
  'a fault was healed under another id': [
    change('fault', (line) => (line.step === 'heal' ? { ...line, id: 'crash-9' } : undefined)),
    /never healed/,
  ],
  'a fault took effect only after it was healed': [
    change('fault', (line) => (line.step === 'effective' ? { ...line, beforeUs: 52e6, afterUs: 53e6 } : undefined)),
    /did not take effect between its injection and its healing/,
  ],
  'an account of a fault was written before the fault was over': [
    change('fault', (line) => ({ ...line, reported: true, ...(line.step === 'healed' && { tUs: line.afterUs - 1 }) })),
    /the steps of crash of pg-1 were written before they happened/,
  ],
  'an account of a fault has no proof': [
    change('fault', ({ proof: _, ...line }) => ({ ...line, reported: true })),
    /crash of pg-1 or its healing has no proof/,
  ],
  'a step ended before it began': [
    change('fault', (line) => (line.step === 'inject' ? { ...line, beforeUs: line.afterUs + 1 } : undefined)),
    /ended before it began/,
  ],
  'the moment of the injection is known to 11 s only': [
    change('fault', (line) => (line.step === 'inject' ? { ...line, beforeUs: line.afterUs - 11e6 } : undefined)),
    /known only to within 11.0 s/,
  ],
  'a step was not written when it happened': [
    change('fault', (line) => (line.step === 'healed' ? { ...line, tUs: line.tUs + 5e6 } : undefined)),
    /not written when they happened/,
  ],
  'a fault has no proof': [
    change('fault', ({ proof, ...line }) => (line.step === 'effective' ? line : { ...line, proof })),
    /has no proof/,
  ],
  'the stack has an instance less than the topology': [
    change('stack', (stack) => ({ ...stack, instances: stack.instances.slice(1) })),
    /2 instances, but the topology says 3/,
  ],
  'a pooler has no probes': [
    change('stack', (stack) => ({ ...stack, poolers: [...stack.poolers, 'pooler-3'] })),
    /no stream of probes goes through pooler-3/,
  ],
  'probes go through a pooler that the stack lacks': [
    change('stack', (stack) => ({ ...stack, poolers: stack.poolers.slice(1) })),
    /pooler that the stack does not have/,
  ],
  'the settings keep another promise than the topology': [
    change('stack', (stack) => ({ ...stack, settings: { 'patroni.synchronous_mode': 'false' } })),
    /settings in force keep another promise/,
  ],
  'commits do not wait for standbys': [
    change('stack', (stack) => ({ ...stack, settings: { 'postgresql.synchronous_commit': 'local' } })),
    /settings in force keep another promise/,
  ],
  'a stream’s step is not that of its batches': [
    change('stack', (stack) => ({ ...stack, streams: stack.streams.map((stream) => ({ ...stream, stepUs: 7_000 })) })),
    /slots come every 100000 µs, but the stack line says 7000/,
  ],
  'slots are missing behind consecutive numbers': [
    change('probe', (batch) => (batch.firstSlot > 0 ? { ...batch, fromUs: batch.fromUs + 100_000 } : undefined)),
    /slot 500 was due at/,
  ],
  'the probes begin after the load': [
    change('probe', (batch) => ({ ...batch, fromUs: batch.fromUs + 4e6 })),
    /begin 4.0 s after the load/,
  ],
  'an answer does not say who gave it': [
    change('probe', (batch) => ({ ...batch, server: batch.server.map(() => -1) })),
    /without the server that gave it/,
  ],
  'probes were answered by a stranger': [
    change('probe', (batch) => ({ ...batch, servers: batch.servers.map(() => '10.0.0.9') })),
    /was answered by 10.0.0.9/,
  ],
  'probes did not see the previous values': [
    change('probe', (batch) => ({ ...batch, saw: batch.saw.map(() => -1) })),
    /without the value before/,
  ],
  'probes saw what was not yet written': [
    change('probe', (batch) => ({ ...batch, saw: batch.saw.map((saw) => (saw < 0 ? saw : saw + 5)) })),
    /saw what was not yet written/,
  ],
  'a slot ended before it began': [
    change('probe', (batch) => ({ ...batch, took: batch.took.map(() => -1) })),
    /ended before it began/,
  ],
  'probes hide the outage that clients had': [
    change('probe', (batch) => ({
      ...batch,
      ...{ late: batch.late.map(() => 0), took: batch.took.map(() => 1_000), outcome: batch.outcome.map(() => 0) },
    })),
    /good while its clients wrote nothing/,
  ],
  'a fault of an instance was aimed at something else': [
    change('fault', (line) => ({ ...line, target: 'pooler-1' })),
    /crash was aimed at pooler-1, which is not what it takes/,
  ],
  'a fault was injected that the scenario does not declare': [
    change('run', (run) => ({ ...run, needs: [] })),
    /crash was injected, which the scenario does not declare/,
  ],
  'a fault without a length ended on schedule': [
    change('fault', (line) => ({ ...line, scheduled: true })),
    /crash is said to have ended on schedule, but had no length/,
  ],
  'a fault is known from the report of another tool alone': [
    change('fault', (line) => ({ ...line, parameters: { experiment: 'IOChaos latency', reportedBy: 'Chaos Mesh' } })),
    /IOChaos latency of pg-1 is known from Chaos Mesh alone/,
  ],
  'a fault on schedule ended before its time': [
    change('fault', (line) => ({ ...line, scheduled: true, parameters: { for: '2m' } })),
    /crash is said to have ended on schedule, but ended before/,
  ],
  'a run that is done has a remark': [
    change('end', (end) => ({ ...end, detail: 'it threw' })),
    /ended with a remark: it threw/,
  ],
  'the topology promises what does not exist': [
    change('run', (run) => ({ ...run, topology: { ...run.topology, durability: 'some' } })),
    /a durability “some”, which does not exist/,
  ],
  'a stream says that it goes another way than its name': [
    change('stack', (stack) => ({
      ...stack,
      streams: stack.streams.map((stream) => (stream.name === 'readonly' ? { ...stream, path: 'direct' } : stream)),
    })),
    /the stream readonly says that it goes another way \(direct\)/,
  ],
  'a stream goes to a service that nobody asked for': [
    change('stack', (stack) => ({
      ...stack,
      streams: stack.streams.map((stream) => (stream.name === 'readonly' ? { ...stream, path: 'api' } : stream)),
    })),
    /the stream readonly goes to a service that the load does not have/,
  ],
  'writes were down before the fault that is said to have broken them': [
    change('fault', (line) =>
      line.step === 'inject' || line.step === 'effective'
        ? { ...line, tUs: line.tUs + 4e6, beforeUs: line.beforeUs + 4e6, afterUs: line.afterUs + 4e6 }
        : undefined,
    ),
    /pooler-1 was down 4.0 s before the first fault/,
  ],
  'probes are refused while clients write': [
    change('probe', (batch) => ({ ...batch, outcome: batch.outcome.map(() => 1) })),
    /were refused while its clients wrote/,
  ],
};

describe('a run is in doubt where', () => {
  it('nothing is amiss: then it is not', async () => {
    expect(doubtsOf(await spoilt((events) => events))).to.deep.equal([]);
  });

  itDoubts(kinds);

  it('a system gives an account of a fault long after it: then it is not', async () => {
    const late = change('fault', (line) => ({ ...line, reported: true, tUs: line.tUs + 5e6 }));
    expect((await doubtsOf(await spoilt(late))).join()).not.to.include('were not written when they happened');
  });

  it('it has no limit although something is broken', async () => {
    expect(doubtsOf(await spoilt((events) => events), {})).to.deep.equal([
      'the scenario has no limit to judge the run by',
    ]);
  });
});
