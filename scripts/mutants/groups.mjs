// What `npm run mutants -- <group>` changes, and the tests that must notice.
import { glob } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Sources and tests by group, as patterns. Tests and what supports them are never changed. */
export const groups = {
  safety: {
    mutate: [
      'src/safety/*.ts',
      'src/faults/undo.ts',
      'src/faults/undo-schema.ts',
      'src/secrets.ts',
      'src/printable.ts',
      'src/stacks/inject.ts',
      'src/stacks/lab/claim.ts',
      'src/run/{injections,perform,heal,awaited}.ts',
      'src/run/files/{prune,out,written}.ts',
    ],
    tests: [
      'src/safety/*.test.ts',
      'src/faults/undo.test.ts',
      'src/secrets.test.ts',
      'src/printable.test.ts',
      'src/stacks/inject.test.ts',
      'src/stacks/lab/claim.test.ts',
      'src/run/{injections,undo-first,perform,heal,awaited,refused,drill}.test.ts',
      'src/run/files/*.test.ts',
    ],
  },
  // Its tests wait for timers: a mutant that stops one of them costs half a minute.
  lease: {
    mutate: ['src/stacks/cluster/safety/{lease,heal,guard}.ts'],
    tests: ['src/stacks/cluster/safety/{lease,heal,guard}.test.ts'],
  },
  run: { mutate: ['src/run/**/*.ts'], tests: ['src/run/**/*.test.ts', 'src/cli/{main,gate}.test.ts'] },
  // Tests beside the sources only: those that judge every stored journal would take most of the time.
  losses: { mutate: ['src/measure/writes/*.ts'], tests: ['src/measure/writes/*.test.ts'] },
  outage: { mutate: ['src/measure/availability/*.ts'], tests: ['src/measure/availability/*.test.ts'] },
  failover: { mutate: ['src/measure/failover/*.ts'], tests: ['src/measure/failover/*.test.ts'] },
  doubts: {
    mutate: ['src/measure/doubts/*.ts'],
    tests: ['src/measure/doubts/*.test.ts', 'src/measure/planting.test.ts'],
  },
};

/** Absolute paths of a group's test files. */
export async function specOf(group) {
  const files = [];
  for await (const file of glob(groups[group].tests)) files.push(resolve(file));
  return files.sort();
}
