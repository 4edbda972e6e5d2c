/** The manifests of unattended drills: what `pgdrill manifests` prints. Pure. */
import { admission } from './admission.ts';
import { prometheusRuleSpec } from './alerts.ts';
import { dashboard } from './dashboard.ts';
import { filesAndJobs } from './jobs.ts';
import { networkPolicies } from './network.ts';
import { labels, type Manifest, type Monthly, object } from './plan.ts';
import { accountAndRoles, operatorRoles, restorePlace } from './role.ts';

export { type Manifest, type Monthly, monthlyScenario, portable, restoreNamespaceFor } from './plan.ts';

/** All objects, in the order in which they are applied. */
export const monthlyManifests = (plan: Monthly): Manifest[] => [
  ...restorePlace(plan),
  ...ownManifests(plan),
  ...operatorRoles(plan),
  ...admission(plan),
];

/** Without those of other namespaces, which an overlay must not move. */
export const ownManifests = (plan: Monthly): Manifest[] => [
  ...accountAndRoles(plan),
  ...networkPolicies(plan),
  ...filesAndJobs(plan),
  ...monitoring(plan),
];

function monitoring(plan: Monthly): Manifest[] {
  if (!plan.monitoring) return [];
  const { missedAfterS } = plan.monitoring;
  // Grafana's sidecar loads ConfigMaps with this label.
  const metadata = {
    name: 'pgdrill-dashboard',
    namespace: plan.namespace,
    labels: { ...labels, grafana_dashboard: '1' },
  };
  return [
    object(plan, 'monitoring.coreos.com/v1', 'PrometheusRule', 'pgdrill', {
      spec: prometheusRuleSpec(plan.cluster, missedAfterS),
    }),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'pgdrill.json': JSON.stringify(dashboard(), null, 1) } },
  ];
}
