import { expect } from 'chai';
import type { EventOf } from '../event.ts';
import { withStructure } from './old-lines.ts';

const note = (text: string): EventOf<'note'> => ({ seq: 1, tUs: 1, kind: 'note', level: 'info', text });
const log = (event: EventOf<'poollog'>['event'], text: string): EventOf<'poollog'> => ({
  ...{ seq: 1, tUs: 1, kind: 'poollog', source: 'pooler-1', atUs: 1, n: 1 },
  ...{ event, text },
});

describe('a line from before a field existed', () => {
  it('gets the holders of the lease from its sentence', () => {
    const leaseOf = (text: string) => (withStructure(note(text)) as EventOf<'note'>).lease;
    expect(leaseOf('the primary lease passed from postgres-1 to postgres-2')).to.deep.equal({
      from: 'postgres-1',
      to: 'postgres-2',
    });
    expect(leaseOf('the primary lease passed from nobody to postgres-2')).to.deep.equal({ from: '', to: 'postgres-2' });
    expect(leaseOf('postgres-1 released the primary lease')).to.deep.equal({ from: 'postgres-1', to: '' });
    expect(leaseOf('pod postgres-1 is created again')).to.equal(undefined);
  });

  it('gets the pool, the SQLSTATE and the cause of a line of a log', () => {
    const fields = (line: EventOf<'poollog'>) => {
      const { pool, sqlstate, cause } = withStructure(line) as EventOf<'poollog'>;
      return { pool, sqlstate, cause };
    };
    const none = { pool: undefined, sqlstate: undefined, cause: undefined };
    expect(fields(log('server-connect', 'new connection to server for app/app'))).to.deep.equal({
      ...none,
      pool: 'app/app',
    });
    expect(fields(log('error', 'sorry, too many clients already'))).to.deep.equal({ ...none, sqlstate: '53300' });
    expect(fields(log('server-close', 'connect timeout for app/app'))).to.deep.equal({
      ...{ sqlstate: undefined, pool: 'app/app' },
      cause: 'connect timeout',
    });
  });

  it('gets the fault that a phase announces, and the hosts of a look for residue', () => {
    const phase = (line: object) => withStructure({ seq: 1, tUs: 1, kind: 'phase', phase: 'fault', ...line });
    expect(phase({ note: 'crash pg-1' })).to.have.deep.property('announces', { fault: 'crash', target: 'pg-1' });
    expect(phase({})).not.to.have.property('announces');
    expect(phase({ phase: 'settle', note: 'crash pg-1' })).not.to.have.property('announces');
    const residue = (line: object) =>
      withStructure({ seq: 1, tUs: 1, kind: 'residue', checked: [], found: [], ...line }) as EventOf<'residue'>;
    expect(residue({ checked: ['pg1: rules, init', 'namespaces'] }).hosts).to.deep.equal(['pg1']);
    expect(residue({ checked: ['namespaces'] })).not.to.have.property('hosts');
    expect(residue({ checked: ['pg1: rules'], hosts: ['pg2'] }).hosts).to.deep.equal(['pg2']);
  });

  it('keeps a field that it has', () => {
    const line = { ...log('error', 'sorry, too many clients already'), sqlstate: '57P03' };
    expect(withStructure(line)).to.equal(line);
  });
});
