/** For tests: entries of `fixtures/check`, each a small tree of manifests with what is to be found in it. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Checked, type CheckOptions, checkAll } from './check.ts';
import type { Finding } from './finding.ts';
import { gather } from './tree/collect.ts';

export interface Entry {
  readonly folder: string;
  /** What the entry shows: the first line of its `expected.txt`. */
  readonly shows: string;
  /** Single files that are checked; the whole tree where there are none. */
  readonly files: readonly string[];
  /** `severity rule file:line` and `note: …`, in order. */
  readonly expected: readonly string[];
}

export function entriesIn(folder: string): Entry[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const lines = readFileSync(join(folder, name, 'expected.txt'), 'utf8')
        .trimEnd()
        .split('\n');
      const files = lines.find((line) => line.startsWith('# check: '))?.slice('# check: '.length);
      return {
        folder: join(folder, name),
        shows: lines[0]!.slice(2),
        files: files?.split(' ') ?? [],
        expected: lines.filter((line) => !line.startsWith('#')),
      };
    });
}

/** The time at which entries are judged. */
const nowMs = Date.UTC(2026, 10, 1);

/** Runs work in a copy of the entry, which is a repository of its own. */
export async function inCopy<T>({ folder }: Entry, work: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  const copy = mkdtempSync(join(tmpdir(), 'pgdrill-corpus-'));
  try {
    cpSync(folder, copy, { recursive: true });
    rmSync(join(copy, 'expected.txt'));
    execFileSync('git', ['init', '-q'], { cwd: copy });
    process.chdir(copy);
    return await work();
  } finally {
    process.chdir(before);
    rmSync(copy, { recursive: true });
  }
}

/** Checks the entry in the current folder, as the command does. */
export async function checked({ files }: Entry): Promise<Checked> {
  const { sources, notes, ...context } = await gather(files.length > 0 ? files : ['.'], Readable.from([]));
  const options: CheckOptions = { nowMs, ...context };
  const result = checkAll(sources, options);
  return { ...result, notes: [...notes, ...result.notes] };
}

const lineOf = ({ severity, rule, file, line }: Finding): string => `${severity} ${rule} ${file}:${line}`;

/** All that is found, as `expected.txt` has it. */
export const linesOf = ({ findings, notes }: Checked): string[] => [
  ...findings.map(lineOf),
  ...notes.map(({ text }) => `note: ${text}`),
];
