import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { quickly } from './quick-imports.ts';

const here = new URL('main.ts', import.meta.url).href;

describe('quick imports', () => {
  it('resolve what this program’s own modules import by a path', () => {
    const found = { url: new URL('../errors.ts', import.meta.url).href, format: 'module-typescript' };
    expect(quickly('../errors.ts', here)).to.deep.equal(found);
    expect(quickly('./words.ts', here)?.url).to.equal(new URL('words.ts', import.meta.url).href);
  });

  it('leave all else to Node.js', () => {
    expect(quickly('zod', here)).to.equal(undefined);
    expect(quickly('node:fs', here)).to.equal(undefined);
    expect(quickly('./data.json', here)).to.equal(undefined);
    expect(quickly('./errors', here)).to.equal(undefined);
    expect(quickly('./mine.ts', 'file:///home/me/scenarios/first.ts')).to.equal(undefined);
    expect(quickly('../locales/index.js', 'file:///home/me/node_modules/other/classic/external.js')).to.equal(
      undefined,
    );
  });

  it('leave the languages of zod out, and its messages as they are', () => {
    const script = `
      const { quickImports } = await import(${JSON.stringify(new URL('quick-imports.ts', import.meta.url).href)});
      quickImports();
      const { z } = await import('zod');
      console.log(Object.keys(z.locales).length, Object.keys(z.core.locales).length, z.string().safeParse(7).error.issues[0].message);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
    expect(stdout.toString() || stderr.toString()).to.equal('0 0 Invalid input: expected string, received number\n');
  });
});
