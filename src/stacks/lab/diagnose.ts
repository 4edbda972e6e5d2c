/** Collects logs and state of a lab for the folder of a run that went wrong. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { haproxySocket } from './config/haproxy.ts';
import { askHaproxy } from './control/haproxy.ts';
import { insideHost } from './hosts/host.ts';
import { hostId } from './lab.ts';
import { hostFolders } from './paths.ts';
import { patroniKeys } from './patroni-keys.ts';
import type { LabState } from './state.ts';

/**
 * Copies every host's logs to `folder`/lab, with Patroni's keys and HAProxy's view as they are now; also of a lab that did
 * not come up. What cannot be had is left out, or said in its file.
 * @returns that folder
 */
export async function diagnose(state: LabState, folder: string): Promise<string> {
  const to = join(folder, 'lab');
  await mkdir(to, { recursive: true });
  await Promise.all(
    state.hosts.map(({ name }) =>
      cp(hostFolders(state.id, name).log, join(to, name), { recursive: true }).catch((error: Error) =>
        writeFile(join(to, `${name}.txt`), `its logs could not be copied: ${error.message}\n`),
      ),
    ),
  );
  await writeFile(join(to, 'patroni-keys.txt'), await said(() => patroniView(state)));
  await writeFile(join(to, 'haproxy-stat.csv'), await said(() => haproxyView(state)));
  return to;
}

/** What was found, or why it was not: half a diagnosis is better than none. */
const said = (ask: () => Promise<string>): Promise<string> =>
  ask().catch((error: unknown) => `not to be had: ${error instanceof Error ? error.message : String(error)}\n`);

async function patroniView(state: LabState): Promise<string> {
  return (await patroniKeys(state)).map(({ key, value }) => `${key}\t${value}\n`).join('');
}

const haproxyView = async (state: LabState): Promise<string> =>
  askHaproxy(await insideHost(hostId(state, 'haproxy'), haproxySocket), 'show stat');
