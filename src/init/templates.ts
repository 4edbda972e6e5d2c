/** The files that `pgdrill init` writes, except those for CI. */

/** What one field or limit means is in its description: editors show it on hover. */
export const firstScenario = `import { scenario } from 'pgdrill';

/** The primary crashes while clients write through the pooler. Change the limits to what you promise. */
export default scenario({
  name: 'first-drill',
  asks: 'How long do writes stop when the primary crashes, and is any acknowledged write lost?',
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
    await recovered({ within: '3m' }); // heal only afterwards: clients get no help
    await crash.heal();
    await settled({ within: '2m' });
  },
});
`;

/** Where the findings that a project accepts are kept. */
export const knownFindings = 'check-baseline.json';

/** @param installed the installed package as seen from the configuration */
export const configuration = (installed = './node_modules/pgdrill'): string => `\
# yaml-language-server: $schema=${installed.startsWith('.') ? installed : `./${installed}`}/schemas/config.schema.json
# Every setting has a default. PGDRILL_… in the environment overrides this file; options of the command line override both.
stack: lab
out: reports
scenarios: scenarios
# Settings that every run changes, as --with does; an unknown name lists those that exist:
# with:
#   server_login_retry: 1
# The check of manifests. The file holds findings that do not fail the job; pgdrill check --write-baseline writes it:
# check:
#   failOn: warning
#   baseline: ${knownFindings}
`;

/** Beside scenarios where the package is not one of ES modules: Node.js reads them as what they are. */
export const scenarioPackage = `${JSON.stringify({ private: true, type: 'module' }, null, 2)}\n`;

/** Editors use it for the scenarios alone, whatever the rest of the project is compiled with. */
export const scenarioTypes = `${JSON.stringify(
  {
    compilerOptions: {
      module: 'nodenext',
      target: 'es2024',
      lib: ['es2024'],
      strict: true,
      noEmit: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: [],
    },
    include: ['.'],
  },
  null,
  2,
)}\n`;

/** Of a run, the history is kept in git; the rest is large, and CI uploads it. */
const ignored = ['node_modules/', 'reports/*/', 'reports/index.html'];

/** @returns the text with the lines that it lacks added at its end */
export function completeIgnored(text = ''): string {
  const lines = new Set(text.split('\n').map((line) => line.trim()));
  const missing = ignored.filter(
    (line) => !lines.has(line) && !lines.has(`/${line}`) && !lines.has(line.replace(/\/$/, '')),
  );
  if (missing.length === 0) return text;
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${gap}${missing.join('\n')}\n`;
}
