import { expect } from 'chai';
import { commentsAt, commentsOfDocument } from './comments.ts';
import { parseManifests } from './parse.ts';

const text = `# The first document.
apiVersion: v1
kind: ConfigMap
metadata:
  name: one # called one
data:
  # Kept apart
  # on purpose.
  a: "x # y" # because
  # b: off

  c: z
---
# The second.
apiVersion: v1
kind: ConfigMap
metadata:
  name: 'two' # of two
`;
const [one, two] = parseManifests({ file: 'a.yaml', text });

describe('comments of a manifest', () => {
  it('are those directly above a line and behind it', () => {
    expect(commentsAt(one!.at('data', 'a')!)).to.equal('Kept apart on purpose. because');
    expect(commentsAt(one!.at('data', 'c')!)).to.equal('');
    expect(commentsAt(one!.at('metadata', 'name')!)).to.equal('called one');
  });

  it('of a document are its own and those at the head of the file, without strings and settings that are commented out', () => {
    expect(commentsOfDocument(one!.at('data', 'c')!)).to.equal(
      'The first document. called one Kept apart on purpose. because',
    );
    expect(commentsOfDocument(two!.whole)).to.equal('The first document. The second. of two');
  });
});
