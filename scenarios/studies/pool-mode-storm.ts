import { type Durability, type FaultKind, type ScenarioInput, type Study, study } from '../../src/index.ts';

interface Where {
  readonly name: string;
  readonly fault: readonly FaultKind[];
  readonly durability: Durability;
  /** Over the load of the study. */
  readonly load?: ScenarioInput['load'];
  readonly repeats: (fault?: string) => number;
}

/** Is it the pool mode or a timer of the pooler that prolongs an outage, and is what it does a storm or a hold? */
export const poolModeStorm = ({ name, fault, durability, load, repeats }: Where): Study =>
  study({
    name,
    asks: 'Does pool_mode=session cause a storm after a failover, or is it server_login_retry that holds the pooler back?',
    factors: { pool_mode: ['transaction', 'session'], server_login_retry: ['1', '15'], fault },
    repeats: (levels) => repeats(levels.fault),
    // Timers of the HA manager are as short as it takes them: how long the server is away is not asked here.
    scenario: ({ fault }) => ({
      needs: [fault as FaultKind],
      topology: { instances: 3, durability, pooler: { instances: 2, poolSize: 15 } },
      load: { writers: 20, ratePerSecond: 40, probeEveryMs: 50, ...load },
      limits: { stormMs: { max: 5_000 }, undeclaredLosses: { max: 0 } },
      async drill({ hold, primary, inject, recovered, settled }) {
        await hold('5s', 'a steady state to compare with');
        const broken = await inject(fault as FaultKind, await primary());
        await recovered({ within: '3m' });
        await broken.heal();
        await settled({ within: '2m' });
      },
    }),
    metrics: ['poolerPenaltyMs', 'holdMs', 'stormMs', 'connectAmplification', 'writeOutageMs', 'clientChurn'],
    hypotheses: [
      {
        says: 'session mode makes the pooler come back more than 1 s later than transaction mode does',
        ...{ metric: 'poolerPenaltyMs', factor: 'pool_mode', from: 'transaction', to: 'session', above: 1_000 },
        // Where server_login_retry is 15 s, a hold ends at a moment of 15 s that is chance: its deviation is 4.3 s.
        expectedDeviation: 4_400,
      },
      {
        says: 'where server_login_retry is 1 s, session mode makes the pooler come back more than 1 s later than transaction mode does',
        ...{ metric: 'poolerPenaltyMs', factor: 'pool_mode', from: 'transaction', to: 'session', above: 1_000 },
        within: { server_login_retry: '1' },
        // Nothing holds it longer than that second.
        expectedDeviation: 700,
      },
      {
        says: 'server_login_retry = 15 s makes the pooler come back more than 1 s later than 1 s does',
        ...{ metric: 'poolerPenaltyMs', factor: 'server_login_retry', from: '1', to: '15', above: 1_000 },
        expectedDeviation: 4_400,
      },
      {
        says: 'session mode makes the storm more than 1 s longer than transaction mode does',
        ...{ metric: 'stormMs', factor: 'pool_mode', from: 'transaction', to: 'session', above: 1_000 },
        expectedDeviation: 2_000,
      },
    ],
  });

export default poolModeStorm({
  name: 'pool-mode-storm',
  fault: ['crash', 'delete', 'isolate'],
  durability: 'required',
  repeats: (fault) => (fault === 'crash' ? 5 : 3),
});
