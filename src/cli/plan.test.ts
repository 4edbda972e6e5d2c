import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'chai';
import { predictDrill } from '../measure/failover/predict.ts';
import { findScenario } from '../project/catalogue.ts';
import { courseOf } from '../scenario/course.ts';
import { limitsOn } from '../scenario/limits.ts';
import { loadStack } from '../stacks/index.ts';
import { callProgram } from './program.ts';

const names = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .filter((name) => /^(?!k6|studies)([a-z0-9-]+\/)?[a-z0-9-]+\.ts$/.test(name))
  .map((name) => basename(name, '.ts'));

/** What a command prints, and its exit code. */
async function said(...words: string[]): Promise<{ text: string; code: number }> {
  const lines: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = ((text: string) => lines.push(text) > 0) as typeof write;
  try {
    const code = await callProgram(words);
    return { text: lines.join(''), code };
  } finally {
    process.stdout.write = write;
  }
}

describe('pgdrill plan', () => {
  it('shows each limit with its source, beside the outage that the timeouts predict', async () => {
    const { text } = await said('plan', 'primary-crash', '--stack', 'k3s', '--limit', 'recoveryMs=90s');
    expect(text).to.contain(
      'limit    write outage ≤ 65 s (writeOutageMs; what the timeouts allow (62 s), see pgdrill plan)',
    );
    expect(text).to.contain('limit    full recovery ≤ 90 s (recoveryMs; --limit)');
    expect(text).to.contain('predicted outage of writes: 15.5–62.0 s').and.not.to.contain('warning');
  });

  it('shows client programs, and refuses those that a run refuses', async () => {
    const { text } = await said('plan', 'pinned-pool', '--stack', 'k3s');
    expect(text).to.contain('client   sqlalchemy by late: 4 workers, 4 writes/s');
    expect(text).to.contain('refused  the client sqlalchemy connects by late, but clients of the stack k3s do not');
    expect((await said('plan', 'primary-crash', '--stack', 'k3s')).text).not.to.contain('client ');
  });

  it('warns of a limit that the timeouts alone can break, or must', async () => {
    const warned = async (rto: string) => (await said('plan', 'primary-crash', '--limit', `rto=${rto}`)).text;
    expect(await warned('20s')).to.contain('can fail with everything working: the timeouts alone allow up to 25.5 s');
    expect(await warned('10s')).to.contain('cannot hold: the timeouts alone take at least 15.1 s');
  });

  it('finds no shipped limit on the outage that the timeouts of a stack alone can break', async () => {
    const found: string[] = [];
    let predicted = 0;
    for (const kind of ['lab', 'k3s'] as const) {
      const stack = await loadStack(kind);
      for (const name of names) {
        const { scenario } = await findScenario('scenarios', name);
        const known = Object.keys(scenario.topology.settings).every((setting) =>
          Object.hasOwn(stack.settings, setting),
        );
        if (!known || !scenario.needs.every((need) => stack.capabilities.has(need))) continue;
        const prediction = predictDrill(
          scenario,
          stack.planned(scenario.topology),
          courseOf(scenario.drill)?.firstFaultMs,
        );
        const { max } = limitsOn(scenario.limits, kind).writeOutageMs ?? {};
        if (!prediction || max === undefined) continue;
        predicted++;
        if (max < prediction.highMs) found.push(`${name} on ${kind}: ${max} < ${prediction.highMs}`);
      }
    }
    expect(predicted).to.be.greaterThan(5);
    expect(found).to.deep.equal([]);
  });
});
