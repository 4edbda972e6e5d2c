import { expect } from 'chai';
import { escapeMarkdown, renderMarkdown } from './markdown.ts';
import { sampleRun } from './sample-run.ts';
import { check, measured, sampleVerdict } from './sample-verdict.ts';

describe('the Markdown summary', () => {
  let text: string;
  before(async () => {
    text = renderMarkdown(await sampleRun(), sampleVerdict());
  });

  it('begins with the sentence and has a row for each limit, broken ones first', async () => {
    const lines = text.split('\n');
    const [first, second] = lines.filter((line) => /^\| . (fail|pass) /u.test(line));
    expect(lines[0]).to.match(/^### ❌ FAIL primary-crash: writes were down 45\.2 s ± 0\.1/);
    expect(first).to.contain('❌ fail | `writeOutageMs` | 45.2 s ± 0.1 | ≤ 30 s | 15.2 s beyond');
    expect(second).to.contain('`undeclaredLosses` (safety) | 0 | ≤ 0 | none');
  });

  it('ends with the command that repeats the run', async () => {
    expect(text).to.contain('```sh\npgdrill run primary-crash --with server_login_retry=15 --seed 42\n```');
  });

  it('keeps a note from breaking its table, and names from becoming markup or mentions', async () => {
    const hostile = check(measured('lostWrites', 1, 0, { note: 'a | b\n<img> @team' }), { max: 0 }, 'fail');
    const page = renderMarkdown(await sampleRun(), sampleVerdict({ checks: [hostile] }));
    expect(page).to.contain('a \\| b &lt;img&gt; \\@team');
    expect(escapeMarkdown('[x](y) `z`')).to.equal('\\[x\\]\\(y\\) \\`z\\`');
  });
});
