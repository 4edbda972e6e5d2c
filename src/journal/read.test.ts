import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { readRun, readRunFile } from './read.ts';
import { synthetic } from './synthetic.ts';

const journal = () =>
  synthetic({ seconds: 30, stepUs: 100_000 })
    .phase(0, 'steady')
    .stream('pooler-1', { down: [10, 12] })
    .stream('direct')
    .fault('crash', { at: 10, heal: 25 })
    .writes({ down: [10, 12], perSecond: 20 })
    .ledger()
    .residue()
    .end();

const refusalOf = async (lines: string[]): Promise<string> => {
  try {
    await readRun(lines, 'run.ndjson');
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('expected a refusal');
};

describe('reading a journal', () => {
  it('gives every line, and the batches as columns', async () => {
    const run = await journal().run();
    expect(run.defects).to.deep.equal([]);
    expect(run.header.scenario.name).to.equal('primary-crash');
    expect([...run.slots.keys()]).to.deep.equal(['pooler-1', 'direct']);
    expect(run.slots.get('pooler-1')?.n).to.equal(300);
    expect(run.ops.n).to.equal(600);
    expect(run.faults.map(({ step }) => step)).to.deep.equal(['inject', 'effective', 'heal', 'healed']);
    expect(run.end?.reason).to.equal('done');
    expect(run.lastUs).to.equal(33e6);
  });

  it('brings times to the run’s clock, and words of all batches into one list', async () => {
    const { ops, slots } = await journal().run();
    const cut = ops.outcome.indexOf(2);
    expect(ops.dueUs[cut]).to.equal(10e6);
    expect(ops.sentUs[cut]).to.be.NaN;
    expect(ops.sentUs[0]).to.equal(ops.dueUs[0]! + ops.sentAfterUs[0]!);
    expect(ops.doneUs[cut]).to.equal(10e6 + 2_000);
    expect(ops.errors[ops.error[cut]!]).to.equal('ECONNREFUSED');
    expect(ops.error[0]).to.equal(-1);
    const probes = slots.get('pooler-1')!;
    expect(probes.dueUs[101]).to.equal(10.1e6);
    expect(probes.startUs[101]).to.equal(10.1e6);
    expect(probes.slot[299]).to.equal(299);
  });

  it('gives each row of a batch a number of its own', async () => {
    const run = await journal().run();
    const { seq } = run.slots.get('direct')!;
    expect(new Set(seq).size).to.equal(300);
    expect(seq[1]! - seq[0]!).to.equal(1);
  });

  it('reads on over a torn last line, and says so', async () => {
    const lines = journal().lines();
    const torn = [...lines.slice(0, -1), lines.at(-1)!.slice(0, 20)];
    const run = await readRun(torn);
    expect(run.end).to.equal(undefined);
    expect(run.defects).to.deep.equal([`line ${lines.length}, the last one, is torn`]);
  });

  it('says where the numbers of the lines have a gap', async () => {
    const lines = journal().lines();
    lines.splice(4, 1);
    expect((await readRun(lines)).defects[0]).to.match(/^line 5 has the number \d+ where \d+ was expected$/);
  });

  it('says which slots of a stream are missing', async () => {
    const lines = journal().lines();
    const probe = JSON.parse(lines.find((line) => line.includes('"direct","firstSlot":0'))!);
    const { defects } = await readRun([...lines, JSON.stringify({ ...probe, firstSlot: 400 })]);
    expect(defects.join()).to.contain('direct: slots 300 to 399 are missing');
  });

  it('leaves out a batch of slots that came before', async () => {
    const lines = journal().lines();
    const probe = lines.find((line) => line.includes('"direct","firstSlot":0'))!;
    const run = await readRun([...lines, probe]);
    expect(run.slots.get('direct')?.n).to.equal(300);
    expect(run.defects.join()).to.contain('direct: slots from 0 came again');
  });

  it('reads on over a kind of line that it does not know', async () => {
    const lines = journal().lines();
    lines.splice(3, 0, JSON.stringify({ seq: 2, tUs: 0, kind: 'moon', phase: 'full' }));
    const run = await readRun(lines);
    expect(run.end?.reason).to.equal('done');
    expect(run.defects[0]).to.equal('line 4 is of the kind moon, which this version does not know');
  });

  it('refuses what is not a journal, with the number of the line', async () => {
    const lines = journal().lines();
    expect(await refusalOf([])).to.equal(
      'run.ndjson is not a journal: expected a `run` line first, found nothing whole',
    );
    expect(await refusalOf(['{"kind":"ru'])).to.contain('is not a journal');
    expect(await refusalOf(lines.slice(1))).to.contain('line 1, is not a line of a journal: expected the `run` line');
    expect(await refusalOf([lines[0]!, 'hello', lines[1]!])).to.equal(
      'run.ndjson, line 2, is not a line of a journal: it is not JSON',
    );
    expect(await refusalOf([lines[0]!, '{"seq":1,"tUs":0,"kind":"end","reason":"tired"}'])).to.match(
      /line 2, is not a line of a journal: end\.reason: Invalid option/,
    );
    expect(await refusalOf([lines[0]!, '[]'])).to.contain('line 2, is not a line of a journal');
  });

  it('refuses a batch that contradicts itself', async () => {
    const lines = journal().lines();
    const at = lines.findIndex((line) => line.includes('"kind":"op"'));
    const batch = JSON.parse(lines[at]!);
    const refused = (change: object) => refusalOf(lines.with(at, JSON.stringify({ ...batch, ...change })));
    expect(await refused({ due: batch.due.slice(1) })).to.contain('op: due holds 499 numbers where n says 500');
    expect(await refused({ outcome: batch.outcome.with(3, 9) })).to.contain('outcome holds 9');
    expect(await refused({ error: batch.error.with(3, 5) })).to.contain('error holds 5');
    expect(await refused({ due: batch.due.with(3, 1.5) })).to.contain('op.due: expected an array of integers');
    expect(await refused({ op: batch.op.with(3, 2 ** 40) })).to.contain('1099511627776 is out of range');
  });

  it('refuses probes of a stream that nobody announced', async () => {
    const lines = journal()
      .lines()
      .map((line) => line.replace('"stream":"direct"', '"stream":"dircet"'));
    expect(await refusalOf(lines)).to.contain('it belongs to the stream dircet, which no stack line before it names');
  });
});

describe('reading a journal’s file', () => {
  let folder: string;
  before(() => void (folder = mkdtempSync(join(tmpdir(), 'pgdrill-read-'))));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const text = () => `${journal().lines().join('\n')}\n`;

  it('takes plain and packed files alike', async () => {
    const plain = await readRunFile(file('run.ndjson', text()));
    const packed = await readRunFile(file('run.ndjson.gz', gzipSync(text())));
    expect(packed).to.deep.equal(plain);
    expect(plain.end?.reason).to.equal('done');
  });

  it('reads what is left of a packed file that was cut off', async () => {
    const packed = gzipSync(text());
    const run = await readRunFile(file('cut.ndjson.gz', packed.subarray(0, packed.length - 400)));
    expect(run.end).to.equal(undefined);
  });

  it('says in one sentence what is wrong with a path', async () => {
    const messageOf = (path: string) =>
      readRunFile(path).then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await messageOf(join(folder, 'none.ndjson'))).to.contain('does not exist; expected a journal');
    expect(await messageOf(folder)).to.contain('is a folder; name the run.ndjson inside it');
    expect(await messageOf(file('no.ndjson.gz', 'hello'))).to.contain('cannot be unpacked: incorrect header check');
  });
});
