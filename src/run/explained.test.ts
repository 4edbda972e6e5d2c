import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { explainFolder, explanationFile, loadExplained } from './explained.ts';

describe('what explain found earlier', () => {
  let out: string;
  beforeEach(async () => {
    out = await mkdtemp(join(tmpdir(), 'pgdrill-explained-'));
  });
  afterEach(() => rm(out, { recursive: true }));
  const store = async (text: string) => {
    const folder = explainFolder(out, 'primary-crash', 'lab');
    await mkdir(folder);
    await writeFile(explanationFile(folder), text);
  };
  const load = () => loadExplained(out, 'primary-crash', 'lab');

  it('is read where it lies beside the runs', async () => {
    const timer = { name: 'ttl', program: 'patroni', unit: 's', base: 30, recommended: 20, line: 'ttl: {}', risk: 'x' };
    const row = { ...timer, runs: 3, effect: 'costs', cost: { value: 1, lower: null, upper: 2 }, moves: [] };
    await store(JSON.stringify({ rows: [row], runs: 9, sentence: 'ttl costs 1 ms.' }));
    expect((await load())!.rows[0]).to.include({ name: 'ttl', recommended: 20 });
  });

  it('is undefined without an explanation, or with a file that is not one', async () => {
    expect(await load()).to.equal(undefined);
    await store('{"rows":[{"name":"ttl"}],"runs":1}');
    expect(await load()).to.equal(undefined);
  });
});
