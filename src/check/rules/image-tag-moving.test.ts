import { expect } from 'chai';
import { cluster } from '../example.ts';
import { imageTagMoving } from './image-tag-moving.ts';
import { findingsOf, placesOf } from './try-rule.ts';

describe('image-tag-moving', () => {
  it('finds latest, no tag, and a major version alone', () => {
    expect(
      placesOf(
        imageTagMoving,
        cluster(`instances: 1
imageName: registry.example/postgresql:latest`),
      ),
    ).to.eql(['imageName: registry.example/postgresql:latest']);
    expect(
      placesOf(
        imageTagMoving,
        cluster(`instances: 1
imageName: registry.example/postgresql`),
      ),
    ).to.eql(['imageName: registry.example/postgresql']);
    expect(
      placesOf(
        imageTagMoving,
        cluster(`instances: 1
imageName: registry.example/postgresql:17-standard-trixie`),
      ),
    ).to.eql(['imageName: registry.example/postgresql:17-standard-trixie']);
  });

  it('raises nothing on a minor version, a digest, and the default', () => {
    for (const text of [
      cluster(`instances: 1
imageName: registry.example/postgresql:17.6`),
      cluster(`instances: 1
imageName: registry.example/postgresql:17@sha256:00`),
      cluster(`instances: 1`),
      cluster(`instances: 1
imageName: registry.example:5000/postgresql:16.2-3`),
    ])
      expect(placesOf(imageTagMoving, text), text).to.eql([]);
  });

  it('raises nothing on a major version out of support, whose tag moves no more', () => {
    const image = (major: number) => cluster(`instances: 3\nimageName: registry.example/postgresql:${major}`);
    expect(placesOf(imageTagMoving, image(12))).to.eql([]);
    expect(placesOf(imageTagMoving, image(14))).to.have.length(1);
  });

  it('takes tags of several major versions for one habit', () => {
    const image = (name: string, major: number) =>
      cluster(`instances: 1\nimageName: registry.example/postgresql:${major}`).replace('name: pg', `name: ${name}`);
    const found = findingsOf(imageTagMoving, image('a', 15), image('b', 16), image('c', 17));
    expect(found).to.have.length(1);
    expect(found[0]!.message).to.match(/ The same holds for 2 more Clusters \(b, c\)\.$/);
  });

  it('compares with other instances only where there are some', () => {
    const messageOf = (instances: number) =>
      findingsOf(imageTagMoving, cluster(`instances: ${instances}\nimageName: registry.example/postgresql:17`))[0]!
        .message;
    expect(messageOf(1)).not.to.contain('the rest');
    expect(messageOf(3)).to.contain('than the rest');
  });
});
