/** Who calls pgdrill, and from which state of which repository: for the record of a run. */
import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';

export interface Repository {
  readonly revision: string;
  /** Tracked files differ from that revision. */
  readonly dirty: boolean;
}

/** A repository on a slow disk must not hold up a drill. */
const withinMs = 2_000;

function git(folder: string, ...words: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', ['-C', folder, ...words], { timeout: withinMs, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The state of the repository that holds `folder`; undefined where there is none, or no git. */
export function repositoryOf(folder: string): Repository | undefined {
  const revision = git(folder, 'rev-parse', 'HEAD');
  if (revision === undefined) return undefined;
  return { revision, dirty: git(folder, 'status', '--porcelain', '--untracked-files=no') !== '' };
}

/** The account of the CI system, or else of the operating system. */
export function callerName(env: NodeJS.ProcessEnv = process.env): string {
  const ofCi = env.GITHUB_ACTOR ?? env.GITLAB_USER_LOGIN;
  if (ofCi) return ofCi;
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that has no name.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
