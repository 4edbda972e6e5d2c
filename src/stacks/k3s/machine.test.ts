import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseSeen, troubleOf } from './machine.ts';

const good = { overlay: true, freeBytes: 2 ** 36, allowsCgroupV1: false };
const real = 'rancher/k3s:v1.36.2-k3s1';

describe('what a machine gives to nodes of k3s', () => {
  it('is read from the probe’s output, with busybox or coreutils', () => {
    expect(parseSeen('overlay=1\nfree=2048\ncgroup1=1\n')).to.deep.equal({
      overlay: true,
      freeBytes: 2 ** 21,
      allowsCgroupV1: true,
    });
    expect(parseSeen('/dev/vda 263174212 1 4096 20% /var/lib/rancher/k3s\n')).to.deep.equal({
      overlay: false,
      freeBytes: 2 ** 22,
      allowsCgroupV1: false,
    });
  });

  it('is enough with cgroup v2, overlayfs and free disk', () => {
    expect(troubleOf(good, { image: real, cgroupVersion: '2' })).to.equal(undefined);
  });

  it('lacks cgroup v2 where the kubelet of the image refuses v1', () => {
    expect(troubleOf(good, { image: real, cgroupVersion: '1' })).to.match(
      /cgroup v1, .*refuses; boot it with cgroup v2/,
    );
  });

  it('is enough with cgroup v1 where the image allows it, or is older', () => {
    const allows = { ...good, allowsCgroupV1: true };
    expect(troubleOf(allows, { image: real, cgroupVersion: '1' })).to.equal(undefined);
    expect(troubleOf(good, { image: 'rancher/k3s:v1.34.1-k3s1', cgroupVersion: '1' })).to.equal(undefined);
    expect(troubleOf(good, { image: 'mine/k3s:1', cgroupVersion: '1' })).to.equal(undefined);
  });

  it('lacks overlayfs or disk', () => {
    const at = { image: real, cgroupVersion: '2' };
    expect(troubleOf({ ...good, overlay: false }, at)).to.include('cannot mount overlayfs');
    expect(troubleOf({ ...good, freeBytes: 2 ** 30 }, at)).to.match(/needs 10 GiB of free disk .* but 1\.0 are free/);
  });
});
