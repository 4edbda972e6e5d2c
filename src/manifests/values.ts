/** The same plan as values of the Helm chart in charts/pgdrill. Pure. */
import { stringify } from 'yaml';
import type { Monthly } from './plan.ts';

/** `registry/name:tag@sha256:…`; the registry may have a port. */
export function imageParts(image: string): { repository: string; tag?: string; digest?: string } {
  const [name = '', digest] = image.split('@');
  const [, repository = name, tag] = /^(.*?)(?::([^:/]+))?$/.exec(name) ?? [];
  return { repository, ...(tag && { tag }), ...(digest && { digest }) };
}

/** The chart refuses a tag alone, which others can move, unless it is accepted: `manifests` asked for that already. */
function imageValues(image: string): object {
  const parts = imageParts(image);
  return parts.digest ? parts : { ...parts, allowTag: true };
}

const filled = (name: string, values: readonly string[]) => (values.length > 0 ? { [name]: values } : {});

/** @param shipped names of scenarios that the chart brings with the same text */
export function helmValues(plan: Monthly, header: string, shipped: ReadonlySet<string>): string {
  const { bucket, monitoring, chat } = plan;
  const own = plan.scenarios.filter(({ name }) => !shipped.has(name));
  const values = {
    image: imageValues(plan.image),
    ...(plan.pullSecrets.length > 0 && { pullSecrets: plan.pullSecrets }),
    ...{ cluster: plan.cluster, database: plan.database, secret: plan.secret },
    rights: plan.generators > 0 ? 'node' : plan.profile,
    operatorNamespace: plan.operatorNamespace,
    ...{ schedule: plan.schedule, timeZone: plan.timeZone, enabled: plan.enabled },
    scenarios: plan.scenarios.filter(({ name }) => shipped.has(name)).map(({ name }) => name),
    ...(own.length > 0 && {
      ownScenarios: own.map(({ name, needs, restores = false, text, files }) => ({
        ...{ name, faults: needs, restores, text },
        ...(files && { files }),
      })),
    }),
    ...(plan.scenarios.some(({ restores }) => restores) && { restoreNamespace: plan.restoreNamespace }),
    ...(plan.storeSecrets.length > 0 && { storeSecrets: plan.storeSecrets }),
    ...(plan.storeAddress && { storeAddress: plan.storeAddress }),
    ...filled('storageClasses', plan.storageClasses),
    ...filled('storeCidrs', plan.storeCidrs),
    ...filled('identities', plan.identities),
    // An empty list denies the field; without the key the account is unknown.
    ...(plan.cloudAccount && { cloudAccount: plan.cloudAccount }),
    ...filled('reportCidrs', plan.reportCidrs),
    ...(bucket && {
      publish: { to: bucket.to, secret: bucket.secret, ...(bucket.endpoint && { endpoint: bucket.endpoint }) },
    }),
    ...(plan.pushgateway && { pushgateway: plan.pushgateway }),
    ...(plan.prometheus && { prometheus: plan.prometheus }),
    ...(Object.keys(plan.hooks).length > 0 && { hooks: plan.hooks }),
    ...(Object.keys(plan.limits).length > 0 && { limits: plan.limits }),
    ...(plan.assertions.length > 0 && { assertions: plan.assertions }),
    ...(plan.hooks.grafana && { grafanaSecret: plan.grafanaSecret }),
    ...(chat && { notify: chat }),
    ...(plan.generators > 0 && { generators: plan.generators }),
    ...(plan.apiServers.length > 0 ? { apiServers: plan.apiServers } : { anyApiServer: true }),
    apiPorts: plan.apiPorts,
    ...(Object.keys(plan.podPorts).length > 0 && { podPorts: plan.podPorts }),
    ...(plan.archiveAccount && { archiveAccount: true }),
    ...(!plan.admission && { admission: false }),
    ...(plan.defaultDeny && { defaultDeny: true }),
    ...(monitoring && { monitoring: { enabled: true, missedAfterSeconds: monitoring.missedAfterS } }),
    ...(plan.words.length > 0 && { arguments: plan.words }),
  };
  const install = `# helm install pgdrill charts/pgdrill --namespace ${plan.namespace} --values <this file>`;
  return `${header}\n#\n${install}\n${stringify(values, { lineWidth: 0 })}`;
}
