import type { Check } from './check.ts';

/** A cluster needs nothing of the machine; what it needs of the cluster is checked when it is named. */
export const cluster: Check = {
  name: 'stack cluster',
  look: async () => ({
    state: 'ok',
    text: 'name a cluster to check it: pgdrill run --stack cluster --context C --namespace N --cluster NAME --dry-run',
  }),
};
