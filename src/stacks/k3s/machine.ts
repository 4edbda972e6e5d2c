/** What this machine gives to the nodes, tried in a container of the nodes' own image before anything is started. */
import { randomBytes } from 'node:crypto';
import { SetupError } from '../../errors.ts';
import { docker, stackLabels } from './docker.ts';

const gibibyte = 2 ** 30;
/** Images and data of four nodes. Measured with three instances: the nodes take 7 GiB when they are up. */
const diskAtLeastBytes = 10 * gibibyte;
/** The first release whose kubelet refuses cgroup v1 unless its configuration allows it (`failCgroupV1: false`). */
const refusesCgroupV1Since = { major: 1, minor: 35 };
const dataFolder = '/var/lib/rancher/k3s';

/** What the probe printed, as `name=value` lines. */
export interface MachineSeen {
  /** Whether containers may use overlayfs, the file system of the nodes' own images. */
  readonly overlay: boolean;
  /** Free bytes where Docker keeps the volumes of the nodes. */
  readonly freeBytes: number;
  /** Whether the image's kubelet configuration allows cgroup v1. */
  readonly allowsCgroupV1: boolean;
}

const script = `cd ${dataFolder} && mkdir -p .try/l .try/u .try/w .try/m
mount -t overlay overlay -o lowerdir=.try/l,upperdir=.try/u,workdir=.try/w .try/m 2>/dev/null && echo overlay=1
df -Pk ${dataFolder} | awk 'END { print "free=" $4 }' 2>/dev/null || df -Pk ${dataFolder} | tail -n 1
grep -qs 'failCgroupV1: *false' agent/etc/kubelet.conf.d/*.conf && echo cgroup1=1
true`;

/**
 * Runs a privileged container of the image for a moment, as every node is one.
 * @returns the reason why nodes would not start here; undefined where nothing stands in their way
 * @throws SetupError where Docker refuses the container
 */
export async function machineTrouble(image: string): Promise<string | undefined> {
  const { container } = await docker();
  const { CgroupVersion } = (await container.dockerode.info()) as { CgroupVersion?: string };
  return troubleOf(parseSeen(await probe(image)), { image, cgroupVersion: CgroupVersion ?? '' });
}

export function parseSeen(output: string): MachineSeen {
  const free = /^free=(\d+)$/m.exec(output)?.[1] ?? /^\S+\s+\d+\s+\d+\s+(\d+)\s/m.exec(output)?.[1];
  return {
    overlay: /^overlay=1$/m.test(output),
    // What cannot be read is not held against the machine.
    freeBytes: free === undefined ? Number.POSITIVE_INFINITY : Number(free) * 1024,
    allowsCgroupV1: /^cgroup1=1$/m.test(output),
  };
}

/** @param cgroupVersion as Docker reports it: `1` or `2` */
export function troubleOf(
  seen: MachineSeen,
  { image, cgroupVersion }: { readonly image: string; readonly cgroupVersion: string },
): string | undefined {
  if (cgroupVersion === '1' && refusesCgroupV1(image) && !seen.allowsCgroupV1)
    return `this machine uses cgroup v1, which the kubelet of ${image} refuses; boot it with cgroup v2 (systemd.unified_cgroup_hierarchy=1), use a node image whose kubelet configuration has failCgroupV1: false, or use --stack lab`;
  if (!seen.overlay)
    return 'containers cannot mount overlayfs on the disk of Docker’s volumes, but the nodes keep their images on it; move Docker’s data folder to ext4 or xfs, or use --stack lab';
  if (seen.freeBytes < diskAtLeastBytes)
    return `the k3s stack needs ${diskAtLeastBytes / gibibyte} GiB of free disk in Docker’s data folder, but ${(seen.freeBytes / gibibyte).toFixed(1)} are free; remove images and volumes (docker system prune), or use --stack lab`;
  return undefined;
}

/** By the tag of k3s's own images; an image of another name is not judged by its name. */
function refusesCgroupV1(image: string): boolean {
  const [, major, minor] = /(?:^|\/)rancher\/k3s:v(\d+)\.(\d+)\./.exec(image) ?? [];
  const { major: since, minor: sinceMinor } = refusesCgroupV1Since;
  return Number(major) > since || (Number(major) === since && Number(minor) >= sinceMinor);
}

async function probe(image: string): Promise<string> {
  const { container } = await docker();
  const made = await container.dockerode.createContainer({
    Image: image,
    Entrypoint: ['/bin/sh', '-c', script],
    Cmd: [],
    // Labelled as a stack of this process, so that `heal` removes it if the process is killed meanwhile.
    Labels: await stackLabels(randomBytes(3).toString('hex'), false),
    HostConfig: { Privileged: true, NetworkMode: 'none' },
    // With a terminal the log is plain text, without Docker's frames.
    Tty: true,
  });
  try {
    await made.start();
    await made.wait();
    const log = await made.logs({ stdout: true, stderr: true });
    return log.toString('utf8').replaceAll('\r', '');
  } catch (error) {
    throw new SetupError(
      `the nodes of the k3s stack are privileged containers, but Docker does not start one: ${(error as Error).message.trim()}; allow them (rootless Docker and user namespaces do not), or use --stack lab`,
    );
  } finally {
    await made.remove({ force: true, v: true }).catch(() => {});
  }
}
