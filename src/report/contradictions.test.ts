import { expect } from 'chai';
import { contradictionsIn, type Texts } from './contradictions.ts';
import { measured } from './sample-verdict.ts';

/** A report that agrees with itself. */
const report: Texts = {
  verdict: {
    sentence:
      'FAIL x: writes were down 35.7 s (limit 20 s), the longest of 2 outages (the other 3.2 s); PostgreSQL itself was back after 3.4 s, PgBouncer added 32.3 s.',
    measured: [measured('writeOutageMs', 35_700, 0, { note: 'pooler1; the longest of 2 episodes' })],
  },
  terminal: [
    '✗ writeOutageMs  35.7 s  limit ≤ 20 s  15.7 s beyond',
    'why: 31.6 s of the 35.7 s passed before it connected, and 0.66 s more (PgBouncer added 32.3 s in all).',
    'what to change: Set this from 35 s to 1 s.',
  ].join('\n'),
  markdown: '(95 %: at most 46 % of failovers lose any)',
  page: 'direct: down 3.4 s. pooler1: down 35.7 s, of which 32.3 s after the server was back; and 1 other time, 3.2 s. up to 46 % could lose data',
};

describe('contradictions in a report', () => {
  it('are none where the texts agree', () => {
    expect(contradictionsIn(report)).to.deep.equal([]);
  });

  const page = (from: string, to: string): Texts => ({ ...report, page: report.page.replace(from, to) });
  const terminal = (more: string): Texts => ({ ...report, terminal: `${report.terminal}\n${more}` });
  const sentence = (from: string, to: string): Texts => ({
    ...report,
    verdict: { ...report.verdict, sentence: report.verdict.sentence.replace(from, to) },
  });
  const planted: readonly (readonly [string, Texts, RegExp])[] = [
    ['a bound of nothing', terminal('? restoredDamage  ≥ 0  limit ≤ 0'), /follow: ≥ 0/],
    ['a spread of one side', terminal('? exposedWrites  0 +17 −0  limit ≤ 0'), /follow/],
    ['a count of all that hangs', terminal('x (of 1,670: 366 × 503)'), /follow: of 1,670/],
    ['a size that nobody knows', { ...report, markdown: '? MB received' }, /follow: \? MB/],
    ['one timeline', { ...report, markdown: 'one timeline only' }, /one timeline only/],
    ['a shortfall', terminal('✗ writeOutageMs  0  limit ≥ 18 s  18 s beyond'), /shortfall/],
    ['more outages on the page', page('1 other time', '2 other times'), /2 outages in the sentence/],
    [
      'another sum on the page',
      page('other time, 3.2', 'other time, 6.5'),
      /3\.2 s in the sentence, 6\.5 s on the page/,
    ],
    ['more outages in the table', sentence('2 outages', '3 outages'), /3 outages in the sentence, 2 episodes/],
    ['a sum of all outages', sentence('(the other 3.2 s)', '(38.9 s together)'), /outages counted/],
    [
      'another part of PgBouncer in the reason',
      sentence('added 32.3', 'added 33.4'),
      /33\.4 s in the sentence, 32\.3 s in the/,
    ],
    [
      'another part of PgBouncer on the page',
      page('which 32.3', 'which 20.1'),
      /32\.3 s in the sentence, 20\.1 s on the page/,
    ],
    [
      'nothing added beside a part of PgBouncer on the page',
      sentence('PgBouncer added 32.3 s', 'PgBouncer added nothing'),
      /nothing in the sentence, of which 32\.3 s on the page/,
    ],
    [
      'all, and more',
      terminal('All of it, 35.7 s, passed so. 2.7 s more passed otherwise.'),
      /all of 35\.7 s, and more/,
    ],
    ['a bound rounded down', { ...report, markdown: 'at most 45 % of failovers' }, /45 % and 46 %/],
    [
      'an advice twice',
      { ...report, terminal: 'what to change: Look, and take a new base backup: so. Take a new base backup now.' },
      /advice twice: take a new base backup/,
    ],
    [
      'a sentence twice',
      terminal(
        'what to change: Take a new base backup of the cluster right now. Take a new base backup of the cluster right now.',
      ),
      /twice: Take a new base backup/,
    ],
  ];
  for (const [what, texts, found] of planted)
    it(`are found: ${what}`, () => {
      expect(contradictionsIn(texts).join('\n')).to.match(found);
    });

  it('are found: losses unknown that a restore shows', () => {
    const texts: Texts = {
      ...report,
      verdict: {
        sentence: 'FAIL x: restored. Whether acknowledged writes were lost is unknown: not read.',
        measured: [measured('restoreLostWrites', 2345)],
      },
    };
    expect(contradictionsIn(texts).join('\n')).to.contain('losses that a restore shows are unknown');
  });
});
