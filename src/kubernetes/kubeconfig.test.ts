import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { configOf } from './kubeconfig.ts';

const text = JSON.stringify({
  clusters: [{ name: 'c', cluster: { server: 'https://192.0.2.1:6443' } }],
  users: [{ name: 'u', user: {} }],
  contexts: ['staging', 'prod'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
  'current-context': 'prod',
});

describe('the kubeconfig', () => {
  let home: string;
  const before = process.env.KUBECONFIG;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'pgdrill-kubeconfig-'));
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
    await rm(home, { recursive: true });
  });
  const refusal = (context: string, env: NodeJS.ProcessEnv): string => {
    try {
      configOf(context, { env, home });
      return 'it was taken';
    } catch (error) {
      expect(error).to.be.instanceOf(UsageError);
      return (error as Error).message;
    }
  };
  const write = async () => {
    process.env.KUBECONFIG = join(home, 'config');
    await writeFile(process.env.KUBECONFIG, text);
  };

  it('gives the context that was named, never the one in use', async () => {
    await write();
    expect(configOf('staging').getCurrentContext()).to.equal('staging');
  });

  it('refuses a context that is not there, with the nearest name', async () => {
    await write();
    expect(refusal('stagin', process.env)).to.include('there is no context stagin').and.include('did you mean staging');
  });

  it('that is not there is said to be missing, where a client would try localhost', () => {
    expect(refusal('staging', {})).to.match(
      /expected a kubeconfig, but there is no .*\.kube.config; name yours in KUBECONFIG/,
    );
    expect(refusal('staging', { KUBECONFIG: join(home, 'gone') })).to.include(`there is no ${join(home, 'gone')}`);
  });

  it('of a pod is for pods only', () => {
    expect(refusal('in-cluster', {})).to.include('this process runs in none');
  });
});
