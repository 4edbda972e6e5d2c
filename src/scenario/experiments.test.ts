import { expect } from 'chai';
import type { Drill } from './drill.ts';
import { experimentsOf } from './experiments.ts';

const drill = (file: string) =>
  new Function('{ inject, primary }', `inject('experiment', primary(), { file: ${file} })`);
const found = async (file: string) =>
  (await experimentsOf(drill(file) as (verbs: Drill) => unknown)).map(({ experiment }) => experiment.action);

describe('the experiments of a drill', () => {
  it('are read from the files that its source names, each once', async () => {
    const name = "'fixtures/experiments/pod-failure.yaml'";
    expect(await found(name)).to.deep.equal(['pod-failure']);
    const twice = drill(`${name} }); inject('experiment', primary(), { file: ${name}`);
    expect(await experimentsOf(twice as (verbs: Drill) => unknown)).to.have.length(1);
  });

  it('are read when they are injected where the name is computed', async () => {
    expect(await found('process.env.EXPERIMENT')).to.deep.equal([]);
    expect(await experimentsOf(() => {})).to.deep.equal([]);
  });

  it('are refused where the file cannot be read, or is something else', async () => {
    const why = (file: string) => found(file).catch((error: Error) => error.message);
    expect(await why("'none.yaml'")).to.match(/^the file of the experiment cannot be read: ENOENT.*none\.yaml/);
    expect(await why("'package.json'")).to.contain('package.json should hold an experiment of chaos-mesh.org/v1alpha1');
  });
});
