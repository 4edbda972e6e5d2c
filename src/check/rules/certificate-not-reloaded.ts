import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster, together } from '../example.ts';
import type { Rule } from '../finding.ts';
import type { Resource } from '../objects/resource.ts';

const secrets = ['serverTLSSecret', 'serverCASecret', 'clientCASecret', 'replicationTLSSecret'];
const label = 'cnpg.io/reload';

const certificate = (labels: string): string => `apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: pg-server
spec:
  secretName: pg-server-tls
  duration: 24h
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
    'The Cluster takes its certificates from Secrets of yours. The operator notices a new content at once only of Secrets ' +
    'with the label `cnpg.io/reload`: without it the instances serve the old certificate after a renewal, until something ' +
    'else makes them read it: a change of the Cluster, `kubectl cnpg reload`, a restart, or the resynchronization every ten ' +
    'hours. Clients that verify the certificate are refused where the old one expires before. The rule is silent where ' +
    '`duration` or `renewBefore` keeps the old one valid for a day or more after the renewal; where both are left out, the ' +
    'issuer may decide.',
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
      const overlap = overlapMs(made);
      if (overlap !== undefined && overlap >= dayMs) continue;
      const expiry =
        overlap === undefined
          ? 'are refused where the old one expires before'
          : `are refused once the old one expires, ${Number((overlap / hourMs).toFixed(1))} h after the renewal`;
      yield {
        resource: made,
        at: made.nearest('spec', 'secretTemplate', 'labels'),
        message:
          `${resource.title} takes its ${field} from the Secret ${name}, which has no label ${label}: a renewal is not noticed ` +
          `at once, and the instances serve the old certificate until something else makes them read it (a change of the ` +
          `Cluster, kubectl cnpg reload, a restart, the resynchronization every ten hours). Clients that verify it ${expiry}.`,
        change: made.set(['spec', 'secretTemplate', 'labels', label], ''),
      };
    }
  }),
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * How long the old certificate is valid after the renewal, ms: `renewBefore`, else the part of `duration` that
 * `renewBeforePercentage` names, else a third of it; undefined where neither is written. Source: cert-manager,
 * Certificate resource, "Renewal".
 */
function overlapMs(certificate: Resource): number | undefined {
  const durationMs = msOf(certificate.text('spec', 'duration'));
  const percentage = certificate.number('spec', 'renewBeforePercentage') ?? 100 / 3;
  const partMs = durationMs === undefined ? undefined : Math.round((durationMs * percentage) / 100);
  return msOf(certificate.text('spec', 'renewBefore')) ?? partMs;
}

/** A duration of Go, such as `2160h` or `1h30m`, in ms; undefined where it is none. */
function msOf(text: string | undefined): number | undefined {
  const parts = [...(text ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  const units: Readonly<Record<string, number>> = { h: hourMs, m: 60_000, s: 1000, ms: 1 };
  return parts.length === 0
    ? undefined
    : parts.reduce((sum, [, value, unit]) => sum + Number(value) * units[unit!]!, 0);
}
