import { expect } from 'chai';
import { type HistoryLine, historyLine } from '../history.ts';
import { sampleRun } from '../sample-run.ts';
import { sampleVerdict } from '../sample-verdict.ts';
import { renderIndex } from './index.ts';

describe('the page over all runs', () => {
  let line: HistoryLine;
  const at = (startedAt: string, changes: Partial<HistoryLine> = {}): HistoryLine => ({
    ...line,
    run: `run-${startedAt}`,
    startedAt: `${startedAt}T02:00:00Z`,
    ...changes,
  });
  const outage = (value: number): Partial<HistoryLine> => ({
    measured: { writeOutageMs: { value, lower: value, upper: value } },
  });
  before(async () => {
    line = historyLine(await sampleRun(), sampleVerdict());
  });

  it('shows every run in its month, with a link to its report, and months without a drill', () => {
    const page = renderIndex([at('2025-12-03'), at('2026-02-03'), at('2026-02-10')]);
    expect(page.match(/class="run-mark fail"/g)).to.have.lengthOf(3);
    expect(page).to.contain('href="run-2026-02-10/report.html"');
    expect(page).to.contain('2026-01').and.to.contain('aria-label="no drill"');
  });

  it('shows every run as a point of each measure, and the place of the newest among its like', () => {
    const page = renderIndex([
      at('2026-01-03', outage(20_000)),
      at('2026-02-03', outage(21_000)),
      at('2026-03-03', outage(30_000)),
    ]);
    expect(page.match(/<circle class="trend-point/g)).to.have.lengthOf(3);
    expect(page).to.contain('highest of 3 drills; by chance 1 in 3');
  });

  it('does not rank a run among those of other circumstances, and says what changed', () => {
    const other = { ...line.fingerprint, 'settings.pgbouncer.server_login_retry': '1 s' };
    const page = renderIndex([
      at('2026-01-03', outage(20_000)),
      at('2026-02-03', { ...outage(30_000), fingerprint: other }),
    ]);
    expect(page).to.contain('the first in these circumstances').and.to.contain('trend-point fail other');
    expect(page).to.contain('settings.pgbouncer.server_login_retry is 15 s or 1 s');
  });

  it('counts runs before the newest twelve months', () => {
    const page = renderIndex([at('2024-01-03'), at('2026-02-03')]);
    expect(page).to.contain('and 1 earlier');
  });

  it('escapes what a history holds, and says so where there is none', () => {
    const hostile = renderIndex([at('2026-01-03', { scenario: '<script>x</script>', sentence: '"><img src=x>' })]);
    expect(hostile).not.to.contain('<script>x').and.not.to.contain('<img');
    expect(renderIndex([])).to.contain('No run is recorded yet');
  });
});
