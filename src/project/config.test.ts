import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { parseAssignments, readConfig } from './config.ts';

describe('configuration', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-config-'));
  });
  after(() => rm(folder, { recursive: true }));

  const file = async (text: string) => {
    const path = join(folder, 'pgdrill.config.yaml');
    await writeFile(path, text);
    return path;
  };
  const refused = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).to.be.instanceOf(UsageError);
    return (error as Error).message;
  };

  it('has a default for everything', async () => {
    const config = await readConfig({}, {});
    expect(config).to.deep.equal({
      stack: 'lab',
      out: 'reports',
      scenarios: 'scenarios',
      with: {},
      manifests: [],
      limits: {},
      hooks: {},
      check: { rules: [], skip: [], severities: {}, failOn: 'warning' },
    });
  });

  it('is overridden by the environment, and that by options', async () => {
    const path = await file('stack: k3s\nout: a\nseed: 1\n');
    const config = await readConfig({ out: 'c', seed: undefined }, { PGDRILL_OUT: 'b', PGDRILL_SEED: '2' }, path);
    expect(config).to.include({ stack: 'k3s', out: 'c', seed: 2 });
  });

  it('refuses an unknown setting, a value that does not fit, and text that is not YAML', async () => {
    expect(await refused(readConfig({}, {}, await file('stak: lab\n')))).to.contain('stak');
    expect(await refused(readConfig({}, { PGDRILL_STACK: 'docker' }))).to.contain('stack');
    expect(await refused(readConfig({}, {}, await file('a: [')))).to.contain('is not YAML');
    expect(await refused(readConfig({}, {}, await file('- a\n')))).to.contain('mapping');
  });

  it('takes whole numbers as seeds, in digits or as YAML has them, and nothing else', async () => {
    expect(await readConfig({ seed: '0' })).to.include({ seed: 0 });
    expect(await readConfig({}, {}, await file('seed: 4294967295\n'))).to.include({ seed: 0xffffffff });
    for (const seed of ['', ' ', 'x', '1.5', '-1', '1e3', '0x10', '4294967296'])
      expect(await refused(readConfig({ seed })), seed).to.contain('seed');
    for (const text of ['true', '[]', '[7]', '{}', '1.5', '-1', '""', '2026-11-30', '!!binary aGk='])
      expect(await refused(readConfig({}, {}, await file(`seed: ${text}\n`))), text).to.contain('seed');
  });

  it('takes words and numbers as settings, and nothing else', async () => {
    const path = await file('with: { ttl: 20, pool_mode: session }\n');
    expect((await readConfig({}, {}, path)).with).to.deep.equal({ ttl: '20', pool_mode: 'session' });
    for (const text of ['[1]', '{ a: 1 }', 'true', '""', 'null'])
      expect(await refused(readConfig({}, {}, await file(`with: { ttl: ${text} }\n`))), text).to.contain('with.ttl');
  });

  it('refuses a named file that is not there', async () => {
    expect(await refused(readConfig({}, {}, join(folder, 'absent.yaml')))).to.contain('cannot be read');
  });
});

describe('parseAssignments', () => {
  it('reads settings', () => expect(parseAssignments(['a=1', 'b=c=d'])).to.deep.equal({ a: '1', b: 'c=d' }));
  it('refuses a word without =', () => expect(() => parseAssignments(['ttl'])).to.throw(UsageError, 'setting=value'));
});
