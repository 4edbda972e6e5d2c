/** Scenario files under plain mocha: `npx mocha scenarios/failover/primary-crash.ts`. Loaded by `.mocharc.json`. */
import { relative } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { printable } from './printable.ts';
import type { RunResult } from './run/index.ts';
import { type Scenario, whenDefined } from './scenario/index.ts';

whenDefined(describeScenario);

/** A scenario that a unit test of pgdrill itself defines is not meant to run: it would break something on a real lab. */
const ownSources = `${import.meta.dirname}/`;

/** A suite that runs the drill once, and one test for each limit. */
function describeScenario(scenario: Scenario): void {
  describe(`${scenario.name}: ${scenario.asks}`, function suite() {
    if (this.file?.startsWith(ownSources)) return;
    this.timeout(0);
    const abort = new AbortController();
    const stop = () => abort.abort();
    let result: RunResult | undefined;

    before(async function run() {
      // Loaded here and not above: unit tests load this file too, and need none of it.
      const { readConfig } = await import('./project/config.ts');
      const { limitsFromConfig } = await import('./scenario/limits.ts');
      const { runDrill, whySkipped } = await import('./run/index.ts');
      const { loadStack } = await import('./stacks/index.ts');
      const config = await readConfig();
      const stack = await loadStack(config.stack);
      const reason = (await stack.unavailable()) ?? (await whySkipped(scenario, stack));
      if (reason) {
        console.log(printable(`skipped: ${reason}`));
        this.skip();
      }
      process.on('SIGINT', stop).on('SIGTERM', stop);
      const command = `npx mocha ${this.file ? relative(process.cwd(), this.file) : scenario.name}`;
      const limits = limitsFromConfig(config.limits, scenario.name);
      result = await runDrill({
        ...config,
        limits,
        scenario,
        stack,
        changed: config.with,
        command,
        signal: abort.signal,
      });
      if (result.trouble) throw result.trouble;
    });
    after(() => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      if (result) console.log(`    ${printable(result.verdict.sentence)}\n    ${printable(result.folder)}/report.html`);
    });

    // Its value depends on the stack and the configuration, which are read later.
    for (const metric of [...Object.keys(scenario.limits), ...Object.keys(scenario.measures ?? {})])
      it(`keeps the limit on ${metric}`, () => expectPass(result, metric));
    it('left nothing behind', () => expectPass(result, 'residue'));
  });
}

function expectPass(result: RunResult | undefined, metric: string): void {
  const { checks = [], own = [] } = result?.verdict ?? {};
  const check = checks.find((one) => one.metric === metric) ?? own.find(({ name }) => name === metric);
  if (check?.outcome === 'pass') return;
  const { outcome = 'unknown', value, lower, upper, note } = check ?? {};
  const text = `${outcome}: ${metric} is ${value ?? 'not measured'} [${lower}, ${upper}]${note ? `: ${note}` : ''}`;
  throw new Error(printable(text));
}
