/** What the run left behind. */
import type { Run } from '../journal/run.ts';
import { counted, exactly, unmeasurable } from './measured.ts';
import type { Measured } from './verdict.ts';

/**
 * `residue`: the things found by any of the looks at the end, each once. A look that checked nothing proves nothing, nor does
 * one from before everything was healed and the load stopped. Two looks are made: before the stack is closed, and after.
 * Where nothing was found and something could not be looked at, nobody knows what was left.
 */
export function residue(run: Run): Measured {
  const checked = run.residues.filter((look) => look.checked.length > 0);
  const sinceUs = Math.max(
    ...run.faults.filter(({ step }) => step === 'healed').map(({ afterUs }) => afterUs),
    ...run.phases.filter(({ phase }) => phase === 'verify').map(({ tUs }) => tUs),
  );
  const looks = new Set(checked.flatMap(({ tUs }) => (tUs >= sinceUs ? [tUs] : [])));
  const found = [...new Set(checked.flatMap((look) => look.found))];
  if (found.length === 0 && looks.size < 2)
    return unmeasurable('residue', `${counted(looks.size, 'look')} for what was left behind in the end, expected 2`);
  const unseen = [...new Set(run.residues.flatMap((look) => look.unseen ?? []))];
  if (found.length === 0 && unseen.length > 0)
    return unmeasurable('residue', `nobody could look at ${unseen.join(', ')}`);
  return exactly(
    'residue',
    found.length,
    checked.map(({ seq }) => seq),
    found.slice(0, 5).join(', '),
  );
}
