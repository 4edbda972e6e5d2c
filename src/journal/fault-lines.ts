/** Lines about what was broken. */
import { z } from 'zod';
import { line, us } from './line.ts';

export const faultSteps = ['inject', 'effective', 'heal', 'healed'] as const;
/** A step of a fault, with the clock read before and after the call. */
export const faultLine = line('fault', {
  id: z.string(),
  fault: z.string(),
  target: z.string(),
  step: z.enum(faultSteps),
  beforeUs: us,
  afterUs: us,
  proof: z.string().optional(),
  /** What the drill gave it, with defaults: a share, a delay, its length. */
  parameters: z.record(z.string(), z.unknown()).optional(),
  /** The hosts of a target that is a group. */
  hosts: z.array(z.string()).optional(),
  /** The system itself says so, afterwards: nobody could reach it when it happened. */
  reported: z.literal(true).optional(),
  /** It ended at its time, as a part of the incident. */
  scheduled: z.literal(true).optional(),
});
