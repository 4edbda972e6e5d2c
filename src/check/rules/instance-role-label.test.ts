import { expect } from 'chai';
import { instanceRoleLabel } from './instance-role-label.ts';
import { cnpg, findingsAfterChange, linesOf } from './try-rule.ts';

const cluster = cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n');
const service = (selector: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec:\n  selector:\n${selector}`;

describe('instance-role-label', () => {
  it('finds it in the selector of a Service', () => {
    const text = service('    cnpg.io/cluster: pg\n    role: primary\n');
    expect(linesOf(instanceRoleLabel, cluster, text)).to.eql(['2.yaml:7']);
    expect(findingsAfterChange(instanceRoleLabel, cluster, text)).to.eql([]);
  });

  it('finds it in the selectors of a PodMonitor and a NetworkPolicy, and in JSON', () => {
    const labels = '{"cnpg.io/cluster": "pg", "role": "replica"}';
    const monitor = `apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: { name: m }\nspec: { selector: { matchLabels: ${labels} } }\n`;
    const policy = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: n }\nspec: { podSelector: { matchLabels: ${labels} } }\n`;
    expect(linesOf(instanceRoleLabel, cluster, monitor, policy)).to.eql(['2.yaml:4', '3.yaml:4']);
    expect(findingsAfterChange(instanceRoleLabel, cluster, monitor, policy)).to.eql([]);
  });

  it('raises nothing on the label that replaced it, on other roles, or on labels of the object itself', () => {
    const current = service('    cnpg.io/cluster: pg\n    cnpg.io/instanceRole: primary\n');
    const other = service('    app: web\n    role: primary\n');
    const own =
      'apiVersion: v1\nkind: Service\nmetadata: { name: s, labels: { cnpg.io/cluster: pg, role: primary } }\n';
    expect(linesOf(instanceRoleLabel, cluster, current, other, own)).to.eql([]);
  });
});
