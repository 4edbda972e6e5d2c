/** Why a run cannot be a pass, whatever was measured: its evidence is not whole, or contradicts itself. */
import { needsOf } from '../../journal/compatibility/needs.ts';
import type { Run } from '../../journal/run.ts';
import { generatorDoubts } from '../availability/generator.ts';
import { counted, type Limits } from '../measured.ts';
import { ownLoad } from '../own-load.ts';
import { courseDoubts } from './course.ts';
import { faultDoubts } from './faults.ts';
import { ledgerDoubts } from './ledgers.ts';
import { lookDoubts } from './looks.ts';
import { outcomeDoubts } from './outcomes.ts';
import { pathDoubts } from './paths.ts';
import { programDoubts } from './programs.ts';
import { reignDoubts } from './reigns.ts';
import { restoreDoubts } from './restores.ts';
import { roleDoubts } from './roles.ts';
import { sessionDoubts } from './sessions.ts';
import { slotDoubts } from './slots.ts';
import { stateDoubts } from './states.ts';
import { topologyDoubts } from './topology.ts';
import { traceDoubts } from './traces.ts';
import { witnessDoubts } from './witnesses.ts';
import { writeDoubts } from './writes.ts';

/** A check of the load's own clients: those of client programs come and go as their drivers do. */
const ofLoad =
  (check: (run: Run) => string[]) =>
  (run: Run): string[] =>
    check(ownLoad(run));

/** Each looks at one kind of evidence. A new kind is a file and a line here. */
const checks: readonly (readonly [what: string, check: (run: Run) => string[]])[] = [
  ['course', courseDoubts],
  ['faults', faultDoubts],
  ['load generator', ofLoad(generatorDoubts)],
  ['stack', topologyDoubts],
  ['writes', ofLoad(writeDoubts)],
  ['outcomes', ofLoad(outcomeDoubts)],
  ['clients', ofLoad(sessionDoubts)],
  ['probes', slotDoubts],
  ['paths', ofLoad(pathDoubts)],
  ['looks at instances', lookDoubts],
  ['states of instances', ofLoad(stateDoubts)],
  ['primaries', ofLoad(reignDoubts)],
  ['roles', roleDoubts],
  ['ledgers', ledgerDoubts],
  ['witnesses', ofLoad(witnessDoubts)],
  ['client programs', programDoubts],
  ['restores', restoreDoubts],
  ['looks for residue', traceDoubts],
];

/** A file with one defect often has many of its kind. */
const defectsShown = 5;

/** In plain words; none if the run is whole. */
export function doubtsOf(run: Run, limits: Limits = run.header.limits): string[] {
  const { defects } = run;
  return [
    ...defects.slice(0, defectsShown),
    ...(defects.length > defectsShown ? [`${counted(defects.length - defectsShown, 'more defect')} of the file`] : []),
    ...checks.flatMap(([what, check]) => taken(what, check, run)),
    ...limitDoubts(run, limits),
  ];
}

/** A check that throws is a doubt, never a pass. */
function taken(what: string, check: (run: Run) => string[], run: Run): string[] {
  try {
    return check(run);
  } catch (error) {
    return [`the check of the ${what} failed: ${(error as Error).message}`];
  }
}

/** A drill that breaks something asks for something. */
const limitDoubts = ({ header, faults }: Run, limits: Limits): string[] =>
  Object.keys(limits).length === 0 && (needsOf(header).length > 0 || faults.length > 0)
    ? ['the scenario has no limit to judge the run by']
    : [];
