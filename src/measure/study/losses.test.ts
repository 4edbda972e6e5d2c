import { expect } from 'chai';
import { crashStory } from '../../journal/stories.ts';
import { lossTable } from '../../report/study/losses.ts';
import type { RunLosses, StudyRun } from './effects.ts';
import { lossCells, lossesOf } from './losses.ts';

const run = (durability: string, losses: Partial<RunLosses> = {}, writeOutageMs: number | null = 20_000): StudyRun => ({
  ...{ block: 1, levels: { durability, incident: 'crash' }, run: 'r', measured: { writeOutageMs } },
  losses: { failovers: 1, acknowledged: 1_000, lost: 0, writeMs: [2, 9], ...losses },
});

describe('the losses of a study', () => {
  it('are read from a run: acknowledged and lost writes, failovers, and latency before the fault', async () => {
    const whole = lossesOf(await crashStory().run());
    expect(whole).to.include({ failovers: 1, lost: 0 });
    expect(whole.acknowledged).to.be.greaterThan(100);
    const lossy = lossesOf(
      await crashStory({
        ledger: {
          without: [
            [0, 0],
            [0, 1],
            [1, 0],
          ],
        },
      }).run(),
    );
    expect(lossy.lost).to.equal(3);
    expect(lossy.acknowledged).to.equal(whole.acknowledged);
  });

  it('are counted by cell, with exact bounds of failovers and of writes', () => {
    const [cell, other] = lossCells([
      ...[run('preferred', { lost: 12 }), run('preferred', {}, 24_000), run('preferred', {}, 30_000)],
      run('required'),
    ]);
    expect(cell).to.include({ runs: 3, failovers: 3, withLoss: 1, acknowledged: 3_000, lost: 12 });
    // Tables of the binomial distribution: 1 of 3 is 0.0084 to 0.9057.
    expect(cell!.ofFailovers!.lower).to.be.closeTo(0.0084, 1e-4);
    expect(cell!.ofFailovers!.upper).to.be.closeTo(0.9057, 1e-4);
    expect(cell!.ofWrites!.lower).to.be.within(0.002, 0.0022);
    expect(cell).to.deep.include({ writeMs: [2, 9], outageMs: 24_000, longestOutageMs: 30_000 });
    expect(other).to.include({ runs: 1, withLoss: 0 });
  });

  it('leave out a run whose ledger is not known, and take none as proof where nobody took over', () => {
    const cells = lossCells([run('required', { lost: null }), run('preferred', { failovers: 0, lost: 4 })]);
    expect(cells).to.have.length(1);
    expect(cells[0]).to.include({ failovers: 0, withLoss: 0, lost: 4, lossWithoutFailover: 1, ofFailovers: undefined });
  });

  it('are shown as a table, and not at all where no run has them', () => {
    const table = lossTable([run('preferred', { lost: 12 }), run('preferred'), run('required', { failovers: 0 })])!;
    expect(table).to.contain('| durability preferred, incident crash | 2 | 1 of 2 (1 to 99 %) | 12 of 2,000');
    expect(table).to.contain('| durability required, incident crash | 1 | no failover | 0 of 1,000 (0 to 0.3682 %)');
    expect(table).to.contain('2.0 ms, 9.0 ms | 20.0 s, 20.0 s |');
    const { losses: _, ...old } = run('preferred');
    expect(lossTable([old])).to.equal(undefined);
  });
});
