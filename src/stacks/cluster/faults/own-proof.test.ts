import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Experiment } from '../../../chaos-mesh/experiment.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import type { Pod } from '../../cnpg/objects.ts';
import { ownProof } from './own-proof.ts';

describe('the proof of a shifted clock', () => {
  it('is asked in names of the catalogue alone, since psql logs in as a superuser', async () => {
    const commands: string[][] = [];
    const run = async (_namespace: string, _pod: string, _container: string, command: string[]) => {
      commands.push(command);
      return String(Date.now() + 60_000);
    };
    const at = {
      kube: { run },
      site: { namespace: 'db', cluster: 'pg', operatorNamespace: 'o' },
    } as unknown as ClusterAt;
    const experiment = { kind: 'TimeChaos', spec: { timeOffset: '1m' } } as unknown as Experiment;
    const prove = await ownProof(at, experiment, { metadata: { name: 'pg-1' } } as Pod, 1_000);
    expect(await prove?.()).to.equal('its clock is off by 60 s');
    const [env, options, program, ...words] = commands[0]!;
    expect([env, program]).to.deep.equal(['env', 'psql']);
    expect(options).to.equal('PGOPTIONS=-c search_path=pg_catalog -c role=none');
    expect(words).to.include.members(['-X', '-d', 'postgres']);
  });
});
