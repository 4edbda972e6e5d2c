import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { SetupError } from '../../../errors.ts';
import { Rest, RestError, UnknownKindError } from './rest.ts';

/** A cluster with these lists of kinds; everything else is not found. */
class Listing extends Rest {
  readonly asked: string[] = [];
  readonly lists: Record<string, { name: string; kind: string; namespaced: boolean }[]>;
  constructor(lists: Listing['lists']) {
    super(new KubeConfig());
    this.lists = lists;
  }
  override async send(_method: string, path: string): Promise<unknown> {
    this.asked.push(path);
    if (!this.lists[path]) throw new RestError(404, 'the server could not find the requested resource');
    return { resources: this.lists[path] };
  }
}
const pods = { name: 'pods', kind: 'Pod', namespaced: true };
const ref = (apiVersion: string, kind: string, namespace?: string) => ({
  ...{ apiVersion, kind },
  metadata: { name: 'x', ...(namespace !== undefined && { namespace }) },
});

describe('the path of an object', () => {
  it('is that of its kind, in its namespace where the kind has one', async () => {
    const rest = new Listing({
      '/api/v1': [
        { name: 'pods/log', kind: 'Pod', namespaced: true },
        pods,
        { name: 'namespaces', kind: 'Namespace', namespaced: false },
      ],
      '/apis/apps/v1': [{ name: 'deployments', kind: 'Deployment', namespaced: true }],
    });
    expect(await rest.pathOf(ref('v1', 'Pod', 'a'))).to.equal('/api/v1/namespaces/a/pods/x');
    expect(await rest.pathOf(ref('v1', 'Namespace'))).to.equal('/api/v1/namespaces/x');
    expect(await rest.pathOf(ref('apps/v1', 'Deployment'))).to.equal('/apis/apps/v1/namespaces/default/deployments/x');
    expect(rest.asked).to.deep.equal(['/api/v1', '/apis/apps/v1']);
  });

  it('is looked for again where the cluster did not have the kind: its definition may have come since', async () => {
    const rest = new Listing({});
    const error = await rest
      .pathOf(ref('monitoring.coreos.com/v1', 'PodMonitor', 'a'))
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UnknownKindError);
    rest.lists['/apis/monitoring.coreos.com/v1'] = [{ name: 'podmonitors', kind: 'PodMonitor', namespaced: true }];
    expect(await rest.pathOf(ref('monitoring.coreos.com/v1', 'PodMonitor', 'a'))).to.match(/podmonitors\/x$/);
  });
});

describe('an API server that does not answer', () => {
  const restTo = (server: string): Rest => {
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: true }, { name: 'u' });
    return new Rest(config);
  };
  const errorOf = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => new Error('it answered'),
      (error) => error,
    );

  it('is a sentence that names it and why, not a defect', async () => {
    const error = await errorOf(restTo('http://127.0.0.1:1').send('GET', '/api/v1'));
    expect(error)
      .to.be.instanceOf(SetupError)
      .with.property('message')
      .that.matches(/^the API server http:\/\/127\.0\.0\.1:1 does not answer \(.*ECONNREFUSED/);
  });

  describe('in time', () => {
    let silent: Server;
    beforeEach(async () => {
      silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
    });
    afterEach(() => silent.close());
    const open = (signal: AbortSignal) =>
      restTo(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`).open('GET', '/', { signal });

    it('fails with that reason', async () => {
      expect((await errorOf(open(AbortSignal.timeout(20)))).message).to.match(/does not answer in time$/);
    });

    it('is not blamed where the caller aborted the request', async () => {
      const asking = new AbortController();
      const answer = errorOf(open(asking.signal));
      asking.abort();
      expect((await answer).name).to.equal('AbortError');
    });
  });
});
