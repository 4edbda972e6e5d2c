/** `run --manifests … --against <ref>`: the same manifests as another commit has them, drilled in turn with these. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { execa } from 'execa';
import { exitCodes, UsageError } from '../errors.ts';
import { worst } from '../measure/check.ts';
import { againstBaseline } from '../measure/compare/baseline.ts';
import type { MetricName } from '../measure/metrics.ts';
import type { Config } from '../project/config.ts';
import type { HistoryLine } from '../report/history.ts';
import type { RunResult } from '../run/index.ts';
import { onRunning } from '../run/on-running.ts';
import type { Turn } from '../run/order.ts';
import type { Stack } from '../stacks/stack.ts';
import { comparisonLines } from './compare.ts';
import { say } from './say.ts';
import { stackOf } from './stack.ts';

interface Checkout extends AsyncDisposable {
  /** Holds the files of the commit. */
  readonly folder: string;
  /** The user's paths in it. */
  readonly paths: readonly string[];
}

/**
 * Copies the files of a commit into a temporary folder; the repository is not changed.
 * @param ref a branch, tag or commit
 * @throws UsageError where the paths are in no repository, or it has no such commit
 */
export async function checkout(ref: string, paths: readonly string[]): Promise<Checkout> {
  const root = await rootOf(paths[0]!);
  const { exitCode, stdout: commit } = await git(root, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  if (exitCode !== 0)
    throw new UsageError(`--against expects a branch, tag or commit of ${root}, but ${ref} is none of them`);
  const outside = paths.find((path) => relative(root, resolve(path)).startsWith('..'));
  if (outside) throw new UsageError(`--against compares files of one repository, but ${outside} is not in ${root}`);
  const folder = await mkdtemp(join(tmpdir(), 'pgdrill-against-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    // An empty folder of this name marks the root that kustomizations may refer to.
    await mkdir(join(folder, '.git'));
    await execa('git', ['-C', root, 'archive', '--format=tar', commit]).pipe('tar', ['-x', '-C', folder]);
  } catch (error) {
    await remove();
    throw new UsageError(`the files of ${ref} cannot be read from ${root}: ${(error as Error).message.split('\n')[0]}`);
  }
  return {
    folder,
    paths: paths.map((path) => join(folder, relative(root, resolve(path)))),
    [Symbol.asyncDispose]: remove,
  };
}

async function rootOf(path: string): Promise<string> {
  const above = /[*?[{]/.test(path) ? '.' : dirname(resolve(path));
  const { exitCode, stdout } = await git(above, ['rev-parse', '--show-toplevel']);
  if (exitCode === 0) return stdout.trim();
  throw new UsageError(`--against compares with another commit, but ${path} is in no git repository`);
}

const git = (folder: string, args: readonly string[]) =>
  execa('git', ['-C', folder, ...args], { reject: false, stdin: 'ignore' });

/** One run of a comparison. */
interface Pair extends Turn {
  readonly variant: 'before' | 'after';
}

/** Each turn once for either variant, the order changing from round to round, so that neither always comes first. */
export const pairs = (turns: readonly Turn[]): Pair[] =>
  turns.flatMap((turn) => {
    const both = [
      { ...turn, variant: 'before' },
      { ...turn, variant: 'after' },
    ] as const;
    return turn.round % 2 === 1 ? both : both.toReversed();
  });

/**
 * Settings and topology are what the variants differ in, and the scenario's hash covers the topology: they do not keep the
 * runs from being compared.
 */
const comparable = (line: HistoryLine): HistoryLine => ({
  ...line,
  fingerprint: Object.fromEntries(
    Object.entries(line.fingerprint).filter(([name]) => !/^(settings|topology)\b|^scenario$/.test(name)),
  ),
});

/** The stacks of a comparison. */
export interface Against {
  readonly before: Stack;
  readonly after: Stack;
}

/**
 * The two as they take turns: each on stacks of its own, or both on one that `pgdrill up` keeps.
 * @throws UsageError where they differ in something that a running stack cannot change
 */
export function inTurns(before: Stack, after: Stack, on: string | undefined): Against {
  if (on === undefined) return { before, after };
  if (before.fixed !== after.fixed)
    throw new UsageError(
      'the two commits differ in more than a running stack can change (beside settings of the Cluster and the Pooler); leave out --on, so that each run gets a stack of its own',
    );
  return { before: onRunning(before, on), after: onRunning(after, on) };
}

export interface PairRan {
  readonly scenario: string;
  readonly before: RunResult[];
  readonly after: RunResult[];
}

/** The stack of the other commit; undefined where none is asked for. @throws UsageError where there is nothing to compare */
export async function againstOf(
  { against, gate, baseline, reuse }: { against?: string; gate?: true; baseline?: string; reuse?: boolean },
  config: Config,
): Promise<(AsyncDisposable & { readonly stack: Stack }) | undefined> {
  if (against === undefined) return undefined;
  if (config.manifests.length === 0)
    throw new UsageError(
      '--against compares manifests with those of another commit, but none are named; use --manifests',
    );
  const other = Object.entries({ gate, baseline, reuse }).find(([, value]) => value !== undefined)?.[0];
  if (other) throw new UsageError(`--against compares two groups of runs of its own; leave out --${other}`);
  const files = await checkout(against, config.manifests);
  try {
    const stack = await stackOf({ ...config, manifests: [...files.paths] }, { folder: files.folder, name: against });
    return { stack, [Symbol.asyncDispose]: () => files[Symbol.asyncDispose]() };
  } catch (error) {
    await files[Symbol.asyncDispose]();
    throw error;
  }
}

/** Reports what the change did. @returns the exit code: that of the runs after it, and 1 for a regression */
export function tellPair(ran: readonly PairRan[], metrics: readonly MetricName[]): number {
  const changes = ran.flatMap(({ scenario, before, after }) => {
    if (before.length === 0 || after.length === 0) return [];
    const lines = (results: readonly RunResult[]) => results.map(({ line }) => comparable(line));
    const { comparisons } = againstBaseline(lines(before), lines(after), metrics);
    for (const line of comparisonLines(scenario, comparisons)) say(line);
    return comparisons.map(({ change }) => change);
  });
  if (changes.includes('regression')) return exitCodes.fail;
  return exitCodes[worst(ran.flatMap(({ after }) => after.map(({ verdict }) => verdict.outcome)))];
}
