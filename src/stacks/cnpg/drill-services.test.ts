import { expect } from 'chai';
import { describe, it } from 'mocha';
import { topologySchema } from '../../scenario/topology.ts';
import { drillServices } from './drill-services.ts';
import { manifestSite } from './names.ts';

// biome-ignore lint/suspicious/noExplicitAny: Kubernetes objects, whatever their kind has
type Any = any;

describe('the services of a drill', () => {
  const services = drillServices(topologySchema.parse({}), manifestSite) as Any[];

  it('lead to each pooler and each instance, on a port for each', () => {
    const ports = services.map(({ spec }) => spec.ports[0].nodePort);
    expect(new Set(ports).size).to.equal(1 + 2 + 3);
  });

  it('also lead to an instance that is not ready', () => {
    const instance = services.find(({ metadata }) => metadata.name === 'pgdrill-postgres-2');
    expect(instance.spec).to.include({ publishNotReadyAddresses: true });
    expect(instance.spec.selector).to.deep.equal({ 'cnpg.io/instanceName': 'postgres-2' });
  });
});
