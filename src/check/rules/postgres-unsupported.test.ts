import { expect } from 'chai';
import { check } from '../check.ts';
import { archivingPlugin, cluster, configMap } from '../example.ts';
import { postgresUnsupported } from './postgres-unsupported.ts';
import { placesOf } from './try-rule.ts';

const app = (host: string) => configMap(`DB_HOST: ${host}`);

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

  describe('of a restore', () => {
    const restore = (more: string, name = 'pg', instances = 1) =>
      cluster(
        `instances: ${instances}\nimageName: registry.example/postgresql:13.4\nbootstrap:\n  recovery:\n    backup:\n      name: b\n${more}`,
      ).replace('name: pg', `name: ${name}`);

    it('raises nothing: it keeps the version of its backup', () => {
      expect(placesOf(postgresUnsupported, restore(''))).to.eql([]);
      expect(placesOf(postgresUnsupported, restore('', 'shop-restore', 3))).to.eql([]);
    });

    it('finds one that has become the database: it archives, serves applications or has standbys', () => {
      expect(placesOf(postgresUnsupported, restore(archivingPlugin))).to.have.length(1);
      expect(placesOf(postgresUnsupported, restore('', 'shop-restored', 3), app('shop-restored-rw'))).to.have.length(1);
      expect(placesOf(postgresUnsupported, restore('', 'pg', 3))).to.have.length(1);
    });
  });

  describe('of what an upgrade has left behind', () => {
    const old = (name = 'pg') =>
      cluster('instances: 3\nimageName: registry.example/postgresql:13.4').replace('name: pg', `name: ${name}`);
    const of = (image: string, name = 'pg') => old(name).replace('13.4', image);

    it('raises nothing on a manifest beside a newer one of the same Cluster', () => {
      expect(placesOf(postgresUnsupported, old(), of('17.2'))).to.eql([]);
      expect(placesOf(postgresUnsupported, old(), cluster('instances: 3'))).to.eql([]);
      expect(placesOf(postgresUnsupported, old('demo'), of('17.2', 'sample'))).to.eql([]);
    });

    it('finds it where the other one is of another namespace, another folder or another name, or as old', () => {
      const there = of('17.2').replace('metadata:', 'metadata:\n  namespace: staging');
      const here = old().replace('metadata:', 'metadata:\n  namespace: production');
      expect(placesOf(postgresUnsupported, here, there)).to.have.length(1);
      expect(placesOf(postgresUnsupported, old(), of('17.2', 'other'))).to.have.length(1);
      expect(placesOf(postgresUnsupported, old(), of('12.2'))).to.have.length(2);
      expect(placesOf(postgresUnsupported, old('demo'), of('12.2', 'sample'))).to.have.length(2);
      const folders = [
        { file: 'production/pg.yaml', text: old() },
        { file: 'staging/pg.yaml', text: of('17.2') },
      ];
      expect(check(folders, Date.UTC(2026, 10, 1), [postgresUnsupported]).map(({ file }) => file)).to.eql([
        'production/pg.yaml',
      ]);
    });
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
