import { expect } from 'chai';
import { decide } from './test-admission.ts';
import { made, plan } from './test-plan.ts';
import { byAccount, exact } from './test-requests-exact.ts';
import { atOnce } from './test-requests-jobs.ts';

const storeSecrets = ['store', 'reader', 'registry'];
const objects = made({ storeSecrets });
const scenarios = (...needs: ('delete-now' | 'operator-down')[]) => [{ ...plan.scenarios[0]!, needs }];

describe('the admission policy lets a drill make and delete exactly what it does', () => {
  for (const { what, allowed, request } of exact)
    it(`${allowed ? 'allows' : 'denies'} ${what}`, () => {
      const decision = decide(objects, request);
      expect(decision.allowed, decision.why).to.equal(allowed);
      expect(decision.why).to.match(allowed ? /^$/ : /^a drill /);
    });

  it('with a fault in the lists of fields is found to decide wrongly', () => {
    const spoilt = JSON.parse(JSON.stringify(objects).replaceAll(/dyn\([\w.]+\)\.all\(k, /g, 'dyn([]).all(k, '));
    const wrong = exact.filter(({ request, allowed }) => decide(spoilt, request).allowed !== allowed);
    expect(wrong.map(({ what }) => what)).to.include.members([
      'a restored Cluster with a field that a later operator has',
      'a restored Cluster from volumes',
      'an ObjectStore that removes backups',
      'a Job that adopts pods',
    ]);
  });

  it('lets in what the template says of an account of a cloud where restores read by that of the Cluster', () => {
    const archive = made({ storeSecrets, archiveAccount: true });
    expect(decide(archive, byAccount()).why).to.equal('');
    expect(decide(objects, byAccount()).allowed).to.equal(false);
    const role = { 'eks.amazonaws.com/role-arn': 'arn:reader' };
    expect(decide(archive, byAccount(role, { labels: { 'azure.workload.identity/use': 'true' } })).why).to.equal('');
    for (const [annotations, more] of [
      [{ ...role, 'example.com/inject': 'true' }, {}],
      [role, { labels: { app: 'api' } }],
      [role, { name: 'writer' }],
    ] as const)
      expect(decide(archive, byAccount(annotations, more)).allowed).to.equal(false);
  });

  it('lets in the account of the Cluster alone where it is known', () => {
    const role = 'eks.amazonaws.com/role-arn';
    const known = made({ storeSecrets, archiveAccount: true, cloudAccount: [`${role}=arn:reader`, 'iam.gke.io/x=y'] });
    expect(decide(known, byAccount()).why).to.equal('');
    for (const arn of ['arn:writer', 'arn:read', 'arn:reader,iam.gke.io/x=y', ''])
      expect(decide(known, byAccount({ [role]: arn })).allowed, arn).to.equal(false);
    expect(decide(known, byAccount({ 'eks.amazonaws.com/audience': 'arn:reader' })).allowed).to.equal(false);
  });

  it('lets in no account of a cloud where the Cluster has none', () => {
    const none = made({ storeSecrets, archiveAccount: true, cloudAccount: [] });
    for (const annotations of [undefined, { 'eks.amazonaws.com/role-arn': 'arn:reader' }, {}])
      expect(decide(none, byAccount(annotations)).allowed).to.equal(false);
  });

  it('lets pods be deleted at once for the faults that do so', () => {
    for (const [fault, one, other] of [
      ['delete-now', atOnce.instance, atOnce.operator],
      ['operator-down', atOnce.operator, atOnce.instance],
    ] as const) {
      const policy = made({ scenarios: scenarios(fault) });
      expect(decide(policy, one).why, fault).to.equal('');
      expect(decide(policy, other).allowed, fault).to.equal(false);
    }
  });
});
