import { expect } from 'chai';
import { dark, light, styleSheet } from './style.ts';

/** Relative luminance of `#rrggbb`, after WCAG 2. */
function luminance(color: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
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

    it(`distinguishes good from bad by lightness too, for those who do not see the ${name} colours apart`, () => {
      expect(contrast(of('good'), of('bad'))).to.be.at.least(1.3);
      expect(contrast(of('bad'), of('paper'))).to.be.at.least(3);
    });
  }

  it('asks nobody for anything', () => {
    expect(styleSheet).not.to.match(/url\(|@import|<\//);
  });
});
