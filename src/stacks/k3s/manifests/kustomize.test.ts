import { expect } from 'chai';
import { describe, it } from 'mocha';
import { reasonIn } from './kustomize.ts';

describe('why a kustomization cannot be built', () => {
  it('is the file that does not exist', () => {
    const output = `E1130 06:59:07.399058    2624 run.go:72] "command failed" err="accumulating resources: accumulation err='accumulating resources from 'gone.yaml': evalsymlink failure on '/k/gone.yaml' : lstat /k/gone.yaml: no such file or directory'"`;
    expect(reasonIn(output)).to.equal('/k/gone.yaml does not exist');
  });

  it('is what kubectl says otherwise, without its log prefix', () => {
    expect(reasonIn('E1130 06:59:07.4  2 run.go:72] "command failed" err="no matches for Id Pooler"')).to.equal(
      'no matches for Id Pooler',
    );
    expect(reasonIn('error: unable to find one of kustomization.yaml\n')).to.equal(
      'unable to find one of kustomization.yaml',
    );
  });
});
