import { z } from 'zod';
import type { FaultContract } from '../contract.ts';

const expected = `expected a command and its arguments: ['sh', '-c', '…']`;
/** A program and its arguments, run as the host's administrator. */
const command = z.array(z.string(expected), expected).min(1, expected);

export const disturb = {
  means: 'a command of the scenario’s own is run on the instance’s host',
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
