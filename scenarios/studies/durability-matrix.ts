import { type Durability, type FaultKind, type ScenarioInput, type Study, study } from '../../src/index.ts';

interface Where {
  readonly name: string;
  /** Over the factors of every stack. */
  readonly factors?: Readonly<Record<string, readonly string[]>>;
  readonly load?: ScenarioInput['load'];
  readonly repeats: (levels: Readonly<Record<string, string | undefined>>) => number;
}

/** How far apart the primary and a standby die, in either order: chosen at random, and journalled. */
const apart = ['20ms', '100ms', '300ms', '1s', '2s'] as const;

/** What each durability loses when the primary, or the primary and the standby that confirms its commits, fail. */
export const durabilityMatrix = ({ name, factors, load, repeats }: Where): Study =>
  study({
    name,
    asks: 'What does each durability lose in a failover, and what does it cost in latency and in outage?',
    factors: {
      durability: ['asynchronous', 'preferred', 'required'],
      synchronous_method: ['first', 'any'],
      instances: ['2', '3'],
      ...factors,
      incident: ['crash', 'crash-both', 'isolate', 'crash-promoted'],
    },
    // Without a commit that waits, or with one standby alone, the method makes no difference.
    repeats: (levels) => {
      const isMoot = levels.durability === 'asynchronous' || levels.instances === '2';
      return isMoot && levels.synchronous_method === 'any' ? 0 : repeats(levels);
    },
    scenario: ({ durability, instances, incident }) => ({
      needs: [incident === 'isolate' ? 'isolate' : 'crash'] satisfies FaultKind[],
      topology: { instances: Number(instances), durability: durability as Durability, pooler: { poolSize: 15 } },
      load: { writers: 20, ratePerSecond: 100, probeEveryMs: 50, ...load },
      limits: { undeclaredLosses: { max: 0 } },
      async drill({ hold, primary, standby, inject, recovered, replaced, settled, note }) {
        await hold('5s', 'a steady state to compare with');
        const [first, confirms] = [await primary(), await standby()];
        if (incident === 'crash-both') {
          const offset = apart[Math.floor(Math.random() * apart.length)]!;
          const standbyFirst = Math.random() < 0.5;
          note(`the ${standbyFirst ? 'primary fails' : 'standby fails'} ${offset} after the other`);
          const order = standbyFirst ? [confirms, first] : [first, confirms];
          const one = await inject('crash', order[0]!);
          await hold(offset, 'the second one follows');
          const other = await inject('crash', order[1]!);
          // The standby comes back first: whether it may take over is what the durability decides.
          const [ofStandby, ofPrimary] = standbyFirst ? [one, other] : [other, one];
          await hold('10s', 'both are away');
          await ofStandby.heal();
          await hold('30s', 'a takeover, where it is allowed');
          await ofPrimary.heal();
        } else {
          const broken = await inject(incident === 'isolate' ? 'isolate' : 'crash', first);
          if (incident === 'crash-promoted') {
            await replaced(first, { within: '3m' });
            const again = await inject('crash', await primary());
            await broken.heal();
            await again.heal();
          } else {
            await recovered({ within: '3m' });
            await broken.heal();
          }
        }
        await recovered({ within: '3m' });
        await settled({ within: '3m' });
      },
    }),
    metrics: ['lostWrites', 'undeclaredLosses', 'writeOutageMs', 'exposedWrites'],
    hypotheses: [],
  });

export default durabilityMatrix({ name: 'durability-matrix', repeats: () => 5 });
