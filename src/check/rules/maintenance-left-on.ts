import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';

/** A setting for the time of a drain. */
export const maintenanceLeftOn: Rule = {
  id: 'maintenance-left-on',
  severity: 'warning',
  title: 'node maintenance window left open',
  documentation: cnpg('kubernetes_upgrade', 'node-maintenance-window'),
  explanation:
    '`nodeMaintenanceWindow.inProgress: true` is for the time of a drain: the operator removes the PodDisruptionBudget and, with `reusePVC: true`, waits for a lost node to come back instead of creating the instance elsewhere. Left on, the cluster runs with less protection for ever.',
  bad: cluster('instances: 3\nnodeMaintenanceWindow:\n  inProgress: true'),
  drill: 'drain',
  check: eachCluster(function* (resource) {
    const path = ['spec', 'nodeMaintenanceWindow', 'inProgress'];
    const at = resource.at(...path);
    if (!at || resource.flag(...path) !== true) return;
    yield {
      resource,
      at,
      message:
        `The maintenance window is open: the PodDisruptionBudget is gone` +
        `${resource.flag('spec', 'nodeMaintenanceWindow', 'reusePVC') === false ? '' : ', and an instance whose node is lost is not created elsewhere'}. It is for the time of a drain, and not for manifests that stay.`,
      change: resource.set(path, false),
    };
  }),
};
