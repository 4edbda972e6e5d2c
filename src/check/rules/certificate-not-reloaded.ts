import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster, together } from '../example.ts';
import type { Rule } from '../finding.ts';

const secrets = ['serverTLSSecret', 'serverCASecret', 'clientCASecret', 'replicationTLSSecret'];
const label = 'cnpg.io/reload';

const certificate = (labels: string): string => `apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: pg-server
spec:
  secretName: pg-server-tls
  issuerRef:
    name: internal-ca${labels}
`;

/** A certificate that is renewed reaches running instances at once only with the label. */
export const certificateNotReloaded: Rule = {
  id: 'certificate-not-reloaded',
  severity: 'warning',
  title: 'renewed certificate reaches the instances late',
  documentation: cnpg('certificates', 'user-provided-certificates-mode'),
  explanation:
    'The Cluster takes its certificates from Secrets of yours. The operator notices a new content only of Secrets with the ' +
    'label `cnpg.io/reload`: without it the instances serve the old certificate after a renewal, until something else makes ' +
    'them read it: a change of the Cluster, `kubectl cnpg reload`, a restart, or a periodic resynchronization. Clients that ' +
    'verify the certificate are refused where the old one expires before.',
  bad: together(cluster('instances: 1\ncertificates:\n  serverTLSSecret: pg-server-tls'), certificate('')),
  good: together(
    cluster('instances: 1\ncertificates:\n  serverTLSSecret: pg-server-tls'),
    certificate('\n  secretTemplate:\n    labels:\n      cnpg.io/reload: ""'),
  ),
  check: eachCluster(function* (resource, inventory) {
    const bySecret = inventory.once('certificates by secret', () =>
      Map.groupBy(inventory.of('Certificate'), (one) => one.reference('spec', 'secretName') ?? ''),
    );
    for (const field of secrets) {
      const name = resource.reference('spec', 'certificates', field);
      const made = inventory.nearest(resource, name === undefined ? [] : (bySecret.get(name) ?? []))[0];
      if (!made || made.at('spec', 'secretTemplate', 'labels', label)) continue;
      yield {
        resource: made,
        at: made.nearest('spec', 'secretTemplate', 'labels'),
        message:
          `${resource.title} takes its ${field} from the Secret ${name}, which has no label ${label}: a renewal is not noticed ` +
          `at once, and the instances serve the old certificate until something else makes them read it (a change of the ` +
          `Cluster, kubectl cnpg reload, a restart). Clients that verify it are refused where the old one expires before.`,
        change: made.set(['spec', 'secretTemplate', 'labels', label], ''),
      };
    }
  }),
};
