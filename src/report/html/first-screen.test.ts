/** The first screens of real runs, word for word: each answers how long, why, what to change, and whether to believe it. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readRunFile } from '../../journal/read.ts';
import type { Run } from '../../journal/run.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { judge } from '../../measure/judge.ts';
import type { Lever } from '../../measure/proposal.ts';
import { timers as operatorTimers } from '../../stacks/cnpg/timers.ts';
import { timers as labTimers } from '../../stacks/lab/timers.ts';
import { renderHtml } from './index.ts';

const stored = (name: string) => readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);

/** From the top of the page to the limits, as a reader sees it: a line for each block, folds closed. */
function firstScreen(run: Run, levers: readonly Lever[]): string {
  const page = renderHtml(run, judge(run), { levers });
  const part = /<header>.*?(?=<section id="failover">|<details id="not-proved")/s.exec(page)![0];
  return part
    .replace(/<details>.*?<\/details>/gs, '')
    .replace(
      /<a class="evidence".*?<\/a>|<span class="evidence".*?<\/span>|<caption>.*?<\/caption>|<thead.*?<\/thead>/gs,
      '',
    )
    .replace(/<\/(p|h1|h2|h3|li|tr|dd|div)>/g, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&amp;/g, '&')
    .split('\n')
    .map((line) =>
      line
        .replace(/[ \u202f]+/g, ' ')
        .replace(/ ([.,;:])/g, '$1')
        .trim(),
    )
    .filter(Boolean)
    .join('\n');
}

/**
 * Made up after the observations that `reports/examples/primary-freeze-k3s.html` cites, at their times less 0.2 s. When the
 * lease passed on is not among them; docs/measured.md says: only after the drill had woken the old primary.
 */
async function frozen(): Promise<Run> {
  const journal = synthetic({
    seconds: 330,
    stepUs: 50_000,
    name: 'primary-freeze',
    limits: { writeOutageMs: { max: 60_000 } },
  });
  for (const stream of ['direct', 'pooler-1'] as const) journal.stream(stream, { down: [20, 304.8] });
  journal.fault('freeze', { at: 20, heal: 262.3, target: 'postgres-2' }).role(0, 'sql', 'postgres-2', 'primary', 2);
  journal.role(52.6, 'route', 'postgres-2', 'unrouted').role(83.2, 'platform', 'postgres-2', 'lost');
  journal.role(83.6, 'platform', 'postgres-1', 'elected');
  const passed = {
    level: 'info',
    text: 'the lease passed on',
    lease: { from: 'postgres-2', to: 'postgres-1' },
  } as const;
  journal.line('note', 266, passed).role(287.4, 'sql', 'postgres-1', 'primary', 3);
  journal
    .role(291.7, 'route', 'postgres-1', 'routed')
    .writes({ down: [20, 304.8], switches: [287] })
    .ledger()
    .residue();
  const run = await journal.end().run();
  const settings = { 'cloudnativepg.lease_duration': '15 s', 'cloudnativepg.lease_retry_period': '2 s' };
  return { ...run, stack: { ...run.stack!, settings } };
}

describe('the first screen of', () => {
  const screens: readonly (readonly [string, string, readonly Lever[]])[] = [
    ['a crash on the lab that passed', 'primary-crash-passed', labTimers],
    ['a switchover in which PgBouncer held clients back', 'planned-switchover-failed', labTimers],
    ['a crash on CloudNativePG', 'pool-mode-storm-operator-not-held', operatorTimers],
    ['a deletion on CloudNativePG whose commits waited for a standby', 'primary-delete-now-failed', operatorTimers],
    ['standbys that hung on CloudNativePG: only the drill ended the outage', 'alerts-failed', operatorTimers],
  ];
  for (const [what, name, levers] of screens)
    it(`${what} reads as the page in fixtures/first-screens/${name}.txt`, async () => {
      const golden = readFileSync(`fixtures/first-screens/${name}.txt`, 'utf8');
      expect(`${firstScreen(await stored(name), levers)}\n`).to.equal(golden);
    });

  it('a primary on CloudNativePG that hangs, as the example report saw it, says that only the drill ended the outage', async () => {
    const text = firstScreen(await frozen(), operatorTimers);
    expect(text).to.match(
      /^FAIL Writes never recovered on their own \(limit 60 s\)\. The drill ended its fault after 242\.3 s/m,
    );
    expect(text).to.contain(
      'Writes did not recover on their own; the drill ended the outage after 242.3 s. 178.7 s of the 242.3 s passed while ' +
        'postgres-1 waited for the primary lease: postgres-2 kept it, because the freeze stops PostgreSQL',
    );
    expect(text).to.contain(
      'Nothing in these settings: most of the outage is imposed by CloudNativePG (the primary lease).',
    );
    expect(text).to.contain('delete its pod (postgres-2): the lease then expires.');
  });

  it('any stored run answers how long, why and what to change', async () => {
    for (const [, name, levers] of screens) {
      const text = firstScreen(await stored(name), levers);
      expect(text, 'how long').to.match(/^(PASS|FAIL|UNKNOWN) .*(down \d|never recovered)/m);
      expect(text, 'why').to.match(/^Why\n(All of it|\d|Writes did not recover)/m);
      expect(text, 'what to change').to.match(/^What to change\n(Set |Nothing in these settings: .*imposed by)/m);
    }
  });
});
