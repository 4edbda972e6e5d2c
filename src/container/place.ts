/** Where the lab of a command runs: on this machine, in its Docker, or nowhere, and why. */
import { whyImpossible } from '../stacks/lab/machine.ts';
import { whyNoEngine } from './engine.ts';

type LabPlace =
  | { readonly where: 'here' }
  | { readonly where: 'docker'; readonly because: string }
  | { readonly where: 'nowhere'; readonly because: string };

/** Looks, and changes nothing. `PGDRILL_LAB_PLACE` (`here`, `docker`) leaves one way only. */
export async function labPlace(): Promise<LabPlace> {
  const wanted = process.env.PGDRILL_LAB_PLACE;
  const impossible = wanted === 'docker' ? 'PGDRILL_LAB_PLACE is docker' : await whyImpossible();
  if (impossible === undefined) return { where: 'here' };
  if (wanted === 'here') return { where: 'nowhere', because: impossible };
  const noEngine = await whyNoEngine();
  if (noEngine === undefined) return { where: 'docker', because: impossible };
  return { where: 'nowhere', because: `${impossible}; in a container it needs Docker: ${noEngine}` };
}
