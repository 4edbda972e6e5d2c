import { expect } from 'chai';
import { describe, it } from 'mocha';
import { causesIn, NodeLog } from './node-log.ts';

const starting = [
  'time="2026-11-30T05:00:01Z" level=info msg="Starting k3s v1.36.3+k3s1"',
  'time="2026-11-30T05:00:02Z" level=warning msg="Host resolv.conf includes loopback"',
];
const informer =
  'E1130 05:00:03.123456       7 reflector.go:204] "Failed to watch" err="failed to list *v1.Node: connection refused"';

describe('the log of a node that does not come up', () => {
  it('names the fatal line, however many errors of informers come after it', () => {
    const fatal =
      'time="2026-11-30T05:00:04Z" level=fatal msg="Error: failed to find host-local: \\"host-local\\" not in PATH"';
    const causes = causesIn([...starting, fatal, ...Array.from({ length: 50 }, () => informer)]);
    expect(causes).to.deep.equal(['Error: failed to find host-local: "host-local" not in PATH']);
  });

  it('names an error of k3s before an error of klog', () => {
    const own = 'time="2026-11-30T05:00:04Z" level=error msg="Shutdown request received: kubelet exited"';
    const klog = 'E1130 05:00:05.000000       7 run.go:72] "command failed" err="cgroup v1 is not supported"';
    expect(causesIn([...starting, own, klog, informer])).to.deep.equal([
      'Shutdown request received: kubelet exited',
      '"command failed" err="cgroup v1 is not supported"',
    ]);
  });

  it('does not name what the ending node cancels', () => {
    const cause = 'time="2026-11-30T06:17:50Z" level=error msg="Shutdown request received: kubelet exited: cgroup v1"';
    const after = 'time="2026-11-30T06:17:51Z" level=error msg="Failed to migrate secrets: context canceled"';
    expect(causesIn([...starting, cause, after])).to.deep.equal([
      'Shutdown request received: kubelet exited: cgroup v1',
    ]);
  });

  it('names each cause once', () => {
    const error = (at: string) => `time="${at}" level=error msg="disk full"`;
    expect(causesIn([error('1'), error('2'), error('3')])).to.deep.equal(['disk full']);
  });

  it('shows the last lines where none has a level', () => {
    expect(causesIn(['one', 'two', 'three'])).to.deep.equal(['two', 'three']);
  });

  it('is kept whole, also where a part ends in the middle of a line', () => {
    const log = new NodeLog();
    log.add('first\nsec');
    expect(log.add('ond\nthird\n')).to.deep.equal(['second', 'third']);
    expect(log.text).to.equal('first\nsecond\nthird');
  });

  it('includes a last line that has no end', () => {
    const log = new NodeLog();
    expect(log.add('first\nsecond')).to.deep.equal(['first']);
    expect(log.causes()).to.deep.equal(['first', 'second']);
  });
});
