import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { scenario } from './index.ts';

const defined = { name: 'never-runs', asks: 'Does it run?', needs: [], limits: { lostWrites: { max: 0 } } } as const;

scenario({ ...defined, drill: async () => {} });

describe('scenarios under mocha', () => {
  it('do not run where a unit test of pgdrill defines them', function own() {
    let root = this.test!.parent!;
    while (root.parent) root = root.parent;
    const made = root.suites.find(({ title }) => title.startsWith('never-runs'));
    expect(made?.file).to.equal(import.meta.filename);
    expect(made?.tests).to.deep.equal([]);
  });

  it('are suites with a test for each limit anywhere else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-mocha-'));
    try {
      const file = join(folder, 'drill.ts');
      const { name, asks } = defined;
      const text = `scenario({ name: '${name}', asks: '${asks}', needs: [], limits: { lostWrites: { max: 0 } }, drill: async () => {} })`;
      await writeFile(file, `import { scenario } from '${process.cwd()}/src/index.ts';\nexport default ${text};\n`);
      const { stdout } = await execa('node_modules/.bin/mocha', ['--dry-run', '--reporter', 'json', file]);
      const { tests } = JSON.parse(stdout) as { tests: { title: string }[] };
      expect(tests.map(({ title }) => title)).to.deep.equal(['keeps the limit on lostWrites', 'left nothing behind']);
    } finally {
      await rm(folder, { recursive: true });
    }
  }).timeout(30_000);
});
