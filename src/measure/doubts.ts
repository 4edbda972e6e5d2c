/** Why a run cannot be a pass, whatever was measured. */
import type { Run } from '../journal/run.ts';
import { faultWindows } from './availability/fault-windows.ts';
import { generatorDoubts } from './availability/generator.ts';

/** In plain words; none if the run is whole. */
export function doubtsOf(run: Run): string[] {
  return [...endDoubts(run), ...run.defects, ...faultDoubts(run), ...generatorDoubts(run)];
}

function endDoubts({ end }: Run): string[] {
  if (!end) return ['the journal has no end: the run was cut off'];
  if (end.reason === 'done') return [];
  const what = end.reason === 'interrupted' ? 'the run was interrupted' : 'the run ended with an error';
  return [end.detail ? `${what}: ${end.detail}` : what];
}

const faultDoubts = (run: Run): string[] =>
  faultWindows(run)
    .filter(({ effective }) => !effective)
    .map(({ fault, target }) => `${fault} of ${target} was never proved to have taken effect`);
