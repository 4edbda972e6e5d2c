import { expect } from 'chai';
import { inProcess } from './in-process.ts';

const pgdrill = (words: string) => inProcess(words.split(' '));
/** The line of a scenario. */
const of = (out: string, name: string): string =>
  out.split('\n').find((line) => line.startsWith(`${name} `)) ?? `no line of ${name}`;

describe('what an existing cluster allows', () => {
  it('is listed with each scenario: the profile that it takes, or why it is never run there', async () => {
    const { out, exitCode } = await pgdrill('list --stack cluster');
    expect(exitCode).to.equal(0);
    expect(of(out, 'planned-switchover')).to.include('(profile platform)');
    expect(of(out, 'primary-restart')).to.include('(profile platform)');
    expect(of(out, 'primary-crash')).to.include('(profile node)');
    expect(of(out, 'restore-proof')).to.include('(profile observe)');
    expect(of(out, 'disaster')).to.include(
      '(not possible: it is never run on an existing cluster: no destroy, backup)',
    );
  });

  it('says which drills break several targets at once, and what that takes', async () => {
    const { out } = await pgdrill('list --stack cluster');
    const several = out.split('\n').filter((line) => line.includes('--allow-quorum-loss'));
    expect(several.map((line) => line.split(' ')[0])).to.deep.equal([
      ...['alerts', 'former-primary-ahead', 'quorum-refuses', 'standbys-lost', 'standbys-lost-preferred'],
    ]);
    expect((await pgdrill('plan quorum-refuses --stack cluster')).out).to.include(
      'opt-in   it breaks several targets at once, which takes --allow-quorum-loss',
    );
  });

  it('follows from the profile, from Pod Security and from the version', async () => {
    const { out } = await pgdrill('list --stack cluster --rights platform --kubernetes 1.21');
    expect(of(out, 'primary-crash')).to.include('(not possible: it needs the profile node, which allows more than');
    expect(of(out, 'drain')).to.include('(not possible: it needs Kubernetes 1.22, newer than 1.21)');
    const restricted = await pgdrill('list --stack cluster --pod-security restricted');
    expect(of(restricted.out, 'primary-freeze')).to.include(
      '(not possible: it needs a pod that Pod Security restricted refuses: the pod on the node sets hostPID)',
    );
    expect(of(restricted.out, 'drain')).to.include('(profile platform)');
  });

  it('is planned with the rights that the Role has to grant, and without a prediction', async () => {
    const { out, exitCode } = await pgdrill('plan planned-switchover --stack cluster --rights platform');
    expect(exitCode).to.equal(0);
    expect(out).to.match(/profile {2}platform: faults by the API/);
    expect(out).to.include('resources: ["clusters/status"], verbs: ["patch"], resourceNames: ["<cluster>"]}');
    const refused = await pgdrill('plan primary-crash --stack cluster --pod-security baseline');
    expect(refused.out).to.include('refused  it needs a pod that Pod Security baseline refuses');
  });

  it('is planned with the experiment of others that it injects, and the API that has to be there', async () => {
    const { out, exitCode } = await pgdrill('plan fixtures/experiments/primary-failed.ts --stack cluster');
    expect(exitCode).to.equal(0);
    expect(out).to.include('needs    Chaos Mesh: the cluster has to serve chaos-mesh.org/v1alpha1');
    expect(out).to.include(
      'injects  PodChaos pod-failure of Chaos Mesh (fixtures/experiments/pod-failure.yaml), for 60 s',
    );
    expect(out).to.include(
      '{apiGroups: ["chaos-mesh.org"], resources: ["podchaos"], verbs: ["create", "get", "delete"]}',
    );
  });

  for (const [words, says] of [
    ['list --rights node', '--rights is for an existing cluster, but the stack is lab; add --stack cluster'],
    ['list --pod-security baseline --stack k3s', '--pod-security is for an existing cluster'],
    ['list --stack cluster --kubernetes new', '--kubernetes expects a minor version such as 1.34; it got "new"'],
    ['list --stack cluster --rights root', "argument 'root' is invalid"],
    ['list --stack cluster --context c', '--context and --namespace belong together'],
    ['plan primary-crash --stack cluster --with ttl=3', '--with changes no setting of an existing cluster'],
    ['plan primary-crash --stack cluster --manifests docs', 'manifests are stood up by the stack k3s'],
  ] as const)
    it(`is refused with one sentence: ${words}`, async () => {
      const { exitCode, err } = await pgdrill(words);
      expect(exitCode).to.equal(3);
      expect(err).to.include(says);
    });
});
