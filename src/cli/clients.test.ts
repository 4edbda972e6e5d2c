/** Bad input of the commands about client programs: one sentence, exit code 3, and nothing is made. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { inProcess } from './in-process.ts';

describe('the commands about client programs', () => {
  let folder: string;
  const cache = process.env.PGDRILL_CACHE;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-clients-cli-'));
    process.env.PGDRILL_CACHE = join(folder, 'cache');
  });
  after(async () => {
    if (cache === undefined) delete process.env.PGDRILL_CACHE;
    else process.env.PGDRILL_CACHE = cache;
    await rm(folder, { recursive: true });
  });

  const refusals: readonly [string, readonly string[], string][] = [
    [
      'an adapter that does not exist',
      ['run', '--client', 'pg-pol'],
      'there is no client pg-pol (did you mean pg-pool?)',
    ],
    ['an adapter that is not installed', ['run', '--client', 'pg-pool'], 'clients install pg-pool'],
    ['a setting that an adapter does not have', ['run', '--client', 'pg-pool:size=5'], 'has no setting size'],
    ['a program that does not exist', ['run', '--client', './none'], 'the client program ./none cannot be run'],
    ['a client that is not one', ['run', '--client', 'pg-pool:'], '--client expects the name of an adapter or a path'],
    ['an impossible number of workers', ['run', '--client', 'pg-pool:workers=0'], 'pg-pool:workers=0: workers'],
    ['an unknown adapter to install', ['clients', 'install', 'psycopg'], 'there is no client psycopg'],
    ['a matrix without any client', ['drivers'], 'no client program is installed'],
    [
      'a fault that is not one',
      ['drivers', 'earthquake', '--client', '/bin/true'],
      'earthquake is not a fault of the stack lab',
    ],
    [
      'a path that is not one',
      ['drivers', '--path', 'moon', '--client', '/bin/true'],
      '--path expects pooler, direct, hosts',
    ],
    ['a test of an unknown client', ['client-test', 'nobody'], 'there is no client nobody'],
    [
      'a server elsewhere',
      ['client-test', '/bin/true', '--server', 'postgresql://u:p@10.0.0.1/db'],
      '--server expects a server on the loopback, since the test writes to it; it got 10.0.0.1',
    ],
    ['a server without an address', ['client-test', '/bin/true', '--server', 'db'], '--server expects postgresql://'],
  ];
  for (const [what, words, says] of refusals)
    it(`refuse ${what}`, async () => {
      const out = join(folder, 'runs');
      const isRun = words[0] === 'run' || words[0] === 'drivers';
      const { exitCode, all } = await inProcess([...words, ...(isRun ? ['--out', out] : [])]);
      expect(all).to.contain(says);
      expect(all).not.to.match(/\n\s+at /);
      expect(exitCode).to.equal(3);
      expect(existsSync(out)).to.equal(false);
    });

  it('list the adapters with their settings', async () => {
    const { exitCode, out } = await inProcess(['clients', 'list']);
    expect(exitCode).to.equal(0);
    expect(out).to.contain('psycopg-pool (Python; not installed): psycopg 3');
    expect(out).to.contain('npgsql (C#; written, never compiled or run: no .NET was at hand)');
    expect(out).to.match(/ {4}target_session_attrs: default any/);
  });

  it('show how long a matrix takes, and run nothing', async () => {
    const out = join(folder, 'runs');
    const { exitCode, out: said } = await inProcess(['drivers', '--client', '/bin/true', '--dry-run', '--out', out]);
    expect(exitCode).to.equal(0);
    expect(said).to.match(/1 client programs, 12 runs, 12 to make, about 22 minutes/);
    expect(existsSync(out)).to.equal(false);
  });
});
