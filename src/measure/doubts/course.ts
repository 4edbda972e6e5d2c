/** Whether the journal shows the whole course of a run, from its first phase to its end. */
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { counted } from '../measured.ts';

export function courseDoubts(run: Run): string[] {
  return [...endDoubts(run), ...nameDoubts(run), ...phaseDoubts(run), ...errorNotes(run)];
}

function endDoubts({ end, header }: Run): string[] {
  if (!end) return ['the journal has no end: the run was cut off'];
  // Every version that writes its own number counts its lines, too.
  if (end.reason === 'done' && end.detail) return [`the run ended with a remark: ${end.detail}`];
  if (end.reason === 'done')
    return header.version === undefined || end.lines ? [] : ['the end line does not count the lines that were written'];
  const what = end.reason === 'interrupted' ? 'the run was interrupted' : 'the run ended with an error';
  return [end.detail ? `${what}: ${end.detail}` : what];
}

/** The id of a run names its scenario: what older journals say of their needs follows from that name. */
function nameDoubts({ header }: Run): string[] {
  const { id, scenario } = header;
  return id.includes(`-${scenario.name}`) && scenario.name !== ''
    ? []
    : [`the run ${id} is not one of the scenario ${scenario.name}`];
}

/** Each run prepares, reaches a steady state and verifies, once and in this order; faults lie in between. */
function phaseDoubts({ phases, stack }: Run): string[] {
  if (!stack) return ['the journal does not describe the stack'];
  const once = (['prepare', 'steady', 'verify'] as const).flatMap((phase) => {
    const n = phases.filter((line) => line.phase === phase).length;
    return n === 1 ? [] : [`the journal has ${counted(n, `${phase} phase`)}, expected 1`];
  });
  if (once.length > 0) return once;
  const names = phases.map(({ phase }) => phase);
  const inOrder = names[0] === 'prepare' && names[1] === 'steady' && names.at(-1) === 'verify';
  return inOrder ? [] : [`the phases are out of order: ${names.join(', ')}`];
}

function errorNotes({ notes }: Run): string[] {
  const errors = notes.filter(({ level }) => level === 'error');
  return errors.map(({ text }) => `the harness noted an error: ${text}`);
}

/** When the load began and when it was stopped, µs; undefined where the journal does not say. */
export function loadTimes({ phases }: Run): { readonly fromUs: number; readonly untilUs: number } | undefined {
  const at = (phase: EventOf<'phase'>['phase']) => phases.find((line) => line.phase === phase)?.tUs;
  const [fromUs, untilUs] = [at('steady'), at('verify')];
  return fromUs === undefined || untilUs === undefined ? undefined : { fromUs, untilUs };
}
