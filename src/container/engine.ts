/** Whether this machine's Docker can carry the lab: what speaks against it, in one sentence with what to do. */
import { execa } from 'execa';

/** What `docker info` reports, as far as it matters here. */
interface EngineInfo {
  readonly OSType?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly ServerErrors?: readonly string[];
}

/** One sentence; undefined where nothing speaks against a privileged container. */
export async function whyNoEngine(): Promise<string | undefined> {
  const asked = await execa('docker', ['info', '--format', '{{json .}}'], { reject: false, timeout: 20_000 });
  if (asked.code === 'ENOENT') return 'Docker is not installed';
  if (asked.timedOut) return 'Docker did not answer in 20 s: restart it';
  const info = parse(String(asked.stdout));
  const complaint = [...(info?.ServerErrors ?? []), String(asked.stderr)].join('\n').trim();
  if (asked.exitCode !== 0 || info?.ServerErrors?.length) return refusalOf(complaint);
  return info && unfit(info);
}

/** What a failure of the client means. @param text what it printed */
export function refusalOf(text: string): string {
  if (/permission denied/i.test(text))
    return 'this user may not use Docker: add the user to the group docker (and log in again), or use sudo';
  if (/cannot connect|is the docker daemon running|error during connect/i.test(text))
    return 'Docker is installed but its engine does not answer: start it';
  return `Docker does not answer as expected (${lastLine(text)})`;
}

/** Why an engine that answers cannot carry the lab. */
export function unfit({ OSType, SecurityOptions }: EngineInfo): string | undefined {
  if (OSType !== undefined && OSType !== 'linux')
    return `Docker runs ${OSType} containers and the lab needs Linux ones: switch Docker to Linux containers`;
  if (SecurityOptions?.some((option) => option.startsWith('name=rootless')))
    return 'Docker runs without root, so its containers may not make network namespaces and mounts: use an engine that runs as root';
  return undefined;
}

/**
 * Why a container of the lab did not start or its image was not built.
 * @param text what the client printed
 */
export function whyNotStarted(text: string): string {
  if (/no space left on device|not enough (free )?space/i.test(text))
    return 'Docker has no disk space left; the lab needs about 3 GB: free some with docker system prune';
  if (/incompatible with user namespaces/i.test(text))
    return 'Docker maps the users of its containers (userns-remap), which rules out privileged ones: turn that off in daemon.json';
  const unreached = text.split('\n').find((line) => unreachable.test(line));
  if (unreached !== undefined)
    return `Docker could not reach a registry (${lastLine(unreached)}): behind a proxy set http_proxy and https_proxy, and where that proxy runs on this machine also PGDRILL_LAB_BUILD="--network host"; or name an image that is here in PGDRILL_LAB_IMAGE`;
  if (/privileged/i.test(text))
    return `Docker refuses privileged containers, which the lab needs (${lastLine(text)}): ask its administrator to allow them, or run the lab on a machine of its own`;
  return `Docker did not start the container of the lab: ${lastLine(text)}`;
}

/** As apt, npm, Go and Docker itself put it. */
const unreachable =
  /temporary failure (in name resolution|resolving)|could not resolve|no such host|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|network is unreachable|dial tcp|client\.timeout exceeded|(could not|unable to) connect to|connection timed out/i;

function parse(text: string): EngineInfo | undefined {
  try {
    return JSON.parse(text) as EngineInfo;
  } catch {
    return undefined;
  }
}

const lastLine = (text: string): string => {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '' && !/^(see|run) ['"]?docker /i.test(line)) ?? 'it printed nothing';
};
