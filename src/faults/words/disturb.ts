import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { label } from '../undo-schema.ts';

const expected = `expected a command and its arguments: ['sh', '-c', '…']`;
/** A program and its arguments, run as the host's administrator. */
const command = z.array(z.string(expected), expected).min(1, expected);
/** The same as an undo record may hold it. */
const kept = z.array(z.string().max(10_000)).min(1).max(100);

export const disturb = {
  means: 'a command of the scenario’s own is run on the instance’s host',
  says: (it, { name: called }: { readonly name: string }, lasted) =>
    `${called}, a fault of the scenario’s own, was in effect on ${it}${lasted}`,
  provedBy: 'another command of it succeeds, which failed before',
  undoneBy: 'a third command of it, after which the second one fails again',
  target: 'instance',
  parameters: z.strictObject({
    /** What it is called in the journal and the report. */
    name: z.string('expected a name').regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower case words joined by -'),
    break: command,
    /** Exits with 0 while it is in effect, and with another code before and afterwards. */
    prove: command,
    /** Undoes it, from any process, and does no harm where it is undone already. */
    heal: command,
  }),
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  undo: { lab: z.strictObject({ host: label, name: label, prove: kept, heal: kept }) },
  trial: {
    elsewhere: true,
    parameters: {
      name: 'marked',
      break: ['touch', '/run/disturbed'],
      prove: ['test', '-e', '/run/disturbed'],
      heal: ['rm', '-f', '/run/disturbed'],
    },
  },
} as const satisfies FaultContract;
