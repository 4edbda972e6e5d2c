import { expect } from 'chai';
import { asideIn, commonFolder } from './aside.ts';

describe('folders beside what is deployed', () => {
  it('are known by their names, below the folder that all files share', () => {
    expect(asideIn('/r/db/examples/a.yaml', '/r')).to.equal('examples');
    expect(asideIn('/r/_archive/db/a.yaml', '/r')).to.equal('unused');
    expect(asideIn('/r/docs/samples/e2e/a.yaml', '/r')).to.equal('unused');
    expect(asideIn('/r/db/examples.yaml', '/r')).to.equal(undefined);
    expect(asideIn('/home/test/r/db/a.yaml', '/home/test/r')).to.equal(undefined);
  });

  it('are looked for below the deepest folder of all files', () => {
    expect(commonFolder(['/r/a/x.yaml', '/r/a/b/y.yaml'])).to.equal('/r/a');
    expect(commonFolder(['/r/a/x.yaml', '/r/ab/y.yaml'])).to.equal('/r');
    expect(commonFolder(['/r/test/x.yaml'])).to.equal('/r/test');
    expect(commonFolder([])).to.equal('');
  });
});
