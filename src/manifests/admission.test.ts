import { expect } from 'chai';
import { mostGenerators } from '../stacks/cluster/pods/generators.ts';
import { admission } from './admission.ts';
import type { Manifest } from './index.ts';
import { decide } from './test-admission.ts';
import { made, one, plan } from './test-plan.ts';
import { account, by, further, makeJob, quiet, triedOnCluster } from './test-requests.ts';
import { pinned } from './test-requests-pinned.ts';
import { ofPoolers } from './test-requests-pooler.ts';
import { jobOf, reviewed } from './test-requests-reviewed.ts';

const every = [...triedOnCluster, ...further, ...reviewed, ...pinned, ...ofPoolers];

const objects = made();
/** The same objects with a fault in the expressions of the policy. */
const spoilt = (fault: (expression: string) => string): Manifest[] =>
  objects.map((object) => {
    if (object.kind !== 'ValidatingAdmissionPolicy') return object;
    const { validations, ...spec } = one('ValidatingAdmissionPolicy', [object]).spec;
    const changed = validations.map((all: { expression: string }) => ({ ...all, expression: fault(all.expression) }));
    expect(changed).not.to.deep.equal(validations);
    return { ...object, spec: { ...spec, validations: changed } };
  });
const wronglyDecided = (by: readonly Manifest[]): string[] =>
  every.filter(({ request, allowed }) => decide(by, request).allowed !== allowed).map(({ what }) => what);

describe('the admission policy for the account of a drill', () => {
  it('has the 30 requests that a real API server decided, 11 of which a drill makes', () => {
    expect(triedOnCluster).to.have.lengthOf(30);
    expect(triedOnCluster.filter(({ allowed }) => allowed)).to.have.lengthOf(11);
  });

  for (const { what, allowed, request } of every)
    it(`${allowed ? 'allows' : 'denies'} ${what}`, () => {
      const decision = decide(objects, request);
      expect(decision.allowed, decision.why).to.equal(allowed);
      // A denial is one of the policy, and not an error of it.
      expect(decision.why).to.match(allowed ? /^$/ : /^a drill /);
    });

  it('concerns that account alone', () => {
    for (const asked of every)
      for (const user of ['kubernetes-admin', 'system:serviceaccount:db:other', 'system:serviceaccount:other:pgdrill'])
        expect(decide(objects, by(user, asked)).why, `${asked.what} by ${user}`).to.equal('not concerned');
  });

  it('follows the account to another name and namespace', () => {
    const moved = objects.map((object) => {
      const metadata = { ...(object.metadata as object), name: 'team-pgdrill', namespace: 'other' };
      if (object.kind === 'ServiceAccount') return { ...object, metadata };
      if (object.kind !== 'ValidatingAdmissionPolicyBinding') return object;
      const { spec } = one('ValidatingAdmissionPolicyBinding', [object]);
      return { ...object, spec: { ...spec, paramRef: { ...spec.paramRef, name: 'team-pgdrill', namespace: 'other' } } };
    });
    const label = triedOnCluster.find(({ what }) => what === 'a label of a node')!;
    expect(decide(moved, by('system:serviceaccount:other:team-pgdrill', label)).allowed).to.equal(false);
    expect(decide(moved, by(account, label)).why).to.equal('not concerned');
  });

  it('denies nobody anything where the account does not exist', () => {
    const without = objects.filter(({ kind }) => kind !== 'ServiceAccount');
    for (const { request } of triedOnCluster) expect(decide(without, request).allowed).to.equal(true);
  });

  it('has lists of strings alone, since Kubernetes refuses a policy with a list of more than one type', () => {
    for (const { expression } of one('ValidatingAdmissionPolicy').spec.validations)
      for (const [, list] of expression.matchAll(/ in (\[[^\]]*\])/g))
        expect(list).to.match(/^\[('[^']*'(, '[^']*')*)?\]$/);
  });

  it('denies where it cannot decide', () => {
    expect(one('ValidatingAdmissionPolicy').spec.failurePolicy).to.equal('Fail');
    expect(one('ValidatingAdmissionPolicyBinding').spec.validationActions).to.deep.equal(['Deny']);
  });

  it('takes the dots of a Cluster’s name for dots', () => {
    const dotted = made({ cluster: 'a.b' });
    const exec = (name: string) => ({ ...triedOnCluster[0]!.request, name });
    expect(decide(dotted, exec('a.b-1')).allowed).to.equal(true);
    expect(decide(dotted, exec('axb-1')).allowed).to.equal(false);
  });

  it('allows the Job that a drill makes, of as many pods as it may have', () => {
    for (const count of [1, mostGenerators]) expect(decide(objects, jobOf(count)).why).to.equal('');
    expect(decide(objects, jobOf(mostGenerators + 1)).allowed).to.equal(false);
  });

  it('follows no image in a base of kustomize, whose overlays may name another', () => {
    const base = [...objects.filter(({ kind }) => !String(kind).startsWith('Validating')), ...admission(plan, true)];
    const other = makeJob({ containers: [{ ...quiet, image: 'mirror.example/pgdrill:2' }] });
    expect(decide(base, other).allowed).to.equal(true);
    expect(decide(objects, other).allowed).to.equal(false);
  });

  describe('with a fault in it is found to decide wrongly', () => {
    it('where it reads the subresource of a request that has none', () => {
      const fault = (text: string) => text.replaceAll('has(request.subResource) && ', '');
      expect(wronglyDecided(spoilt(fault))).to.include.members([
        'deletion of an instance',
        'a cordon',
        'a pod on a node',
      ]);
    });

    it('where it forgets taints, whose time ends pods', () => {
      const fault = (text: string) =>
        text.replaceAll('spec.taints', 'spec.none').replaceAll(`['unschedulable']`, `['unschedulable', 'taints']`);
      expect(wronglyDecided(spoilt(fault))).to.deep.equal([
        'a taint of a node',
        'the taint of a cordon with the effect NoExecute',
        'another value of a taint',
        'the taint that Kubernetes adds after a cordon',
        'removal of another taint',
        'another time of a taint with NoExecute',
        'removal of the taint of a cordon',
      ]);
    });

    it('where it lets the pods of a Pooler change with its pause', () => {
      const fault = (text: string) => text.replaceAll(`['pgbouncer']`, `['pgbouncer', 'template']`);
      expect(wronglyDecided(spoilt(fault))).to.deep.equal([
        'the pods of a Pooler',
        'the pods of a Pooler beside its pause',
      ]);
    });

    it('where it takes every mark for its own', () => {
      const fault = (text: string) => text.replaceAll(/ == params\.metadata\.namespace \+ '\/pg'/g, ` != ''`);
      expect(wronglyDecided(spoilt(fault))).to.deep.equal([
        'an uncordon of a node with the mark of another Cluster',
        'removal of the mark of another Cluster',
        'a cordon over the mark of another Cluster',
        'a cordon with the mark of another Cluster',
      ]);
    });

    it('where it takes every storage class', () => {
      const fault = (text: string) => text.replaceAll("',fast,'.contains(", "',,fast,premium,fas,,'.contains(");
      expect(wronglyDecided(spoilt(fault))).to.deep.equal([
        'a restored Cluster of another class',
        'a restored Cluster of a part of the name of a class',
        'a restored Cluster with another class in its template',
        'WAL of another class',
        'WAL with another class in its template',
        'tablespaces of another class',
        'tablespaces with another class in their template',
      ]);
    });

    it('where it takes security contexts and pods as they come', () => {
      const fault = (text: string) =>
        text.replaceAll(/dyn\((c\.securityContext|object\.spec\.template\.spec)\)\.all\(k, /g, 'dyn([]).all(k, ');
      expect(wronglyDecided(spoilt(fault))).to.include.members([
        'a Job by the user 0',
        'a Job without AppArmor',
        'a Job in the network of its node',
        'a Job of another runtime',
      ]);
    });

    it('where it forgets owners, finalizers or init containers', () => {
      const fault = (text: string) => text.replaceAll(/metadata\.(ownerReferences|finalizers)|initContainers/g, 'none');
      expect(wronglyDecided(spoilt(fault))).to.deep.equal([
        'an owner of a node',
        'a finalizer of a node',
        'a pod with a Secret in an init container',
        'an owner of a Pooler',
        'a finalizer of a Pooler',
      ]);
    });
  });
});
