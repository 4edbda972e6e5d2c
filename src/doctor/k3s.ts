import { loadStack } from '../stacks/index.ts';
import type { Check, Finding } from './check.ts';

export const k3s: Check = {
  name: 'stack k3s',
  async look(): Promise<Finding> {
    const missing = await (await loadStack('k3s')).unavailable();
    return missing ? { state: 'missing', text: missing } : { state: 'ok', runs: true, text: 'in Docker' };
  },
};
