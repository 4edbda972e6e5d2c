// Runs tasks in lanes: several at a time, each with a state folder of its own. Phases come one after the other. The output
// of a task is printed when it has ended, so that lines of two never mix.
import { countsOf } from './counts.mjs';
import { start } from './program.mjs';
import { clear, clearDead, makeState } from './state.mjs';

/** How long an interrupted task may heal and remove what it opened, ms. */
const graceMs = 60_000;

/** What needs the processor comes first, so that it takes nothing from the labs; what needs the whole machine comes last. */
const phases = ['compute', 'lab', 'alone'];

/**
 * @param tasks `name`, `argv`; `phase`: one of `phases`, and only one task at a time in `alone`; `mocha`: its tests are
 *   counted, not the task; `uses`: a thing that no two tasks may use at the same time
 * @param options `lanes`: how many at a time; `limitMs` of one task; `print`: takes a text
 * @returns the totals, and the signal that ended the run early, if any
 */
export async function runInLanes(tasks, { lanes, limitMs, print }) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  const running = new Set();
  let interrupted;
  const interrupt = (signal) => {
    // The second time without grace.
    for (const task of running) task.signal(interrupted ? 'SIGKILL' : 'SIGINT');
    if (!interrupted) setTimeout(() => interrupt(signal), graceMs).unref();
    interrupted = signal;
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);

  let number = 0;
  async function runOne(task) {
    const state = makeState(++number);
    const startedMs = performance.now();
    const env = { ...process.env, NO_COLOR: '1', PGDRILL_STATE: state };
    const program = start(task.argv, { env, limitMs });
    running.add(program);
    const ended = await program.ended;
    running.delete(program);
    const counts = countsOf({ mocha: task.mocha, limitMs }, ended);
    const behind = await clear(state);
    if (behind) counts.failed++;
    for (const key of Object.keys(totals)) totals[key] += counts[key];
    const why = [counts.why, behind && `left behind: ${behind.left.join(', ')}`].filter(Boolean);
    if (counts.failed > 0) failures.push(`${task.name}: ${[`${counts.failed} failed`, ...why].join('; ')}`);
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    const last = `── ${task.name}: ${written(counts)} in ${seconds} s`;
    print(
      [`\n── ${task.name} ──`, ended.output.trimEnd(), behind?.output.trimEnd(), ...why, last]
        .filter(Boolean)
        .join('\n'),
    );
  }

  await clearDead();
  for (const phase of phases) {
    const waiting = tasks.filter((task) => task.phase === phase);
    const inUse = new Set();
    /** Of the tasks that wait, the first whose thing nobody uses. */
    const next = () => {
      const index = waiting.findIndex(({ uses }) => !inUse.has(uses));
      return index < 0 || interrupted ? undefined : waiting.splice(index, 1)[0];
    };
    const lane = async () => {
      for (let task = next(); task; task = next()) {
        if (task.uses) inUse.add(task.uses);
        await runOne(task);
        inUse.delete(task.uses);
      }
    };
    await Promise.all(Array.from({ length: phase === 'alone' ? 1 : lanes }, lane));
    // A lane that found everything in use has ended; what waited for that is run here.
    await lane();
  }

  for (const signal of signals) process.off(signal, interrupt);
  if (failures.length > 0) print(['\nfailed:', ...failures.map((line) => `  ${line}`)].join('\n'));
  if (interrupted) print(`\ninterrupted by ${interrupted}: what ran was ended and healed, the rest was not run`);
  return { totals, interrupted };
}

export const written = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;
