/** Lines about requests that another program made. */
import { z } from 'zod';
import { count, line, us } from './line.ts';

/** HTTP requests of a k6 script: `status` 0 had no answer. k6 keeps wall time, so that they are a ms or so off the run's clock. */
export const requestLine = line('request', {
  source: z.string(),
  n: count,
  baseUs: us,
  name: z.array(count),
  names: z.array(z.string()),
  start: z.array(us),
  took: z.array(count),
  status: z.array(count),
  error: z.array(z.int()),
  errors: z.array(z.string()),
});
