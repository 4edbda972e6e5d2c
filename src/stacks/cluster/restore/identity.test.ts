import { expect } from 'chai';
import { endpointRules, identities, identitiesOf, identityInWords, identityRules } from './identity.ts';
import { towardsStore } from './policy.ts';

const cluster = (annotations?: Record<string, string>) => ({
  spec: annotations ? { serviceAccountTemplate: { metadata: { annotations } } } : {},
});
const https = { ports: [{ port: 443, protocol: 'TCP' }] };

describe('the account of a cloud that opens the store', () => {
  for (const [what, annotations, configuration, expected] of [
    ['Secrets', undefined, { s3Credentials: { accessKeyId: { name: 's', key: 'k' } } }, []],
    ['no credentials', undefined, { destinationPath: 's3://b' }, []],
    [
      'an IAM role of the ServiceAccount',
      { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' },
      { s3Credentials: { inheritFromIAMRole: true } },
      ['irsa'],
    ],
    ['an IAM role without it', undefined, { s3Credentials: { inheritFromIAMRole: true } }, ['eks-pod-identity', 'ec2']],
    [
      'a workload identity of Azure',
      { 'azure.workload.identity/client-id': 'x' },
      { azureCredentials: { inheritFromAzureAD: true } },
      ['azure-workload'],
    ],
    ['a managed identity of Azure', undefined, { azureCredentials: { inheritFromAzureAD: true } }, ['azure-managed']],
    ['GKE', undefined, { googleCredentials: { gkeEnvironment: true } }, ['gke']],
    ['GKE switched off', undefined, { googleCredentials: { gkeEnvironment: false } }, []],
  ] as const)
    it(`is found for ${what}`, () => {
      expect(identitiesOf(cluster(annotations), configuration)).to.deep.equal(expected);
    });

  it('needs exactly these addresses', () => {
    const places = (identity: (typeof identities)[number]) =>
      endpointRules(identity).flatMap(({ to, ports }) =>
        (to as { ipBlock: { cidr: string } }[]).flatMap(({ ipBlock }) =>
          (ports as { port: number }[]).map(({ port }) => `${ipBlock.cidr} ${port}`),
        ),
      );
    expect(Object.fromEntries(identities.map((one) => [one, places(one)]))).to.deep.equal({
      irsa: [],
      'eks-pod-identity': ['169.254.170.23/32 80', 'fd00:ec2::23/128 80'],
      ec2: ['169.254.169.254/32 80', 'fd00:ec2::254/128 80'],
      'azure-workload': [],
      'azure-managed': ['169.254.169.254/32 80'],
      gke: ['169.254.169.254/32 80', '169.254.169.254/32 8080', '169.254.169.252/32 987', '169.254.169.252/32 988'],
    });
  });

  it('is exchanged by HTTPS at a service with a name, kept to the addresses that are given', () => {
    expect(identityRules(['irsa'], [])).to.deep.equal([https]);
    expect(identityRules(['azure-workload'], ['10.0.0.0/8'])).to.deep.equal([
      { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ...https },
    ]);
    expect(identityInWords('irsa')).to.equal('sts.<region>.amazonaws.com at 443');
    expect(identityInWords('gke')).to.equal('169.254.169.254/32 at 80 and 8080, 169.254.169.252/32 at 987 and 988');
  });

  it('adds to the store what it needs, and each rule once', () => {
    expect(towardsStore(undefined)).to.deep.equal([https]);
    expect(towardsStore(undefined, { identities: ['irsa'] })).to.deep.equal([https]);
    expect(towardsStore('http://minio.backups:9000', { identities: ['irsa'] })).to.have.lengthOf(2);
    expect(towardsStore(undefined, { identities: ['eks-pod-identity', 'ec2'] })).to.have.lengthOf(3);
  });
});

describe('what a restored copy reaches of its store', () => {
  const to = (cidr: string) => [{ ipBlock: { cidr } }];
  it('is its port at any address where its name is outside of the cluster, or it has none', () => {
    for (const address of [undefined, 'https://s3.bank.example'])
      expect(towardsStore(address)[0]!.to).to.equal(undefined);
  });

  it('is what is given as its addresses, whatever its name allows', () => {
    for (const address of [undefined, 'https://s3.bank.example', 'http://minio.backups:9000'])
      expect(towardsStore(address, { cidrs: ['10.1.0.0/16'] })[0]!.to).to.deep.equal(to('10.1.0.0/16'));
    expect(towardsStore('https://s3.bank.example:9000', { cidrs: ['10.1.0.0/16'] })[0]!.ports).to.deep.equal([
      { port: 9000, protocol: 'TCP' },
    ]);
  });
});
