import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import type { Result } from '../measure/verdict.ts';
import { version } from '../project/version.ts';
import { renderEvidence } from '../report/evidence/html.ts';
import { type EvidenceRun, evidencePack, type HashedFile } from '../report/evidence/pack.ts';
import type { HistoryLine } from '../report/history.ts';
import { reportFile, verdictFile } from '../run/folder.ts';
import { loadHistory } from '../run/history.ts';
import { resolveJournal } from '../run/journal-path.ts';
import { say } from './say.ts';

/** `pgdrill evidence`: what an auditor asks for, as a page that prints and as JSON. */
export function evidenceCommand(): Command {
  return new Command('evidence')
    .description('write an evidence pack for auditors: scope, targets against measurements, findings, checksums')
    .argument('<run...>', 'folders of runs, or their journals')
    .option('--out <folder>', 'where evidence.html and evidence.json go (default: evidence/ beside the first run)')
    .action(async (paths: string[], { out }: { out?: string }) => {
      const journals = paths.map(resolveJournal);
      const runs = await Promise.all(journals.map(hashed));
      const history = await historiesOf(journals);
      const pack = evidencePack({ runs, history, madeAt: new Date().toISOString(), version });
      const folder = out ?? join(dirname(dirname(journals[0]!)), 'evidence');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'evidence.json'), `${JSON.stringify(pack, null, 2)}\n`);
      await writeFile(join(folder, 'evidence.html'), renderEvidence(pack));
      say(`evidence: ${join(folder, 'evidence.html')}`);
    });
}

async function hashed(journal: string): Promise<EvidenceRun> {
  const run = await readRunFile(journal);
  const folder = dirname(journal);
  const beside = [verdictFile(folder), reportFile(folder)].filter((file) => existsSync(file));
  const verdict = judge(run);
  const doubts = [...verdict.doubts, ...(await disagreement(verdictFile(folder), verdict.outcome))];
  return { run, verdict: { ...verdict, doubts }, files: await Promise.all([journal, ...beside].map(hashOf)) };
}

/** The verdict of then beside the journal judged again: an auditor has to know where the two differ. */
async function disagreement(file: string, outcome: Result): Promise<string[]> {
  if (!existsSync(file)) return [];
  const text = await readFile(file, 'utf8');
  const then = outcomeIn(text);
  return then === outcome
    ? []
    : [`verdict.json says ${then ?? 'nothing that can be read'}; the journal judged again gives ${outcome}`];
}

function outcomeIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { outcome?: string }).outcome;
  } catch {
    return undefined;
  }
}

async function hashOf(file: string): Promise<HashedFile> {
  const bytes = await readFile(file);
  return { name: basename(file), sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

/** All runs of the folders that these are in, oldest first, each once. */
async function historiesOf(journals: readonly string[]): Promise<HistoryLine[]> {
  const folders = [...new Set(journals.map((journal) => dirname(dirname(journal))))];
  const lines = (await Promise.all(folders.map(loadHistory))).flat();
  return [...new Map(lines.map((line) => [line.run, line])).values()].sort((a, b) =>
    a.startedAt < b.startedAt ? -1 : 1,
  );
}
