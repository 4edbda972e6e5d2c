import { expect } from 'chai';
import { tryTls } from './tls.ts';

const path = (name: string): string => new URL(`../../../${name}`, import.meta.url).pathname;
const planted = path('fixtures/clients/planted.mjs');

/** What does not hold of a program, by its argv. */
async function broken(...argv: readonly string[]): Promise<Record<string, string>> {
  const use = { use: './x', name: 'x', path: 'direct', workers: 2, ratePerSecond: 4, settings: {} } as const;
  const command = { uses: './x', argv: [process.execPath, ...argv] };
  const findings = await tryTls({ use, command, signal: new AbortController().signal });
  expect(findings.length).to.equal(4);
  return Object.fromEntries(findings.flatMap(({ what, holds, says }) => (holds ? [] : [[what, says]])));
}

describe('the trial of certificates', function () {
  this.timeout(60_000);

  it('passes a program that checks the authority and the name', async () => {
    expect(await broken(path('clients/node/pg-pool.mjs'))).to.deep.equal({});
  });

  const would = 'it logged in: this server would have been given its password';
  const plainly = 'it logged in without TLS: its password would have been sent in plain text';
  const careless: Record<string, Record<string, string>> = {
    'any-authority': {
      'refuses a certificate of another authority': would,
      'refuses the certificate of another server': would,
    },
    'any-name': { 'refuses the certificate of another server': would },
    'falls-back': {
      'refuses a certificate of another authority': plainly,
      'refuses the certificate of another server': plainly,
      'refuses a server without TLS': plainly,
    },
    plain: {
      'trusts a certificate of the authority': 'it did not ask for TLS',
      'refuses a certificate of another authority': plainly,
      'refuses the certificate of another server': plainly,
      'refuses a server without TLS': plainly,
    },
  };
  for (const [habit, says] of Object.entries(careless))
    it(`calls out a program that does not: ${habit}`, async () => {
      expect(await broken(planted, habit)).to.deep.equal(says);
    });

  it('shows nothing of a program that does not connect', async () => {
    const says = Object.values(await broken('-e', 'process.exit(7)'));
    expect(says.length).to.equal(4);
    for (const text of says) expect(text).to.match(/^it did not connect: the client program x-\d .*7/);
  });
});
