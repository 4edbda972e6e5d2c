import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { expect } from 'chai';
import { UsageError } from '../../errors.ts';
import { readRunFile } from '../read.ts';
import { synthetic } from '../synthetic.ts';
import { unpackedLine } from './line.ts';
import { packedTextOf, packJournal } from './pack.ts';
import { Merge, textOf } from './segment.ts';

const journals = 'fixtures/journals';
const stored = (name: string) => gunzipSync(readFileSync(join(journals, name, 'run.ndjson.gz'))).toString();
const unpackedOf = (text: string) => unpackedLine(JSON.parse(text));
/** The lines of a packed journal in the order in which a reader gets them. */
function linesIn(zst: string): string[] {
  const merge = new Merge();
  const packed = zstdDecompressSync(readFileSync(zst)).toString().trimEnd().split('\n');
  const lines = packed.flatMap((text) => {
    const line = JSON.parse(text);
    return merge.take(line) ? [] : [...merge.before(line.seq).map(textOf), text];
  });
  return [...lines, ...merge.before().map(textOf)];
}

describe('a packed journal', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgdrill-packed-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** As a run leaves it, and packed. */
  async function packed(text: string): Promise<{ plain: string; zst: string }> {
    const [plain, zst] = [at('run.ndjson'), at('run.ndjson.zst')];
    rmSync(zst, { force: true });
    writeFileSync(plain, text);
    await packJournal(plain, zst);
    return { plain, zst };
  }

  for (const name of readdirSync(journals).filter((_, i) => i % 9 === 0))
    it(`holds every line of the journal that it was: ${name}`, async () => {
      const text = stored(name);
      const { plain, zst } = await packed(text);
      expect(`${linesIn(zst).join('\n')}\n`).to.equal(text);
      const packedLines = zstdDecompressSync(readFileSync(zst)).toString();
      expect(packedLines).to.include('"packed":2');
      expect(packedLines).to.not.match(/"kind":"(op|probe)","tUs":\d/);
      expect(statSync(zst).size).to.be.lessThan(statSync(plain).size / 5);
    });

  it('is read as the same run', async () => {
    const { plain, zst } = await packed(stored('primary-isolated-open-session-failed'));
    const [before, after] = [await readRunFile(plain), await readRunFile(zst)];
    expect(after.ops).to.deep.equal(before.ops);
    expect(after.connects).to.deep.equal(before.connects);
    expect(after.slots).to.deep.equal(before.slots);
    expect(after.defects).to.deep.equal(before.defects);
  });

  it('yields what it holds where it is cut off', async () => {
    const { zst } = await packed(stored('primary-crash-passed'));
    truncateSync(zst, Math.floor(statSync(zst).size * 0.8));
    const { end, defects, ops } = await readRunFile(zst);
    expect(end).to.equal(undefined);
    expect(ops.n).to.be.greaterThan(100);
    expect(defects).to.have.length.greaterThan(0);
  });

  it('keeps a torn last line, and a line that says nothing to it, as they are', async () => {
    const torn = '{"seq":5,"kind":"op","tUs"';
    const strange = ['[1]', '7', 'null', '', '{"kind":"__proto__"}', '{"kind":"op","n":1,"worker":[1,2]}', torn];
    const { zst } = await packed(strange.join('\n'));
    expect(zstdDecompressSync(readFileSync(zst)).toString()).to.equal(`${strange.join('\n')}\n`);
  });

  it('keeps a line as it is whose differences would lose something', () => {
    const line = synthetic({ seconds: 2 })
      .writes()
      .lines()
      .find((one) => one.includes('"kind":"op"'))!;
    const { MAX_SAFE_INTEGER: most } = Number;
    const huge = JSON.stringify({
      ...JSON.parse(line),
      lsn: JSON.parse(line).lsn.map((_: number, i: number) => (i % 2 ? most : -most)),
    });
    expect(unpackedOf(packedTextOf(huge))).to.deep.equal(JSON.parse(huge));
  });

  it('whose lines are out of order is packed line by line', async () => {
    const lines = synthetic({ seconds: 4 }).stream('direct').writes().lines();
    const { plain, zst } = await packed(`${[...lines.slice(0, 2), lines[3], lines[2]].join('\n')}\n`);
    expect(zstdDecompressSync(readFileSync(zst)).toString())
      .to.include('"packed":1')
      .and.not.include('"packed":2');
    expect((await readRunFile(zst)).ops).to.deep.equal((await readRunFile(plain)).ops);
  });

  it('is refused in a sentence where a block cannot be unpacked, or comes first', async () => {
    const { zst } = await packed(stored('paused-switchover-passed'));
    const texts = zstdDecompressSync(readFileSync(zst)).toString().trimEnd().split('\n');
    const place = texts.findIndex((text) => /"kind":"op","packed":2/.test(text));
    const refusal = async (change: (texts: string[]) => string[]) => {
      writeFileSync(at('bad.zst'), zstdCompressSync(change(texts).join('\n')));
      const error = await readRunFile(at('bad.zst')).catch((why: unknown) => why);
      expect(error).to.be.instanceOf(UsageError);
      return (error as Error).message;
    };
    const withField = (change: object) => (all: string[]) =>
      all.with(place, JSON.stringify({ ...JSON.parse(all[place]!), ...change }));
    expect(await refusal(withField({ late: '7' }))).to.match(
      new RegExp(`line ${place + 1}, is not a line .*late: a column has none`),
    );
    expect(await refusal(withField({ late: { step: [1] } }))).to.contain('late: a column holds 1 numbers instead of');
    expect(await refusal(withField({ seq: -5 }))).to.contain('seq');
    expect(await refusal((all) => all.slice(place))).to.contain('expected the `run` line');
  });

  it('is refused in a sentence where its lines cannot be unpacked, and where it is not zstd', async () => {
    const lines = synthetic({ seconds: 2 }).stream('direct').writes().lines();
    const refusal = async (change: (line: string) => string): Promise<string> => {
      writeFileSync(at('bad.zst'), zstdCompressSync(lines.map((line) => change(packedTextOf(line))).join('\n')));
      const error = await readRunFile(at('bad.zst')).catch((why: unknown) => why);
      if (!(error instanceof Error)) return 'none';
      expect(error).to.be.instanceOf(UsageError);
      return error.message;
    };
    const withDue = (due: object) => (line: string) =>
      line.includes('"kind":"op"') ? JSON.stringify({ ...JSON.parse(line), due }) : line;
    expect(await refusal((line) => line)).to.equal('none');
    expect(await refusal((line) => line.replace('"packed":1', '"packed":3'))).to.contain(
      'packed in a way that this version does not know (3)',
    );
    expect(await refusal(withDue({ step: [1], of: 'lsn' }))).to.contain('lsn, which does not come before it');
    expect(await refusal((line) => line.replace('"outcome":0', '"outcome":"0"'))).to.contain(
      'outcome has none of the forms',
    );
    expect(await refusal((line) => line.replace('"outcome":0', '"outcome":9'))).to.contain('outcome holds 9');
    writeFileSync(at('bad.zst'), 'no zstd');
    expect(await readRunFile(at('bad.zst')).catch((error: Error) => error.message)).to.contain(
      'bad.zst cannot be unpacked',
    );
  });

  it('is unpacked by zstdcat and the jq program of docs/journal.md', async function () {
    for (const program of ['zstdcat', 'jq'])
      if (spawnSync(program, ['--version']).error) {
        console.log(`      skipped: ${program} is not there`);
        this.skip();
      }
    const [, program] = /```jq\n([\s\S]*?)```/.exec(readFileSync('docs/journal.md', 'utf8'))!;
    writeFileSync(at('unpack.jq'), program!);
    const text = stored('primary-crash-passed');
    const { zst } = await packed(text);
    const unpacked = execFileSync('sh', ['-c', `zstdcat "$1" | jq -cn -f "$2"`, 'sh', zst, at('unpack.jq')], {
      maxBuffer: 1e9,
    });
    const lines = unpacked.toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).to.deep.equal(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  });
});
