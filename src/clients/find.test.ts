import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { remedies } from '../measure/clients/remedies.ts';
import { adapters } from './catalogue.ts';
import { commandOf, usesOf } from './find.ts';
import { isInstalled } from './install.ts';

const use = (text: string) => usesOf({ clients: [text] })[0]!;

describe('the clients that pgdrill ships', () => {
  const cache = process.env.PGDRILL_CACHE;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-clients-'));
    process.env.PGDRILL_CACHE = folder;
  });
  afterEach(async () => {
    if (cache === undefined) delete process.env.PGDRILL_CACHE;
    else process.env.PGDRILL_CACHE = cache;
    await rm(folder, { recursive: true });
  });

  it('are at least nine adapters of at least five languages, each with a name of its own and what it needs', () => {
    const all = adapters().filter(({ untried }) => untried === undefined);
    expect(all.length).to.be.at.least(9);
    expect(new Set(all.map(({ language }) => language)).size).to.be.at.least(5);
    expect(new Set(all.map(({ name }) => name)).size).to.equal(all.length);
    for (const { needs, install } of all) expect(Object.keys(needs).length * install.length).to.be.greaterThan(0);
  });

  it('have to be installed before they are used, and take only settings that they know', () => {
    expect(adapters().some(isInstalled)).to.equal(false);
    expect(() => commandOf(use('psycopg-pool'))).to.throw(
      /the client psycopg-pool is not installed; run .*clients install psycopg-pool/,
    );
    expect(() => commandOf(use('psycopg-pool:pol_size=5'))).to.throw(
      /the client psycopg-pool has no setting pol_size \(did you mean pool_size\?\)/,
    );
    expect(() => commandOf(use('psycopg-pol'))).to.throw(
      /there is no client psycopg-pol \(did you mean psycopg-pool\?\)/,
    );
  });

  it('take every setting that reports propose for them', () => {
    const known = new Map(adapters().map(({ name, settings }) => [name, Object.keys(settings)]));
    for (const [name, kinds] of Object.entries(remedies)) {
      const proposed = Object.values(kinds).flatMap((some) => some.flatMap(({ settings }) => settings.split(',')));
      expect(known.get(name), name).to.include.members(proposed.map((word) => word.split('=')[0]));
    }
  });

  it('leave room for executables of your own', async () => {
    const file = join(folder, 'client.sh');
    await writeFile(file, '#!/bin/sh\n', { mode: 0o755 });
    expect(commandOf(use(file))).to.deep.equal({ uses: file, argv: [file] });
    expect(() => commandOf(use(join(folder, 'none')))).to.throw(/cannot be run: ENOENT.*expected an executable file/);
    expect(() => commandOf(use(folder))).to.throw(/it is not a file/);
    const plain = join(folder, 'plain');
    await writeFile(plain, '', { mode: 0o644 });
    expect(() => commandOf(use(plain))).to.throw(/cannot be run/);
  });

  it('are described without the address of a registry', async () => {
    const { readdirSync, readFileSync, statSync } = await import('node:fs');
    const files = readdirSync('clients', { recursive: true, encoding: 'utf8' })
      .map((name) => join('clients', name))
      .filter((file) => !file.includes('node_modules') && statSync(file).isFile());
    const address = /https?:\/\/(?!maven\.apache\.org\/POM)|registry\+|"resolved"/;
    // Where a package asks for donations is not where it is fetched from.
    const text = (file: string) => readFileSync(file, 'utf8').replace(/"funding": \{[^}]*\}/g, '');
    expect(files.filter((file) => address.test(text(file)))).to.deep.equal([]);
  });
});
