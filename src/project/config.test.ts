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
      hooks: {},
      check: { rules: [], skip: [], severities: {}, failOn: 'warning' },
    });
  });

  it('is overridden by the environment, and that by options', async () => {
    const path = await file('stack: k3s\nout: a\nseed: 1\n');
    const config = await readConfig({ out: 'c', seed: undefined }, { PGDRILL_OUT: 'b', PGDRILL_SEED: '2' }, path);
    expect(config).to.include({ stack: 'k3s', out: 'c', seed: 2 });
  });

  it('refuses a setting that it does not know, a value that does not fit, and what is no YAML', async () => {
    expect(await refused(readConfig({}, {}, await file('stak: lab\n')))).to.contain('stak');
    expect(await refused(readConfig({}, { PGDRILL_STACK: 'docker' }))).to.contain('stack');
    expect(await refused(readConfig({}, {}, await file('a: [')))).to.contain('is not YAML');
    expect(await refused(readConfig({}, {}, await file('- a\n')))).to.contain('mapping');
  });

  it('refuses a named file that is not there', async () => {
    expect(await refused(readConfig({}, {}, join(folder, 'absent.yaml')))).to.contain('cannot be read');
  });
});

describe('parseAssignments', () => {
  it('reads settings', () => expect(parseAssignments(['a=1', 'b=c=d'])).to.deep.equal({ a: '1', b: 'c=d' }));
  it('refuses a word without =', () => expect(() => parseAssignments(['ttl'])).to.throw(UsageError, 'setting=value'));
});
