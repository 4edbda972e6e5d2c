import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { inProcess } from './in-process.ts';

const whole =
  'manifests primary-crash --namespace db --cluster pg --database app --secret app-user --image example.org/pgdrill:1';
const pgdrill = (words: string) => inProcess(`${whole} ${words}`.split(' ').filter(Boolean));
const argsOf = (out: string): string =>
  parseAllDocuments(out)
    .map((document) => document.toJS())
    .find(({ kind }) => kind === 'CronJob')
    .spec.jobTemplate.spec.template.spec.containers[0].args.join(' ');

describe('pgdrill manifests', () => {
  it('passes on what was said of the drill, and only that', async () => {
    const { exitCode, out } = await pgdrill('--rate 50 --backup-age none --abort lagBytes=5 --abort writeOutageMs=9');
    expect(exitCode).to.equal(0);
    expect(argsOf(out)).to.match(
      /--out \/reports --rate 50 --backup-age none --abort lagBytes=5 --abort writeOutageMs=9$/,
    );
    expect(argsOf((await pgdrill('')).out)).to.match(/--out \/reports$/);
  });

  for (const [words, says] of [
    ['--rate 800', 'primary-crash asks for 800 writes/s, and 500 is the ceiling'],
    ['--rate fast', '--rate expects writes per second'],
    ['--abort tomorrow', '--abort expects limit=number'],
    ['--max-lag much', '--max-lag expects a whole number'],
    ['--expect-alert Down', '--expect-alert needs --prometheus'],
    ['--generators many', '--generators expects a whole number'],
    ['--schedule daily', 'schedule has five fields'],
  ] as const)
    it(`refuses ${words} now, and not in the first drill of a month`, async () => {
      const { exitCode, err } = await pgdrill(words);
      expect(exitCode).to.equal(3);
      expect(err).to.include(says);
    });

  it('refuses a scenario that a cluster that others run cannot do', async () => {
    const { exitCode, err } = await inProcess(whole.replace('primary-crash', 'disaster').split(' '));
    expect(exitCode).to.equal(3);
    expect(err).to.include(
      'disaster is never run on an existing cluster: no destroy, backup; leave it out, or run it with --stack k3s',
    );
  });

  it('names what is missing', async () => {
    const { exitCode, err } = await inProcess(['manifests', 'primary-crash', '--namespace', 'db']);
    expect(exitCode).to.equal(3);
    expect(err).to.include('the manifests need --cluster');
  });
});
