import { expect } from 'chai';
import { heldUs, stretchesOf } from './held.ts';

const outage = (from: number, to: number, isOpen = false) => ({
  startUs: from * 1e6,
  lastedUs: (to - from) * 1e6,
  endUs: isOpen ? null : to * 1e6,
});
const shown = (of: ReturnType<typeof outage>, server: readonly ReturnType<typeof outage>[]) =>
  stretchesOf(of, server).map(({ fromUs, toUs, serverUp }) => [fromUs / 1e6, toUs / 1e6, serverUp ? 'up' : 'down']);

describe('whose an outage of a pooler was', () => {
  it('is the server’s until that is back, then the pooler’s', () => {
    expect(shown(outage(10, 40), [outage(10.05, 13)])).to.deep.equal([
      [10, 13, 'down'],
      [13, 40, 'up'],
    ]);
  });

  it('is the server’s again each time that it goes down meanwhile', () => {
    const parts = stretchesOf(outage(10, 40), [outage(10, 13), outage(20, 24), outage(30, 31), outage(50, 60)]);
    expect(parts.map(({ serverUp }) => serverUp)).to.deep.equal([false, true, false, true, false, true]);
    expect(heldUs(parts)).to.equal((30 - 3 - 4 - 1) * 1e6);
  });

  it('is the pooler’s alone where the server was never down, or went down much later', () => {
    expect(shown(outage(10, 40), [])).to.deep.equal([[10, 40, 'up']]);
    expect(shown(outage(10, 40), [outage(15, 40)])).to.deep.equal([
      [10, 15, 'up'],
      [15, 40, 'down'],
    ]);
  });

  it('has no stretch of a lateness that two probes differ by', () => {
    expect(shown(outage(10, 40), [outage(10.4, 39.95)])).to.deep.equal([[10, 40, 'down']]);
  });

  it('is the server’s to the end where that was not back', () => {
    expect(shown(outage(10, 40), [outage(10, 20, true)])).to.deep.equal([[10, 40, 'down']]);
  });
});
