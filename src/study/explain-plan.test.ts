import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { loadSchema } from '../scenario/load.ts';
import { topologySchema } from '../scenario/topology.ts';
import { k3sStack } from '../stacks/k3s/index.ts';
import { labStack } from '../stacks/lab/index.ts';
import { explainCells, movedIn, planTimers, settingsIn } from './explain-plan.ts';

const asked = (settings: Record<string, string> = {}) => ({
  topology: topologySchema.parse({ timers: 'defaults', settings }),
  load: loadSchema.parse({}),
});
const plan = (settings?: Record<string, string>) => planTimers(labStack, asked(settings), []);
const of = (name: string, settings?: Record<string, string>) => plan(settings).find((timer) => timer.name === name)!;

describe('the plan of explain', () => {
  it('starts from the programs’ own defaults', () => {
    expect(of('server_login_retry')).to.include({ base: 15, recommended: 1 });
    expect(of('ttl')).to.include({ base: 30, recommended: 20 });
  });

  it('moves a timer to the trial that lies farthest from its value', () => {
    expect(of('server_login_retry').trial).to.equal(2);
    expect(of('server_login_retry', { server_login_retry: '1' }).trial).to.equal(37);
  });

  it('moves no timer to what the program would refuse beside the others', () => {
    expect(of('ttl').trial, 'ttl ≥ loop_wait + 2 × retry_timeout').to.equal(53);
    expect(of('retry_timeout').trial).to.equal(4);
  });

  it('starts from CloudNativePG’s own defaults where that is what runs', () => {
    const timers = planTimers(k3sStack, asked(), []);
    const lease = timers.find(({ name }) => name === 'lease_duration');
    expect(lease).to.include({ base: 15, trial: 41, line: 'spec.primaryLease.leaseDurationSeconds: {}' });
    expect(timers.map(({ name }) => name)).to.include.members(['server_login_retry', 'smart_shutdown_timeout']);
  });

  it('has the clients’ own backoff among the timers of every stack', () => {
    expect(of('client_backoff')).to.include({ program: 'clients', base: 100, trial: 17_000 });
  });

  it('refuses the name of a timer that there is not', () => {
    expect(() => planTimers(labStack, asked(), ['server_login_rety'])).to.throw(UsageError, 'server_login_rety');
  });

  it('runs each timer once a round, and once nothing moved', () => {
    const timers = plan();
    const cells = explainCells(timers, 2, 1);
    expect(cells).to.have.length(2 * (timers.length + 1));
    const still = cells.filter(({ levels }) => movedIn(levels) === undefined);
    expect(still.map(({ levels }) => settingsIn(levels, timers))).to.deep.equal([{}, {}]);
    expect(settingsIn({ moved: 'server_login_retry' }, timers)).to.deep.equal({ server_login_retry: '2' });
  });

  it('runs twice a round with nothing moved where the timers are too few to be controls for each other', () => {
    const cells = explainCells(plan().slice(0, 1), 3, 1);
    expect(cells.filter(({ levels }) => movedIn(levels) === undefined)).to.have.length(6);
    expect(new Set(cells.map(({ id }) => id))).to.have.length(9);
  });
});
