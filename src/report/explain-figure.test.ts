import { expect } from 'chai';
import type { Explained, Explanation } from '../measure/explain/explain.ts';
import { explainFigure, explainRunsFigure } from './explain-figure.ts';

const row = (more: Partial<Explained>): Explained => ({
  ...{ name: 'server_login_retry', program: 'pgbouncer', unit: 's', base: 15, trial: 2, recommended: 1 },
  ...{ line: '', risk: '', runs: 3, moves: [], effect: 'costs', cost: { value: 9_300, lower: 5_000, upper: 13_000 } },
  ...more,
});
const explanation = (rows: Explained[]): Explanation => ({
  ...{ rows, runs: 21, outageMs: 42_000, sentence: '', tooFew: undefined },
});

describe('the picture of an explanation', () => {
  const costly = row({});
  const dead = row({ name: 'dns_max_ttl', effect: 'nothing', cost: { value: 0, lower: 0, upper: 0 } });

  it('has a bar as long as the cost, and its interval', () => {
    const svg = explainFigure('primary-crash on lab', explanation([costly, dead]));
    const numbers = (pattern: RegExp) => pattern.exec(svg)!.slice(1).map(Number) as [number, number];
    const [from, width] = numbers(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/);
    const [lower, upper] = numbers(/<line x1="([\d.]+)" x2="([\d.]+)" y1="[\d.]+" y2="[\d.]+" stroke="#222"/);
    const perMs = width / 9_300;
    expect(lower - from).to.be.closeTo(5_000 * perMs, 0.5);
    expect(upper - from).to.be.closeTo(13_000 * perMs, 0.5);
    expect(svg).to.include('server_login_retry 15 → 1 s').and.to.include('21 runs');
  });

  it('says of a timer that did nothing that nothing moved with it, without a bar', () => {
    const svg = explainFigure('x', explanation([dead]));
    expect(svg).to.include('nothing moved with it');
    expect(svg).not.to.match(/<rect x=/);
  });

  it('has a row for each value that was tried, with a dot for the outage of each run', () => {
    const trial = (moved: string | undefined, outageMs: number | null) => ({
      moved,
      seen: {},
      outageMs,
      penalties: [],
    });
    const svg = explainRunsFigure(
      [costly],
      [trial(undefined, 30_200), trial(undefined, 45_200), trial(costly.name, 24_000)],
    );
    expect(svg).to.match(/nothing moved<.*server_login_retry = 2 s</s);
    expect(svg.match(/<circle/g)).to.have.length(3);
  });
});
