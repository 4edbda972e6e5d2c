import { scenario } from '../../src/index.ts';

/** Of two instances the primary dies with WAL that the other never got: it must rewind while all clients wait for it. */
export default scenario({
  name: 'former-primary-ahead',
  asks: 'Does a former primary that must rewind come back while clients hold every connection that they can get?',
  needs: ['crash', 'freeze'],
  topology: { instances: 2, durability: 'required' },
  load: { writers: 40, ratePerSecond: 200, probeEveryMs: 200 },
  limits: {
    recoveryMs: { max: 90_000 },
    undeclaredLosses: { max: 0 },
    splitBrainMs: { max: 0 },
  },

  async drill({ hold, primary, standby, inject, replaced, recovered, settled }) {
    await hold('10s', 'a steady state to compare with');
    const old = await primary();
    const frozen = await inject('freeze', await standby());
    await hold('1s', 'what the primary writes now nobody else gets');
    const crash = await inject('crash', old);
    await frozen.heal();
    await replaced(old, { within: '90s' });
    await hold('20s', 'commits wait for a standby, and there is none');
    await crash.heal();
    await settled({ within: '45s' });
    await recovered({ within: '20s' });
  },
});
