import type { Check } from './check.ts';

/** The stack cluster has no prerequisites on the machine; those in the cluster are checked when it is named. */
export const cluster: Check = {
  name: 'stack cluster',
  look: async () => ({
    state: 'ok',
    text: 'name a cluster to check it: pgdrill run --stack cluster --context C --namespace N --cluster NAME --dry-run',
  }),
};
