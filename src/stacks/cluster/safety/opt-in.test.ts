import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import { allowedFaults, demandRestoreOptIn, refuseOthers } from './opt-in.ts';

const now = new Date('2026-11-22T12:00:00Z');
const cluster = (said?: string, labels: Record<string, string> = {}) => ({
  name: 'pg',
  labels,
  annotations: said === undefined ? {} : { 'pgdrill.dev/allow-drills': said },
});
const allowed = (said?: string, labels?: Record<string, string>) => [...allowedFaults(cluster(said, labels), now)];
const refusal = (said?: string, labels?: Record<string, string>): string => {
  try {
    allowed(said, labels);
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('it was allowed');
};

describe('the opt-in of a Cluster to restores', () => {
  const asked = (said?: string) => {
    const annotations: Record<string, string> = said === undefined ? {} : { 'pgdrill.dev/allow-restores': said };
    try {
      demandRestoreOptIn({ name: 'pg', annotations }, now);
      return 'allowed';
    } catch (error) {
      expect(error).to.be.instanceOf(UsageError);
      return (error as Error).message;
    }
  };

  it('is apart from that to faults, with or without an end', () => {
    expect(asked('yes')).to.equal('allowed');
    expect(asked('until 2026-11-22')).to.equal('allowed');
    expect(asked()).to.match(/has not opted in to restores of its backups; .*allow-restores=until 2026-12-22/);
  });

  it('is refused where it is over, or not understood', () => {
    expect(asked('until 2026-11-21')).to.include('ended on 2026-11-21');
    expect(asked('sometimes')).to.include('should end on a date such as 2026-12-31, but it says sometimes');
  });
});

describe('the opt-in of a Cluster', () => {
  it('names the faults, with or without an end', () => {
    expect(allowed('crash, switchover')).to.deep.equal(['crash', 'switchover']);
    expect(allowed('isolate until 2026-12-01')).to.deep.equal(['isolate']);
    expect(allowed('all')).to.include('node-crash');
  });

  it('is valid until the end of its last day, and not a second longer', () => {
    expect(allowed('crash until 2026-11-22')).to.deep.equal(['crash']);
    expect(refusal('crash until 2026-11-21')).to.include('ended on 2026-11-21');
    expect(refusal('crash until 2026-11-22T11:59:59Z')).to.include('ended');
  });

  it('is given by a command that names the namespace, and replaces an opt-in that is over', () => {
    const over = { ...cluster('crash until 2026-11-21'), namespace: 'db' };
    expect(() => allowedFaults(over, now)).to.throw(UsageError, 'kubectl annotate cluster pg -n db --overwrite');
    expect(() => demandRestoreOptIn({ name: 'pg', namespace: 'db' }, now)).to.throw(UsageError, 'cluster pg -n db ');
  });

  it('is demanded, and the refusal says how to give it', () => {
    expect(refusal()).to.match(/has not opted in.*kubectl annotate cluster pg/);
    expect(refusal('  ')).to.include('has not opted in');
  });

  it('needs an end on production', () => {
    expect(refusal('crash', { env: 'prod' })).to.include('needs an end');
    expect(allowed('crash until 2026-12-01', { env: 'prod' })).to.deep.equal(['crash']);
  });

  it('is not guessed at where a word is unknown', () => {
    expect(refusal('crash, explode')).to.include('explode, which is not a fault');
    expect(refusal('crash until soon')).to.include('a date such as');
  });

  it('refuses a drill that needs another fault, by name', () => {
    expect(() => refuseOthers('pg', allowedFaults(cluster('crash'), now), ['crash'])).not.to.throw();
    expect(() => refuseOthers('pg', allowedFaults(cluster('crash'), now), ['isolate'])).to.throw(
      UsageError,
      'allows crash, but the drill needs isolate',
    );
  });

  it('to restores needs an end on production, as that to faults does', () => {
    const cluster =
      (said: string, labels = {}) =>
      () =>
        demandRestoreOptIn(
          { name: 'pg', labels, annotations: { 'pgdrill.dev/allow-restores': said } },
          new Date('2026-11-30'),
        );
    expect(cluster('yes')).not.to.throw();
    expect(cluster('yes', { env: 'production' })).to.throw('is production, so its opt-in needs an end');
    expect(cluster('until 2026-12-31', { env: 'production' })).not.to.throw();
  });
});
