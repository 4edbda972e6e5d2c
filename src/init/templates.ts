/** What `pgdrill init` writes: a first scenario, the configuration, and what makes the folder a project. */
import { version } from '../project/version.ts';

export const firstScenario = `import { scenario } from 'pgdrill';

/** The primary dies at once while clients write through the pooler. Change the limits to what you promise. */
export default scenario({
  name: 'first-drill',
  asks: 'How long do writes stop when the primary dies, and is any acknowledged write lost?',
  needs: ['crash'],
  topology: { instances: 3, durability: 'required', pooler: { instances: 2, mode: 'transaction', poolSize: 25 } },
  load: { writers: 40, ratePerSecond: 200 },
  limits: {
    writeOutageMs: { max: 30_000 },
    undeclaredLosses: { max: 0 },
    recoveryMs: { max: 120_000 },
  },

  async drill({ hold, primary, inject, recovered, settled }) {
    await hold('20s', 'a steady state to compare with');
    const crash = await inject('crash', await primary());
    await recovered({ within: '3m' }); // heal only afterwards: clients are on their own
    await crash.heal();
    await settled({ within: '2m' });
  },
});
`;

export const configuration = `# yaml-language-server: $schema=./node_modules/pgdrill/schemas/config.schema.json
# Everything here has a default; PGDRILL_… in the environment and options of the command line come before it.
stack: lab
out: reports
scenarios: scenarios
# Settings that every run changes, as --with does; an unknown name lists those that there are:
# with:
#   server_login_retry: 1
`;

export const projectFile = `${JSON.stringify(
  { private: true, type: 'module', devDependencies: { pgdrill: `^${version}` } },
  null,
  2,
)}\n`;

/** Of a run, the history is kept in git; the rest is large, and can be made again or uploaded by CI. */
export const ignored = ['node_modules/', 'reports/*/', 'reports/index.html'];
