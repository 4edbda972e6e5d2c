import { expect } from 'chai';
import type { Run } from '../../journal/run.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { judge } from '../../measure/judge.ts';
import { type HistoryLine, historyLine } from '../history.ts';
import { sampleJournal, sampleRun } from '../sample-run.ts';
import { renderHtml } from './index.ts';

const rendered = (run: Run): string => renderHtml(run, judge(run));
/** The part of the page between a panel's id and the end of its figure. */
const figureOf = (page: string, id: string): string =>
  page.match(new RegExp(`<figure id="${id}">.*?</figure>`, 's'))![0];

/** The line below the figures, as text. */
const linesOfLosses = (page: string): string => /<p class="small losses">(.*?)<\/p>/.exec(page)?.[1] ?? '';

describe('the views of the report', () => {
  it('names a lost write by its key, with a link to its record', async () => {
    const run = await sampleJournal()
      .ledger({ without: [[3, 7]] })
      .end()
      .run();
    const page = rendered(run);
    const row = page.match(/<span class="name">lost<\/span>.*?<\/tr>/s)![0];
    expect(row)
      .to.contain('<b>1</b>')
      .and.to.match(/\(3, 7\) <a class="evidence" href="#seq-\d+"/);
    expect(page).to.match(/id="seq-\d+"><th scope="row">\d+<\/th><td>write \(3, 7\) due at/);
  });

  it('names kept, vanished, duplicated and foreign writes', async () => {
    const run = await sampleJournal()
      .ledger({ with: [[99, 1]], twice: [[2, 2]] })
      .end()
      .run();
    const page = rendered(run);
    expect(page).to.match(/<span class="name">duplicated<\/span>.*?\(2, 2, 2\)/s);
    expect(page).to.match(/<span class="name">foreign<\/span>.*?\(99, 1\)/s);
  });

  it('shows the wait for the lease as a phase of its own', async () => {
    const passed = { level: 'info', text: 'the lease passed on', lease: { from: 'pg-1', to: 'pg-2' } } as const;
    const page = rendered(await sampleJournal().line('note', 41, passed).end().run());
    const row = page.match(/<tr role="row"><th scope="row" role="rowheader">wait for the primary lease.*?<\/tr>/s)![0];
    expect(row).to.contain('1.1').and.to.contain('>lease</td>');
  });

  it('says that losses are unknown where the ledger was not read', async () => {
    const page = rendered(await synthetic({ seconds: 10 }).stream('pooler-1').writes().run());
    expect(page).to.contain('whether a write was lost is <b>unknown</b>');
  });

  it('keeps a single bad slot of 10 ms in the strip of a run of twenty minutes', async () => {
    const bad = { from: 600, to: 600.005, how: 'reset' } as const;
    const strips = await Promise.all(
      [[], [bad]].map(async (down) =>
        figureOf(rendered(await synthetic({ seconds: 1200 }).stream('direct', { down }).end().run()), 'availability'),
      ),
    );
    expect(strips[0]).not.to.contain('<path class="bad"');
    expect(strips[1]).to.match(/<path class="bad" d="M\d+(\.\d+)? 18H\d+(\.\d+)?V31H[\d.]+z"/);
  });

  it('keeps the one slow write among thousands in the scatter', async () => {
    const slow = (rows: { doneUs: number }[]) => {
      rows[9_000]!.doneUs += 3_000_000;
    };
    const [calm, spiked] = await Promise.all(
      [undefined, slow].map(async (change) =>
        figureOf(
          rendered(
            await synthetic({ seconds: 60 })
              .writes({ perSecond: 200, ...(change && { change }) })
              .end()
              .run(),
          ),
          'latency',
        ),
      ),
    );
    expect(calm).not.to.contain('1 s');
    expect(spiked)
      .to.contain('to 10 s')
      .and.to.match(/class="dot-ok" d="[^"]*M751 \d/);
  });

  it('shows predicted beside measured, and what of a pooler’s outage came after the server was back', async () => {
    const page = rendered(await sampleRun());
    expect(page).to.contain('Predicted from the timeouts: <b>17 s to 45 s</b>');
    expect(page).to.contain(
      'pooler-2: down 45.2 s<tspan class="detail"> of which 22.3 s after the server was back</tspan>',
    );
    expect(page).to.match(
      />detection<span class="means">patroni\.ttl[^<]*<\/span><\/th><td role="cell" class="number" data-name="predicted">15 s to 20 s<\/td>/,
    );
  });

  it('draws the fork and says whether anything was acknowledged beyond it', async () => {
    const page = rendered(await sampleRun());
    expect(figureOf(page, 'fork-2')).to.contain('nothing acknowledged lay beyond the fork');
  });

  it('marks a setting that was changed for the run', async () => {
    expect(rendered(await sampleRun())).to.contain('<mark>15 s</mark> <span class="tag">changed by --with</span>');
  });

  it('says what a zero does not prove', async () => {
    expect(linesOfLosses(rendered(await sampleRun()))).to.match(
      /^0 of [\d,]+ acknowledged writes lost; .* One failover without a loss proves little about others; 29 would bound the share that loses data at 10\u00a0% \(docs\/METRICS\.md\)\.$/,
    );
  });

  it('says beside the figures how many writes got no answer, and bounds nothing where some were lost', async () => {
    const lossy = sampleJournal().ledger({ without: [[3, 7]] });
    const said = linesOfLosses(rendered(await lossy.end().run()));
    expect(said).to.match(/^1 of [\d,]+ acknowledged writes lost; /);
    expect(said).not.to.contain('95');
    const calm = synthetic({ seconds: 20 }).stream('pooler-1').writes().ledger();
    expect(linesOfLosses(rendered(await calm.end().run()))).to.match(
      /every write got a clear answer\. This run had no failover, so it says nothing about losses in one\.$/,
    );
  });

  it('draws every outage of a lane: a relapse after the healing, and one while the server was up', async () => {
    const down = [
      { from: 20, to: 40, how: 'reset' },
      { from: 42, to: 50, how: 'reset' },
    ] as const;
    const run = await synthetic({ seconds: 80 })
      .stream('direct', { down: [20, 40] })
      .stream('pooler-1', { down })
      .fault('crash', { at: 20, heal: 41 })
      .end()
      .run();
    const figure = figureOf(rendered(run), 'waterfall');
    expect(figure).to.contain('pooler-1: down 20 s').and.to.contain('and 1 other time, 8 s');
    expect(figure.match(/<path class="held"/g), 'the relapse, for the server was up').to.have.length(1);
  });

  it('reports a lower bound as one where the run ended first', async () => {
    const run = await synthetic({ seconds: 40 })
      .stream('pooler-1', { down: [20, 60] })
      .fault('crash', { at: 20 })
      .end()
      .run();
    expect(rendered(run)).to.contain('down at least 20');
  });

  it('shows an instance as lost only until somebody sees it at work again', async () => {
    const badUntil = async (rejoinedAt: number) => {
      const story = synthetic()
        .stream('pooler-1', { down: [20, 30] })
        .fault('crash', { at: 20, heal: 40 });
      const run = await story
        .role(25, 'platform', 'pg-1', 'lost')
        .role(rejoinedAt, 'sql', 'pg-1', 'replica')
        .end()
        .run();
      return Number(/class="bad" d="M[\d.]+ [\d.]+H([\d.]+)/.exec(figureOf(rendered(run), 'roles'))![1]);
    };
    expect(await badUntil(50)).to.be.greaterThan(await badUntil(42));
  });

  it('shows the slots around the break and the return of each stream one by one', async () => {
    const page = rendered(await sampleRun());
    expect(figureOf(page, 'break')).to.contain('<path class="bad" d="M500 18H1000V31H500z"/>');
    expect(figureOf(page, 'return'))
      .to.contain('the line is 22.89 s after the fault')
      .and.to.contain('the line is 45.20 s after');
    expect(rendered(await synthetic({ seconds: 10 }).stream('direct').end().run())).not.to.contain('id="break"');
  });

  it('shows the run among earlier ones of its scenario and stack, and no trend for the first', async () => {
    const run = await sampleRun();
    const own = historyLine(run, judge(run));
    const older = { ...own, run: 'older', startedAt: '2025-12-01T00:00:00Z' };
    const elsewhere = { ...older, stack: 'k3s' };
    const page = (history: HistoryLine[]) => renderHtml(run, judge(run), { history });
    expect(page([older, own]))
      .to.contain('<h2>Among earlier runs</h2>')
      .and.to.contain('the same as in the earlier drill');
    expect(page([elsewhere, own])).not.to.contain('Among earlier runs');
    expect(page([own, { ...older, startedAt: '2026-12-01T00:00:00Z' }])).not.to.contain('Among earlier runs');
  });

  it('stay small however wild a run is: every outcome at every latency at every time', async () => {
    let state = 1;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const change = (rows: { dueUs: number; doneUs: number; outcome: number; sentUs: number }[]) => {
      for (const row of rows) {
        row.outcome = Math.floor(random() * 4);
        row.sentUs = row.dueUs;
        row.doneUs = row.dueUs + Math.round(10 ** (1 + 6 * random()));
      }
    };
    const flicker = Array.from({ length: 290 }, (_, i) => ({ from: i, to: i + 0.3, how: 'reset' }) as const);
    const journal = synthetic({ seconds: 300 }).writes({ perSecond: 300, workers: 100, change });
    const page = rendered(
      await journal.stream('pooler-1', { down: flicker }).stream('direct', { down: flicker }).end().run(),
    );
    expect(page.length).to.be.within(200_000, 1_000_000);
  }).timeout(30_000);
});
