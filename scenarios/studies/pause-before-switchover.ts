import { study } from '../../src/index.ts';

/**
 * Users and maintainers of CloudNativePG differ on whether the poolers should be paused around a planned switchover: it
 * spares clients errors, and makes all of them wait.
 */
export default study({
  name: 'pause-before-switchover',
  asks: 'Does pausing the poolers around a switchover save clients from errors, and what does it cost them in waiting?',
  factors: { paused: ['no', 'yes'] },
  repeats: 8,
  scenario: ({ paused }) => ({
    needs: paused === 'yes' ? ['switchover', 'pooler-pause'] : ['switchover'],
    topology: { instances: 3, durability: 'required' },
    // Clients that wait longer than any pause: what a client gives up is its own setting, and not what is asked.
    load: { writers: 8, ratePerSecond: 20, probeEveryMs: 100, giveUpMs: 25_000 },
    limits: { undeclaredLosses: { max: 0 } },
    async drill({ hold, primary, poolers, replaced, inject, recovered, settled }) {
      await hold('10s', 'a steady state to compare with');
      const old = await primary();
      const all = paused === 'yes' ? poolers() : [];
      const pauses = await Promise.all(all.map((pooler) => inject('pooler-pause', pooler)));
      await inject('switchover', old);
      await replaced(old, { within: '1m' });
      if (pauses.length > 0) await hold('3s', 'so that the way to the new primary is open');
      await Promise.all(pauses.map((pause) => pause.heal()));
      await recovered({ within: '2m' });
      await settled({ within: '2m' });
    },
  }),
  metrics: ['failedRequests', 'writeOutageMs', 'clientGapP95Ms', 'directOutageMs', 'clientChurn'],
  hypotheses: [
    {
      says: 'without a pause more than one write more fails at a switchover',
      ...{ metric: 'failedRequests', factor: 'paused', from: 'yes', to: 'no', above: 1 },
      // About 20 writes/s meet an outage of some ten seconds, each with its own luck.
      expectedDeviation: 60,
    },
    {
      says: 'with a pause writes stop for more than 1 s longer',
      ...{ metric: 'writeOutageMs', factor: 'paused', from: 'no', to: 'yes', above: 1_000 },
      expectedDeviation: 3_000,
    },
    {
      says: 'with a pause the longest wait of a client is more than 1 s longer',
      ...{ metric: 'clientGapP95Ms', factor: 'paused', from: 'no', to: 'yes', above: 1_000 },
      expectedDeviation: 3_000,
    },
  ],
});
