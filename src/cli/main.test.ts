/** Bad input on the command line: one clear sentence and exit code 3, without a stack trace. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { inProcess } from './in-process.ts';

const pgdrill = (...words: string[]) => inProcess(words);

describe('the command line', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-cli-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is a program with these exit codes, too', async () => {
    const started = await execa(process.execPath, ['src/cli/main.ts', 'rnu'], { all: true, reject: false });
    expect(started.exitCode).to.equal(3);
    expect(started.all).to.contain('Did you mean run?');
  }).timeout(20_000);

  const scenarioFile = async (body: string) => {
    const path = join(folder, `s${Math.abs(body.length)}.ts`);
    await writeFile(path, `import { scenario } from '${process.cwd()}/src/index.ts';\n${body}`);
    return path;
  };
  const refusals: readonly [string, readonly string[], string][] = [
    ['an unknown scenario, with the nearest name', ['run', 'primary-crsh'], 'did you mean primary-crash?'],
    ['an unknown command, with the nearest', ['rnu'], 'Did you mean run?'],
    ['an unknown option, with the nearest', ['run', '--stak', 'lab'], 'Did you mean --stack?'],
    ['an unknown stack', ['run', '--stack', 'docker'], 'lab, k3s, cluster'],
    [
      'an unknown setting, with the nearest',
      ['run', '--with', 'server_login_retri=1'],
      'did you mean server_login_retry?',
    ],
    [
      'a value that a setting does not take',
      ['run', '--with', 'ttl=30s'],
      '20 or more, but 30s was given: write ttl=30',
    ],
    ['values that do not go together', ['run', '--with', 'ttl=20', '--with', 'loop_wait=11'], 'raise ttl'],
    ['such a value of a configuration to look at', ['up', '--with', 'pool_mode=statement'], 'transaction or session'],
    ['such a value of the clients', ['explain', '--with', 'client_backoff=-1'], 'a whole number of ms, but -1'],
    ['a setting without a value', ['run', '--with', 'ttl'], 'setting=value'],
    ['a repeat that is not a number', ['run', '--repeat', 'often'], 'whole number'],
    ['an empty seed', ['run', '--seed', ''], 'seed'],
    ['a seed that is not a number', ['run', '--seed', '7x'], 'seed'],
    ['a Pushgateway that is not a URL', ['run', '--pushgateway', 'gateway'], 'expects a URL'],
    ['a value that a setting cannot take', ['run', '--with', 'ttl=soon'], 'ttl'],
    ['a gate without a median', ['run', '--gate', '--repeat', '4'], 'must be odd; it got 4: use 5'],
    ['a baseline that is not there', ['run', '--baseline', 'none'], 'there is nothing at none'],
    ['measures without a baseline', ['run', '--metrics', 'recoveryMs'], 'needs a --baseline'],
    ['a negative rate', ['run', '--rate', '-1'], 'writes per second'],
    [
      'a timer that there is not',
      ['explain', '--timers', 'server_login_rety'],
      'no timer of lab; known: server_login_retry',
    ],
    ['rounds that are not a number', ['explain', '--rounds', 'few'], '--rounds expects a whole number'],
    ['a study that there is not', ['study', 'pool-mode-strom'], 'there is no study pool-mode-strom'],
    ['no stacks at once', ['study', 'pool-mode-storm', '--jobs', '0'], 'from 1 to 16; it got "0"'],
    ['an SQL file that is not there', ['run', '--sql', 'none.sql'], 'the SQL file none.sql cannot be read'],
    ['a run that is not there', ['judge', 'reports/none'], 'there is no run at'],
    ['a folder without a run', ['judge', 'src'], 'no run.ndjson'],
    [
      'a report that cannot be written',
      ['report', 'fixtures/journals/steady-passed', '--out', '/proc/none/x'],
      '--out /proc/none/x cannot be written: its folder does not exist',
    ],
    ['a file that is not a journal', ['judge', 'package.json'], 'line 1'],
  ];
  for (const [what, args, sentence] of refusals)
    it(`refuses ${what}`, async () => {
      const { exitCode, all } = await pgdrill(...args);
      expect(all)
        .to.contain(sentence)
        .and.not.match(/^\s+at /m);
      expect(exitCode).to.equal(3);
    });

  it('cannot start a drill from a unit test, whatever is not refused', async () => {
    const out = join(folder, 'drills');
    for (const words of [['run', 'steady'], ['up'], ['explain', '--rounds', '1']]) {
      const { exitCode, all } = await pgdrill(...words, ...(words[0] === 'up' ? [] : ['--out', out]));
      expect(all, words.join(' ')).to.contain('a unit test opens no stack');
      expect(exitCode).to.equal(2);
    }
    expect(existsSync(out) ? await readdir(out) : []).to.deep.equal([]);
  });

  it('refuses a folder of runs that cannot be written to, and leaves nothing', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const [out, why] of [
      [file, 'something else than a folder is in the way'],
      [join(file, 'runs'), 'something else than a folder is in the way'],
      ['/proc/pgdrill', 'its folder does not exist'],
      ['/proc/1', ''],
    ] as const) {
      const { exitCode, all } = await pgdrill('run', 'steady', '--out', out);
      expect(all, out).to.contain(`runs cannot be kept in ${out}: ${why}`).and.contain('--out');
      expect(exitCode, out).to.equal(3);
    }
  });

  it('judges a run under its stored limits, of which --limit replaces one', async () => {
    const judged = async (...words: string[]) => {
      const { exitCode, out } = await pgdrill(
        ...['judge', 'fixtures/journals/primary-crash-passed', '--stored-limits', '--json', ...words],
      );
      const { checks } = JSON.parse(out) as { checks: { metric: string; limit?: { max?: number } }[] };
      return { exitCode, limits: new Map(checks.map(({ metric, limit }) => [metric, limit?.max])) };
    };
    const [stored, changed] = [await judged(), await judged('--limit', 'writeOutageMs=1')];
    expect([stored.exitCode, changed.exitCode]).to.deep.equal([0, 1]);
    expect(changed.limits.get('writeOutageMs')).to.equal(1);
    expect(new Map([...changed.limits, ['writeOutageMs', 30_000]])).to.deep.equal(stored.limits);
    const refused = await pgdrill(
      'judge',
      'fixtures/journals/primary-crash-passed',
      '--stored-limits',
      '--limit',
      'x=y',
    );
    expect(refused.exitCode).to.equal(3);
    expect(refused.all).to.contain('x, which is not a metric');
  });

  it('says where today’s limits give another verdict than the run’s own, which its report shows', async () => {
    const { exitCode, out } = await pgdrill('judge', 'fixtures/journals/pooler-cut-off-failed');
    expect(exitCode).to.equal(0);
    expect(out).to.match(
      /^This run is a PASS by today’s limits and a FAIL by its own, which pgdrill report and --stored-limits use: clientGapP95Ms ≤ 20 s \(7\.0 s to spare\) today, ≤ 12 s \(0\.97 s beyond\) then\.$/m,
    );
    const own = await pgdrill('judge', 'fixtures/journals/pooler-cut-off-failed', '--stored-limits');
    const page = await pgdrill('report', 'fixtures/journals/pooler-cut-off-failed', '--format', 'markdown');
    expect(own.exitCode).to.equal(1);
    expect(page.out).to.contain('FAIL pooler-cut-off').and.to.contain('≤ 12 s');
  });

  describe('beside scenarios that cannot be read', () => {
    afterEach(() => {
      delete process.env.PGDRILL_SCENARIOS;
    });

    it('judges a run under its own limits, and says so', async () => {
      for (const scenarios of [join(folder, 'missing'), folder]) {
        process.env.PGDRILL_SCENARIOS = scenarios;
        await writeFile(join(folder, 'primary-crash.ts'), 'export default 7;');
        const { exitCode, err } = await pgdrill('judge', 'fixtures/journals/primary-crash-passed');
        expect(err, scenarios).to.contain('judged under the limits that the run was made with: ');
        expect(err, scenarios).to.contain(scenarios);
        expect(exitCode, scenarios).to.equal(0);
      }
    });

    it('lists those that can, and says what is left out', async () => {
      process.env.PGDRILL_SCENARIOS = folder;
      await writeFile(join(folder, 'broken.ts'), 'export default scenario({');
      const { exitCode, out, err } = await pgdrill('list');
      expect(out).to.contain('steady');
      expect(err).to.match(/^pgdrill: left out: the scenario .*broken\.ts cannot be loaded/m);
      expect(exitCode).to.equal(0);
    });
  });

  it('refuses a misspelt limit, with the nearest name', async () => {
    const file = await scenarioFile(
      `export default scenario({ name: 'x', asks: '?', needs: [], limits: { writeOutagMs: { max: 1 } }, async drill() {} });`,
    );
    const { exitCode, all } = await pgdrill('run', file);
    expect(all).to.contain('did you mean writeOutageMs?');
    expect(exitCode).to.equal(3);
  });

  it('refuses a file that exports no scenario', async () => {
    const { exitCode, all } = await pgdrill('run', await scenarioFile('export const nothing = 1;'));
    expect(all).to.contain('its default export is not a scenario');
    expect(exitCode).to.equal(3);
  });

  it('reports how many runs an explanation and a study are, without one', async () => {
    const out = ['--dry-run', '--out', join(folder, 'none')];
    const explained = await pgdrill('explain', '--timers', 'ttl,server_login_retry', ...out);
    expect(explained.all)
      .to.match(/^12 runs to make, about \d+ minutes/)
      .and.contain('server_login_retry 15 → 2 s');
    const studied = await pgdrill('study', 'pool-mode-storm', '--jobs', '3', ...out);
    expect(studied.all)
      .to.match(/^pool-mode-storm: 44 runs, 44 to make, about \d+ minutes/)
      .and.match(/where server_login_retry is 1 s, .+": 11 pairs;/);
    expect(existsSync(join(folder, 'none'))).to.equal(false);
  });

  it('lists the settings with the values that each takes', async () => {
    const { all, exitCode } = await pgdrill('settings', '--stack', 'k3s');
    expect(exitCode).to.equal(0);
    expect(all)
      .to.match(/^lease_duration .+default 15 s: .+\(takes a whole number of s, 1 or more\)$/m)
      .and.match(/^client_backoff .+\(takes a whole number of ms\)$/m);
  });

  it('lists the scenarios and plans one without doing anything', async () => {
    expect((await pgdrill('list')).all)
      .to.contain('primary-crash')
      .and.contain('steady');
    const { exitCode, all } = await pgdrill('plan', 'primary-crash', '--with', 'server_login_retry=15');
    expect(all).to.contain('predicted outage').and.contain('server_login_retry = 15 s');
    expect(exitCode).to.equal(0);
  });
});
