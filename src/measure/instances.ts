/** Which instance an address of the journal belongs to. */
import type { Run } from '../journal/run.ts';
import { once } from './once.ts';

/** Instances by every address that they had in the course of the run. */
export const instancesByAddress = once((run: Run): ReadonlyMap<string, string> => {
  const known = [...(run.stack?.instances ?? []), ...run.instances];
  return new Map(known.filter(({ address }) => address !== '').map(({ address, name }) => [address, name]));
});
