/** The isolation check beside Elle, the checker of Jepsen, on the same histories: verdicts and speed. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../src/errors.ts';
import { HistoryRecorder } from '../src/isolation/history.ts';
import { judgeIsolation } from '../src/isolation/judge.ts';
import { type AnomalyName, anomalyNames, type IsolationLevel, isolationLevels } from '../src/isolation/levels.ts';
import { simulate } from '../src/isolation/test-database.ts';
import { judged, type Operation, type Transaction } from '../src/isolation/test-history.ts';
import { plant } from '../src/isolation/test-planted.ts';
import { quantile } from '../src/measure/stats.ts';
import { randomFrom } from '../src/random.ts';
import type { Benchmark } from './benchmark.ts';
import { batchesOf, record } from './long-history.ts';

/**
 * Elle and everything that it needs. Its jars are on Clojars, so that Clojure's own tools can print it; the published
 * figures were taken with a class path built from its sources.
 */
const classPath = process.env.PGDRILL_ELLE_CLASSPATH;
const program = fileURLToPath(new URL('./elle/judge.clj', import.meta.url));
const histories = 100;
const long = 100_000;
const rounds = 5;
const sound = { transactions: 30, sessions: 5, keys: 4, lostAnswers: 0.05, rollbacks: 0.05 };

const models: Readonly<Record<IsolationLevel, string>> = {
  'read committed': ':read-committed',
  'repeatable read': ':snapshot-isolation',
  serializable: ':serializable',
};
const types = { ok: ':ok', failed: ':fail', unknown: ':info' } as const;

interface Answer {
  readonly valid?: boolean | null;
  readonly types?: readonly string[];
  readonly ms?: number;
  readonly error?: string;
}

function edn(history: readonly Transaction[], level: IsolationLevel): string {
  const operation = (op: Operation) =>
    'append' in op
      ? `[:append ${op.key} ${op.append}]`
      : `[:r ${op.key} ${op.read ? `[${op.read.join(' ')}]` : 'nil'}]`;
  const txns = history.map(({ outcome, operations }) => `[${types[outcome]} [${operations.map(operation).join(' ')}]]`);
  return `{:model ${models[level]} :txns [${txns.join(' ')}]}`;
}

/** Runs Elle over histories, one after the other in one JVM. */
async function askElle(lines: readonly string[]): Promise<Answer[]> {
  const java = spawn('java', ['-Djava.awt.headless=true', '-Xmx8g', '-cp', classPath!, 'clojure.main', program]);
  const answers: Answer[] = [];
  let said = '';
  java.stderr.on('data', (text: Buffer) => (said = `${said}${text}`.slice(-2000)));
  java.stdin.on('error', () => {});
  java.stdin.end(lines.map((line) => `${line}\n`).join(''));
  for await (const line of createInterface({ input: java.stdout }))
    if (line.startsWith('{')) answers.push(JSON.parse(line) as Answer);
  if (answers.length < lines.length)
    throw new SetupError(`Elle answered ${answers.length} of ${lines.length}: ${said}`);
  return answers;
}

interface Case {
  readonly kind: AnomalyName | 'none';
  readonly level: IsolationLevel;
  readonly history: readonly Transaction[];
}
/** What Elle calls an anomaly that it finds where ours has this name. */
const elleNames: Partial<Record<AnomalyName, readonly string[]>> = {
  'long-fork': ['G-nonadjacent', 'G-nonadjacent-item'],
  'G-nonadjacent': ['G-nonadjacent', 'G-nonadjacent-item'],
  'G-single': ['G-single', 'G-single-item'],
};

function cases(): Case[] {
  const kinds = [...anomalyNames, 'none' as const];
  return kinds.flatMap((kind, k) =>
    Array.from({ length: histories }, (_, seed): Case => {
      const random = randomFrom(1000 * k + seed);
      const level = isolationLevels[seed % 3]!;
      const history = simulate(random, { ...sound, level });
      return { kind, level, history: kind === 'none' ? history : [...plant(random, 1000, kind), ...history] };
    }),
  );
}

/** The long history as Elle reads it, and ours by its columns. */
function longHistory(): { line: string; judge: () => number } {
  const transactions: Transaction[] = [];
  for (const { outcomes, firstOp, keys, values, elements } of batchesOf(long)) {
    let read = 0;
    for (const [t, outcome] of outcomes.entries()) {
      const operations: Operation[] = [];
      for (let op = firstOp[t]!; op < firstOp[t + 1]!; op++) {
        const [key, value] = [keys[op]!, values[op]!];
        if (value < 0) operations.push({ key, append: -1 - value });
        else operations.push({ key, read: outcome === 'ok' ? [...elements.subarray(read, read + value)] : undefined });
        read += Math.max(0, value);
      }
      transactions.push({ outcome, operations });
    }
  }
  const batches = [...batchesOf(long)];
  const judge = () => {
    const began = performance.now();
    const recorder = new HistoryRecorder();
    for (const batch of batches) record(recorder, batch);
    judgeIsolation(recorder.take(), 'serializable');
    return performance.now() - began;
  };
  return { line: edn(transactions, 'serializable'), judge };
}

export const elle: Benchmark = {
  name: 'elle',
  measures: `verdicts of Elle and of the isolation check on ${14 * histories} histories, and the time for ${long} transactions`,
  unavailable: async () =>
    classPath ? undefined : 'PGDRILL_ELLE_CLASSPATH is not set; see bench/elle.ts for how to get Elle',
  async run() {
    const all = cases();
    const { line, judge } = longHistory();
    const answers = await askElle([
      ...all.map(({ history, level }) => edn(history, level)),
      ...Array.from({ length: rounds + 1 }, () => line),
    ]);
    const different = new Map<string, number>();
    let [same, named] = [0, 0];
    all.forEach(({ kind, level, history }, i) => {
      const { anomalies, counts } = judged(history, level);
      const theirs = answers[i]!;
      if (theirs.valid === (anomalies.length === 0)) same++;
      else {
        const why = `${kind} under ${level}: ours ${Object.keys(counts).join(' ') || 'none'}, Elle ${theirs.error ?? theirs.types?.join(' ')}`;
        different.set(why, (different.get(why) ?? 0) + 1);
      }
      const names = Object.keys(counts) as AnomalyName[];
      if (names.every((name) => (elleNames[name] ?? [name]).some((its) => theirs.types?.includes(its)))) named++;
    });
    for (const [why, count] of different) console.log(`  ${count} × ${why.slice(0, 200)}`);
    const elleMs = answers.slice(all.length + 1).map(({ ms }) => ms!);
    const oursMs = Array.from({ length: rounds + 1 }, judge).slice(1);
    return [
      { name: 'histories', value: all.length, unit: '' },
      { name: 'same verdict', value: same, unit: '' },
      { name: 'the same kinds named', value: named, unit: '' },
      { name: 'Elle, median', value: (1000 * long) / quantile(elleMs, 0.5), unit: '/s' },
      { name: 'Elle, slowest', value: (1000 * long) / Math.max(...elleMs), unit: '/s' },
      { name: 'Elle, fastest', value: (1000 * long) / Math.min(...elleMs), unit: '/s' },
      { name: 'this check, median', value: (1000 * long) / quantile(oursMs, 0.5), unit: '/s' },
      { name: 'this check, slowest', value: (1000 * long) / Math.max(...oursMs), unit: '/s' },
      { name: 'this check, fastest', value: (1000 * long) / Math.min(...oursMs), unit: '/s' },
    ];
  },
};
