import { expect } from 'chai';
import { made, one, plan } from './test-plan.ts';

const policy = () => one('ValidatingAdmissionPolicy');
const holdsFor = (resource: string): string => {
  const { matchConstraints, validations } = policy().spec;
  const at = matchConstraints.resourceRules.findIndex(
    ({ resources }: { resources: string[] }) => resources[0] === resource,
  );
  return validations[at].expression;
};

describe('the admission policy for the account of a drill', () => {
  it('concerns that account alone, and denies', () => {
    const { matchConditions, failurePolicy } = policy().spec;
    expect(matchConditions.map(({ expression }: { expression: string }) => expression)).to.deep.equal([
      `request.userInfo.username == 'system:serviceaccount:db:pgdrill'`,
    ]);
    expect(failurePolicy).to.equal('Fail');
    const { policyName, validationActions } = one('ValidatingAdmissionPolicyBinding').spec;
    expect([policyName, validationActions]).to.deep.equal([policy().metadata.name, ['Deny']]);
  });

  it('lets commands run in instances and poolers, its own pods and what was restored, and nowhere else', () => {
    const exec = holdsFor('pods/exec');
    expect(exec)
      .to.include(`request.name.matches('^pg-[0-9]+$') && object.container == 'postgres'`)
      .and.include(`object.container == 'pgbouncer'`)
      .and.include(`request.namespace == '${plan.restoreNamespace}' && request.name == 'restored-1'`);
    const dotted = one('ValidatingAdmissionPolicy', made({ cluster: 'a.b' })).spec.validations[0].expression;
    expect(dotted).to.include(`'^a[.]b-[0-9]+$'`);
  });

  it('names the fields of a node and of a Cluster’s status that it may change', () => {
    expect(holdsFor('nodes')).to.include(`k in ['unschedulable', 'taints']`).and.include('pgdrill.dev/cordoned-by');
    for (const kept of ['metadata.ownerReferences', 'metadata.finalizers', `t.effect == 'NoSchedule'`])
      expect(holdsFor('nodes')).to.include(kept);
    expect(holdsFor('clusters/status')).to.include(
      `k in ['targetPrimary', 'targetPrimaryTimestamp', 'phase', 'phaseReason']`,
    );
  });

  it('asks whether a request is of a subresource before it asks of which', () => {
    for (const { expression } of policy().spec.validations)
      expect(expression.replaceAll(/has\(request\.subResource\) && request\.subResource/g, '')).not.to.include(
        'request.subResource',
      );
  });

  it('has a check for each rule, and a rule for each check', () => {
    const { matchConstraints, validations } = policy().spec;
    expect(validations).to.have.lengthOf(matchConstraints.resourceRules.length);
    for (const { message } of validations) expect(message).to.match(/^a drill /);
  });
});
