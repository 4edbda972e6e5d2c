import { expect } from 'chai';
import { readRunFile } from '../../journal/read.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { faultInWords } from './fault-words.ts';

const words = async (name: string) => faultInWords(await readRunFile(`fixtures/journals/${name}/run.ndjson.gz`));

describe('what was broken, in words', () => {
  it('names what, whose role, how much and for how long', async () => {
    expect(await words('lossy-primary-failed')).to.equal(
      '70 % of the packets of the primary pg3 were lost for 20.0 s.',
    );
    expect(await words('cpu-starved-failed')).to.equal(
      'All processes of the primary pg2 together had 1 % of one processor for 20.3 s.',
    );
    expect(await words('memory-runs-out-failed')).to.equal(
      'PostgreSQL on the primary pg1 had only 256 MB of memory, and the kernel killed one of its processes.',
    );
    expect(await words('zone-cut-failed')).to.equal(
      'The group zone-a (the primary pg3, etcd1) was cut off from the other hosts for 62.1 s.',
    );
    expect(await words('replica-crash-failed')).to.match(
      /^Every process of the synchronous standby pg2 was killed and stayed down for /,
    );
  });

  it('says where the drill itself delayed the end of the fault', async () => {
    expect(await words('slow-standby-link-failed')).to.equal(
      'Every packet that the only standby pg1 sent arrived 3 s later for 24.1 s. The scenario asks for 20.0 s only: the ' +
        'drill’s own proof of the fault took longer, and delayed its end.',
    );
  });

  it('says when an instance that the platform started again streamed, not when the drill looked for it', async () => {
    expect(await words('primary-delete-now-failed')).to.equal(
      'The primary postgres-2 was deleted without grace (SIGKILL after a second), and it streamed again after 52.5 s.',
    );
  });

  it('names no command of Kubernetes on a lab, and says in plain words whom an isolation spared', async () => {
    expect(await words('primary-delete-failed')).to.equal(
      'The primary pg3 was asked to stop (SIGTERM, and time to end its sessions).',
    );
    expect(await words('primary-isolated-open-session-failed')).to.equal(
      'No packet passed between the primary pg3 and other hosts, except its clients, for 50.9 s.',
    );
  });

  it('counts a fault that comes and goes as one', async () => {
    expect(await words('link-flaps-failed')).to.equal(
      'The network interface of the primary pg1 was down twice, for 24.1 s and 24.3 s.',
    );
  });

  it('is absent without a fault, and plain where the journal lacks the parameters', async () => {
    expect(await words('steady-passed')).to.equal(undefined);
    const bare = synthetic()
      .stream('pooler-1', { down: [20, 30] })
      .fault('disk-slow', { at: 20, heal: 30 });
    expect(faultInWords(await bare.run())).to.equal('The fault disk-slow was in force on pg-1 for 10.0 s.');
  });
});
