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

/** A certificate that is renewed reaches running instances only with the label. */
export const certificateNotReloaded: Rule = {
  id: 'certificate-not-reloaded',
  severity: 'warning',
  title: 'renewed certificate does not reach the instances',
  documentation: cnpg('certificates', 'user-provided-certificates-mode'),
  explanation:
    'The Cluster takes its certificates from Secrets of yours. The operator notices a new content only of Secrets with the ' +
    'label `cnpg.io/reload`: without it the instances serve the old certificate after a renewal, until it expires and ' +
    'clients that verify it are refused, or until the next restart.',
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
          `${resource.title} takes its ${field} from the Secret ${name}, which has no label ${label}: a renewed certificate ` +
          `reaches the instances only at their next restart, and clients are refused once the old one has expired.`,
        change: made.set(['spec', 'secretTemplate', 'labels', label], ''),
      };
    }
  }),
};
