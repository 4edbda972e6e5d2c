/** What the run left behind. */
import type { Run } from '../journal/run.ts';
import { exactly, unmeasurable } from './measured.ts';
import type { Measured } from './verdict.ts';

/** `residue`: the things found by any of the looks at the end, each once. A look that checked nothing proves nothing. */
export function residue(run: Run): Measured {
  const looks = run.residues.filter(({ checked }) => checked.length > 0);
  if (looks.length === 0) return unmeasurable('residue', 'nobody looked for what was left behind');
  const found = [...new Set(looks.flatMap((look) => look.found))];
  return exactly(
    'residue',
    found.length,
    looks.map(({ seq }) => seq),
    found.slice(0, 5).join(', '),
  );
}
