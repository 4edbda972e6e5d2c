import { expect } from 'chai';
import type { JournalEvent } from '../journal/event.ts';
import { sampleJournal } from '../report/sample-run.ts';
import { contentType, openMetrics } from './openmetrics.ts';
import { LiveFold } from './state.ts';

const events = sampleJournal().events();
/** What is exported once the run has come to this second. */
function at(second: number): LiveFold {
  const fold = new LiveFold();
  for (const event of events.filter(({ tUs }) => tUs <= second * 1e6)) fold.hear(event);
  return fold;
}
const stream = (fold: LiveFold, name: string) => fold.snapshot().streams.find((one) => one.name === name)!;

describe('the metrics of a running drill', () => {
  it('say which way in is down, since when, and that it is back after a good second', () => {
    expect(stream(at(19), 'direct')).to.include({ up: true, downS: 0, path: 'direct' });
    const down = stream(at(40), 'direct');
    expect(down.up).to.equal(false);
    expect(down.downS).to.be.within(18, 20.5);
    expect(stream(at(60), 'direct').up).to.equal(true);
    // The second pooler is back later: 65.2 s.
    expect(stream(at(60), 'pooler-2').up).to.equal(false);
  });

  it('count requests by what became of them, and give quantiles of those that were answered', () => {
    const { requests, responseS } = stream(at(60), 'direct');
    expect(requests.failed).to.be.greaterThan(1_000);
    expect(requests.ok).to.be.greaterThan(1_000);
    expect(responseS.get(0.99)!).to.be.at.least(responseS.get(0.5)!).and.be.within(0.0001, 1);
    const { writes } = at(60).snapshot();
    expect(writes.ok).to.be.greaterThan(0);
  });

  it('count an answer that is too late as down, and not as an answer in time', () => {
    const fold = at(10);
    const limitUs = 1_000_000;
    const took = [limitUs * 5];
    const batch = {
      kind: 'probe',
      stream: 'direct',
      n: 1,
      firstSlot: 0,
      fromUs: 11e6,
      stepUs: 10_000,
      seq: 1,
      tUs: 12e6,
    };
    const columns = { late: [0], took, outcome: [0], error: [-1], errors: [], server: [-1], servers: [], saw: [-1] };
    fold.hear({ ...batch, ...columns } as unknown as JournalEvent);
    expect(stream(fold, 'direct').up).to.equal(false);
    expect(stream(fold, 'direct').requests.late).to.equal(1);
  });

  it('show phase, fault in force and verdict, and begin again with the next run', () => {
    expect(at(30).snapshot()).to.deep.include({ phase: 'fault', faults: [{ fault: 'crash', target: 'pg-1' }] });
    const fold = at(90);
    expect(fold.snapshot()).to.deep.include({ faults: [], outcome: undefined });
    fold.judged('fail');
    expect(fold.snapshot().outcome).to.equal('fail');
    fold.hear(events[0]!);
    expect(fold.snapshot()).to.deep.include({ outcome: undefined, streams: [] });
  });

  it('are lines of OpenMetrics: each family once, with its type, samples of its own name, and an end', () => {
    const fold = at(90);
    fold.judged('unknown');
    const text = openMetrics(fold.snapshot());
    expect(contentType).to.match(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(text.endsWith('# EOF\n')).to.equal(true);
    const lines = text.trimEnd().split('\n').slice(0, -1);
    let family = '';
    let kind = '';
    const seen = new Set<string>();
    for (const line of lines) {
      const [, name, type] = /^# TYPE (\w+) (gauge|counter)$/.exec(line) ?? [];
      if (name) {
        expect(seen, name).not.to.include(name);
        seen.add(name);
        [family, kind] = [name, type!];
      } else if (!line.startsWith('# ')) {
        const sample = /^(\w+)\{((?:\w+="(?:[^"\\\n]|\\["\\n])*",?)+)\} (-?[\d.e+-]+)$/.exec(line);
        expect(sample, line).not.to.equal(null);
        expect(sample![1]).to.equal(kind === 'counter' ? `${family}_total` : family);
      }
    }
    expect(seen).to.include('pgdrill_live_up').and.include('pgdrill_live_outcome');
    expect(text).to.match(/pgdrill_live_outcome\{run="[^"]+",scenario="[^"]+",stack="\w+"\} 2\n/);
    expect(openMetrics(new LiveFold().snapshot())).to.equal('# EOF\n');
  });

  it('escape what a label holds', () => {
    const fold = at(1);
    fold.hear({ ...(events[0] as object), scenario: { name: 'a"b\\c\nd', asks: '', hash: '' } } as JournalEvent);
    expect(openMetrics(fold.snapshot())).to.include('scenario="a\\"b\\\\c\\nd"');
  });
});
