import { expect } from 'chai';
import { cluster } from '../example.ts';
import { postgresUnsupported } from './postgres-unsupported.ts';
import { placesOf } from './try-rule.ts';

describe('postgres-unsupported', () => {
  it('finds a version past its last release, or near it, by image or catalog', () => {
    expect(
      placesOf(
        postgresUnsupported,
        cluster(`instances: 1
imageName: registry.example/postgresql:12.4`),
      ),
    ).to.eql(['imageName: registry.example/postgresql:12.4']);
    expect(
      placesOf(
        postgresUnsupported,
        cluster(`instances: 1
imageCatalogRef:
  kind: ImageCatalog
  name: images
  major: 13`),
      ),
    ).to.eql(['major: 13']);
    expect(
      placesOf(
        postgresUnsupported,
        cluster(`instances: 1
imageName: registry.example/postgresql:14.9`),
      ),
    ).to.eql(['imageName: registry.example/postgresql:14.9']);
  });

  it('raises nothing on a demonstration that is named after the version or the upgrade', () => {
    const named = (name: string) =>
      cluster('instances: 1\nimageName: registry.example/postgresql:13.4').replace('name: pg', `name: ${name}`);
    for (const name of ['example-13', 'demo-upgrade'])
      expect(placesOf(postgresUnsupported, named(name)), name).to.eql([]);
    for (const name of ['shop-13', 'shop-upgrade', 'example', 'example-130'])
      expect(placesOf(postgresUnsupported, named(name)), name).to.have.length(1);
  });

  it('raises nothing on others, and where the tag names no version', () => {
    for (const text of [
      cluster(`instances: 1
imageName: registry.example/postgresql:17.2`),
      cluster(`instances: 1`),
      cluster(`instances: 1
imageName: registry.example/postgresql:vector`),
    ])
      expect(placesOf(postgresUnsupported, text), text).to.eql([]);
  });
});
