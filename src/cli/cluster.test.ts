import { expect } from 'chai';
import { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { Drill } from '../scenario/drill.ts';
import { defineScenario } from '../scenario/index.ts';
import { addClusterOptions, asDryRun, type ClusterFlags, clusterOptionsOf, withAlerts } from './cluster.ts';

const whole = '--context staging --namespace db --cluster pg --database app --secret app-user';
const parsed = (words: string) =>
  clusterOptionsOf(
    addClusterOptions(new Command().exitOverride())
      .parse(words.split(' ').filter(Boolean), { from: 'user' })
      .opts<ClusterFlags>(),
  );
const refusal = (words: string): string => {
  try {
    parsed(words);
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error(`${words} was taken`);
};

describe('the options of the cluster stack', () => {
  it('are taken where everything is spelled out', () => {
    expect(parsed(whole)).to.include({
      context: 'staging',
      namespace: 'db',
      cluster: 'pg',
      dryRun: false,
      watching: false,
    });
    expect(parsed(whole).steady).to.include({ backupAgeS: 26 * 3_600 });
  });

  for (const name of ['context', 'namespace', 'cluster', 'database', 'secret'])
    it(`demand --${name}, and take nothing for granted`, () => {
      expect(refusal(whole.replace(new RegExp(`--${name} \\S+`), ''))).to.include(`--${name}`);
    });

  it('let a cluster without backups be drilled only where somebody says so', () => {
    expect(parsed(`${whole} --backup-age none`).steady.backupAgeS).to.equal(undefined);
    expect(refusal(`${whole} --backup-age never`)).to.include('--backup-age expects a whole number');
  });

  it('make load in pods of the cluster only from an image that is named', () => {
    expect(refusal(`${whole} --generators 2`)).to.include('--generators needs --watchdog-image');
    expect(parsed(`${whole} --generators 2 --watchdog-image i`).generators).to.equal(2);
    expect(parsed(whole).generators).to.equal(0);
  });

  it('expect alerts only where somebody could see them', () => {
    expect(refusal(`${whole} --expect-alert Down`)).to.include('--expect-alert needs --prometheus');
    expect(refusal(`${whole} --prometheus nowhere`)).to.include('expects an address');
    expect(parsed(`${whole} --prometheus http://p:9090 --expect-alert Down`).prometheus).to.deep.equal({
      url: 'http://p:9090',
      expected: ['Down'],
    });
  });
});

describe('a scenario whose alerts are expected', () => {
  it('has their silence as a limit, beside its own', () => {
    const scenario = defineScenario({
      ...{ name: 'x', asks: 'How long?', needs: [], limits: { recoveryMs: { max: 1 } }, drill: async () => {} },
    });
    expect(withAlerts(scenario, { expectAlert: ['Down'] }).limits).to.deep.equal({
      recoveryMs: { max: 1 },
      silentAlerts: { max: 0 },
    });
    expect(withAlerts(scenario, { expectAlert: [] })).to.equal(scenario);
  });
});

describe('a scenario as a dry run', () => {
  it('is distinguished from the drill, has no limits, and waits for no other primary', async () => {
    const called: string[] = [];
    const verbs = new Proxy({} as Drill, { get: (_, name) => async () => void called.push(String(name)) });
    const scenario = defineScenario({
      ...{ name: 'primary-delete', asks: 'How long?', needs: ['delete'], limits: { writeOutageMs: { max: 1 } } },
      async drill({ hold, primary, replaced }) {
        await hold('1s');
        await replaced(await primary(), { within: '6m' });
      },
    });
    const dry = asDryRun(scenario);
    expect(dry).to.deep.include({ name: 'primary-delete-dry-run', needs: [], limits: {} });
    await dry.drill({ ...verbs, hold: verbs.hold, primary: verbs.primary, replaced: verbs.replaced } as Drill);
    expect(called).to.deep.equal(['hold', 'primary']);
  });
});
