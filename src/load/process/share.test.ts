import { expect } from 'chai';
import type { Draft } from '../../journal/event.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { ledgerCounts } from '../../measure/writes/ledger.ts';
import { loadSchema } from '../../scenario/load.ts';
import { type OpRow, opDraft } from '../writers/batch.ts';
import type { LoadPlan } from './protocol.ts';
import { fromGenerator, sharesOf } from './share.ts';

const endpoint = { name: 'pooler-1', host: 'h', port: 1, database: 'd', user: 'u', password: 'p' };
const stream = { name: 'direct', path: 'direct', fresh: false, stepUs: 10_000, limitUs: 1_000_000, endpoint } as const;
const plan = (load: object): LoadPlan => ({
  ...{ originNs: '1000', seed: 7, writerEndpoints: [endpoint], sessionEndpoint: endpoint, streams: [stream] },
  load: loadSchema.parse(load),
});
const three = [{ aheadNs: 5n }, { aheadNs: -7n }, { aheadNs: 0n }];

describe('a load that is shared among generators', () => {
  it('is the same load in all: every worker once, and the whole rate', () => {
    const { own, others } = sharesOf(plan({ writers: 10, ratePerSecond: 300 }), three);
    const workers = others.flatMap(({ firstWorker = 0, load }) =>
      Array.from({ length: load.writers }, (_, i) => firstWorker + i),
    );
    expect(workers).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const rate = others.reduce((sum, { load }) => sum + load.ratePerSecond, own.load.ratePerSecond);
    expect(rate).to.be.closeTo(300, 1e-9);
    expect(new Set([own, ...others].map(({ seed }) => seed)).size).to.equal(4);
  });

  it('keeps the probes, and the clients that keep a session, where the clients live', () => {
    const { own, others } = sharesOf(plan({ writers: 8, openSessions: 2, ratePerSecond: 100 }), three);
    expect(own).to.deep.include({ firstWorker: 8, streams: [stream], sessionEndpoint: endpoint });
    expect(own.load).to.include({ writers: 0, openSessions: 2, ratePerSecond: 20 });
    for (const one of others) {
      expect(one.streams).to.deep.equal([]);
      expect(one.load.openSessions).to.equal(0);
      expect(one).not.to.have.property('sessionEndpoint');
    }
  });

  it('keeps the clients of a workload where the clients live', () => {
    const withWorkload = { ...plan({ writers: 4, workload: 'list-append' }), transactionEndpoints: [endpoint] };
    const { own, others } = sharesOf(withWorkload, three);
    expect(own.transactionEndpoints).to.deep.equal([endpoint]);
    for (const one of others) expect(one).not.to.have.property('transactionEndpoints');
  });

  it('begins at the same moment on every clock', () => {
    const { own, others } = sharesOf(plan({ writers: 3 }), three);
    expect([own, ...others].map(({ originNs }) => originNs)).to.deep.equal(['1000', '1005', '993', '1000']);
  });

  it('is left whole where there is no generator, and refused where there are more than writers', () => {
    const whole = plan({ writers: 2 });
    expect(sharesOf(whole, [])).to.deep.equal({ own: whole, others: [] });
    expect(() => sharesOf(whole, three)).to.throw('3 load generators need as many writers, but the load has 2');
  });
});

/** What a generator reports of ten acknowledged writes of each of two workers. */
function reported(firstWorker: number): Draft<'op'> {
  const rows = Array.from({ length: 20 }, (_, i): OpRow => {
    const dueUs = 20e6 + i * 1_000;
    return {
      ...{ worker: firstWorker + (i % 2), op: i >> 1, request: i >> 1, dueUs, lateUs: 0, sentUs: dueUs + 10 },
      ...{ doneUs: dueUs + 500, outcome: 'ok', error: undefined, server: 'pg-1', timeline: 1, lsn: 1_000 + i },
    };
  });
  return opDraft(rows, 21e6);
}

/** The merged journal of two generators, and the database's ledger with these ranges of ops a worker. */
async function lost(workers: Record<string, [number, number][]>) {
  const journal = synthetic({ seconds: 30 });
  for (const [name, firstWorker] of [['load-1', 0] as const, ['load-2', 2] as const]) {
    const { kind, tUs, ...batch } = fromGenerator(name, reported(firstWorker))!;
    journal.line(kind, tUs / 1e6, batch);
  }
  const rows = Object.values(workers)
    .flat()
    .reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const read = { instance: 'pg-1', role: 'primary', timeline: 1, forks: [], rows, workers, duplicates: [] } as const;
  const counts = ledgerCounts(await journal.line('ledger', 31, { ...read, forks: [], duplicates: [] }).run());
  return Object.fromEntries(counts.map(({ metric, value }) => [metric, value]));
}

describe('the reports of several generators', () => {
  const all: [number, number][] = [[0, 9]];

  it('is one ledger: a row that one of them lost is found in the merged one', async () => {
    const whole = { 0: all, 1: all, 2: all, 3: all };
    expect(await lost(whole)).to.include({ lostWrites: 0, foreignWrites: 0 });
    const holed: [number, number][] = [
      [0, 3],
      [5, 9],
    ];
    expect(await lost({ ...whole, 3: holed })).to.include({ lostWrites: 1, foreignWrites: 0 });
    expect(await lost({ ...whole, 4: [[0, 0]] })).to.include({ lostWrites: 0, foreignWrites: 1 });
  });

  it('names the generator: of how it kept its schedule, where it stood still, and what it has to say', () => {
    const health = { n: 1, lateP50Us: 1, lateP99Us: 1, lateMaxUs: 1, cpuUs: 1, wallUs: 1, tUs: 1 };
    const source = (name: string) => fromGenerator('load-2', { kind: 'generator', source: name, ...health });
    expect(source('load')).to.include({ source: 'load-2' });
    expect(source('writers')).to.include({ source: 'writers of load-2' });
    expect(source('probes')).to.equal(undefined);
    const stall = { kind: 'stall', tUs: 1, fromUs: 0, untilUs: 1, source: 'writers' } as const;
    expect(fromGenerator('load-2', stall)).to.include({ source: 'writers of load-2' });
    const note = { kind: 'note', tUs: 1, level: 'warn', text: 'refused' } as const;
    expect(fromGenerator('load-2', note)).to.include({ text: 'load-2: refused' });
  });
});
