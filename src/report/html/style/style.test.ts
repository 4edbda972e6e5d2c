import { expect } from 'chai';
import { dark, light, styleSheet } from './style.ts';

type Triple = readonly [number, number, number];
/** `#rrggbb` in linear light (IEC 61966-2-1), each part from 0 to 1. */
const linear = (color: string): Triple =>
  [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
/** Relative luminance, after WCAG 2. */
function luminance(color: string): number {
  const [r, g, b] = linear(color);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const times = (matrix: readonly Triple[], [r, g, b]: Triple): Triple =>
  matrix.map((row) => row[0] * r + row[1] * g + row[2] * b) as unknown as Triple;

/** What is seen without red or green cones, in linear light (Machado, Oliveira and Fernandes 2009, severity 1). */
const eyes: Readonly<Record<string, readonly Triple[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};
/** Linear light as Oklab (Ottosson 2020): equal distances look about equally different. */
function oklab(light: Triple): Triple {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    light.map((part) => Math.min(1, Math.max(0, part))) as unknown as Triple,
  ).map(Math.cbrt) as unknown as Triple;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}
/** How different two colours look to the eyes that see them least apart; black and white: 100. */
const apart = (a: string, b: string): number =>
  Math.min(
    ...Object.values(eyes).map((eye) => {
      const [x, y] = [oklab(times(eye, linear(a))), oklab(times(eye, linear(b)))];
      return 100 * Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
    }),
  );
/** Colours that stand in one legend. */
const legends: Readonly<Record<string, readonly string[]>> = {
  waterfall: ['slow', 'primary', 'replica', 'bad', 'elected'],
  availability: ['good', 'slow', 'bad'],
  roles: ['primary', 'elected', 'replica', 'bad', 'none'],
  latency: ['good', 'elected', 'bad', 'slow'],
  errors: ['class-0', 'class-1', 'class-2', 'class-3', 'class-other', 'good-soft'],
  poolers: ['primary', 'residual', 'elected'],
};
const distinctAt = 9;
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
};
const palette = (scheme: string): Map<string, string> =>
  new Map(scheme.split(';').map((entry) => entry.trim().split(':') as [string, string]));

describe('the style of the pages', () => {
  for (const [name, scheme] of Object.entries({ light, dark })) {
    const colors = palette(scheme);
    const of = (color: string) => colors.get(`--${color}`)!;

    it(`has text of enough contrast on its ${name} paper (WCAG AA: 4.5)`, () => {
      const weak = ['ink', 'soft', 'link', 'good-ink', 'bad', 'unknown'].filter(
        (color) => contrast(of(color), of('paper')) < 4.5,
      );
      expect(weak).to.deep.equal([]);
      for (const outcome of ['good', 'bad', 'unknown'])
        expect(contrast(of(outcome === 'good' ? 'good-ink' : outcome), of(`${outcome}-soft`)), outcome).to.be.at.least(
          4.5,
        );
    });

    it(`has ${name} colours that differ in each legend, also without red or green cones`, () => {
      for (const [legend, names] of Object.entries(legends))
        for (const [i, one] of names.entries())
          for (const other of names.slice(i + 1))
            expect(apart(of(one), of(other)), `${legend}: ${one} and ${other}`).to.be.at.least(distinctAt);
    });

    it(`distinguishes good from bad by lightness too, for those who do not see the ${name} colours apart`, () => {
      expect(contrast(of('good'), of('bad'))).to.be.at.least(1.3);
      expect(contrast(of('bad'), of('paper'))).to.be.at.least(3);
    });
  }

  it('would find two oranges in one legend, and red beside green, too much alike', () => {
    expect(apart('#e0a526', '#c98a3d')).to.be.below(distinctAt);
    expect(apart('#ef7058', '#3f8f7e')).to.be.below(distinctAt);
    expect(apart('#000000', '#ffffff')).to.be.within(99, 101);
  });

  it('asks nobody for anything', () => {
    expect(styleSheet).not.to.match(/url\(|@import|<\//);
  });
});
