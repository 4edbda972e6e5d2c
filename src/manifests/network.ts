/** NetworkPolicies: what the drill reaches, and, where the namespace lets nothing in, what CloudNativePG and the drill need. Pure. */
import { port, towards, towardsApi, towardsHttps, towardsNames } from '../kubernetes/egress.ts';
import { nodeAgentLabel } from '../stacks/cluster/pods/agent.ts';
import { operatorIn, restorePolicyName, restorePolicySpec, towardsStore } from '../stacks/cluster/restore/policy.ts';
import { labels as cnpg } from '../stacks/cnpg/names.ts';
import { labels, type Manifest, type Monthly, object } from './plan.ts';

const instances = (cluster: string) => ({ podSelector: { matchLabels: { [cnpg.cluster]: cluster } } });
const poolers = { podSelector: { matchExpressions: [{ key: cnpg.pooler, operator: 'Exists' }] } };

const policy = (plan: Monthly, name: string, spec: Manifest): Manifest =>
  object(plan, 'networking.k8s.io/v1', 'NetworkPolicy', name, { spec });

export const networkPolicies = (plan: Monthly): Manifest[] => [
  drillPolicy(plan),
  ...(plan.profile === 'node' ? [agentPolicy(plan)] : []),
  ...(plan.defaultDeny ? databasePolicies(plan) : []),
];

/** Nobody connects to the drill; it connects to databases, names, the API and where it reports to. */
function drillPolicy(plan: Monthly): Manifest {
  const { apiServers, cluster } = plan;
  return policy(plan, 'pgdrill', {
    podSelector: { matchLabels: labels },
    policyTypes: ['Ingress', 'Egress'],
    egress: [
      { to: [instances(cluster), poolers], ports: [port(5432)] },
      towardsNames,
      towardsApi({ addresses: apiServers, ports: plan.apiPorts }),
      ...reportRules(plan),
    ],
  });
}

/** Services that are notified of drills, at addresses that are not secret. */
export const hookAddresses = ({ webhook, alertmanager, grafana }: Monthly['hooks']): readonly string[] =>
  [webhook, alertmanager?.url, grafana?.url].filter((one) => one !== undefined);

/** Ports that the drill may connect to at any address: what it reports to has a name outside of the cluster. */
export const reportAnywhere = (plan: Monthly): readonly number[] => [
  ...new Set(
    reportRules(plan)
      .filter(({ to }) => to === undefined)
      .flatMap(({ ports }) => (ports as readonly { readonly port: number }[]).map((one) => one.port)),
  ),
];

/** Towards what the drill reports to, each rule once. */
function reportRules({ bucket, pushgateway, prometheus, hooks, chat, words, ...plan }: Monthly): Manifest[] {
  const otlp = words.includes('--otlp') ? words[words.indexOf('--otlp') + 1] : undefined;
  const named = [bucket?.endpoint, pushgateway, prometheus, otlp, ...hookAddresses(hooks)];
  const outside = plan.reportCidrs;
  // Chats and AWS itself are at addresses that change.
  const anywhere = chat || (bucket && !bucket.endpoint) ? [towardsHttps(outside)] : [];
  const rules = [
    ...named
      .filter((one) => one !== undefined)
      .map((one) => towards(one, { ports: plan.podPorts[new URL(one).hostname], outside })),
    ...anywhere,
  ];
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

/** The pod on a node works in the node, and has no use for a network of its own. */
const agentPolicy = (plan: Monthly): Manifest =>
  policy(plan, 'pgdrill-node-agent', {
    podSelector: { matchExpressions: [{ key: nodeAgentLabel, operator: 'Exists' }] },
    policyTypes: ['Ingress', 'Egress'],
  });

/** What a restored copy may connect to for its store. */
const storeRules = ({ storeAddress, podPorts, storeCidrs: cidrs, identities }: Monthly) =>
  towardsStore(storeAddress, {
    ...{ ports: storeAddress === undefined ? undefined : podPorts[new URL(storeAddress).hostname] },
    ...{ cidrs, identities },
  });

/** Whether NetworkPolicies can only name the store's port: its address is a name outside of the cluster, or a cloud's own. */
export const storeAnywhere = (plan: Monthly): boolean => storeRules(plan).some(({ to }) => to === undefined);

/** A restored copy of the data is nobody's but the operator's, and it connects to what a restore needs: the drill looks at it by exec. */
export const restorePolicy = (plan: Monthly): Manifest => {
  const { restoreNamespace: namespace, operatorNamespace, apiServers } = plan;
  const api = { addresses: apiServers, ports: plan.apiPorts };
  const spec = restorePolicySpec({ operatorNamespace, api, store: storeRules(plan) });
  return object({ namespace }, 'networking.k8s.io/v1', 'NetworkPolicy', restorePolicyName, { spec });
};

/**
 * What instances and poolers have to let in: the operator (status on 8000, PostgreSQL for some of its questions), each
 * other, and the drill. Where nothing else keeps them closed they would let in nothing else, so it is printed on demand only.
 */
function databasePolicies(plan: Monthly): Manifest[] {
  const { cluster, operatorNamespace, apiServers } = plan;
  const drill = { podSelector: { matchLabels: labels } };
  // Exporters are read through the API server's proxy.
  const exporters = (at: number) =>
    apiServers.length > 0 ? [{ from: apiServers.map((cidr) => ({ ipBlock: { cidr } })), ports: [port(at)] }] : [];
  return [
    policy(plan, 'pgdrill-instances', {
      podSelector: { matchLabels: { [cnpg.cluster]: cluster, [cnpg.podRole]: 'instance' } },
      policyTypes: ['Ingress'],
      ingress: [
        { from: [operatorIn(operatorNamespace), instances(cluster)], ports: [port(8000), port(5432)] },
        { from: [poolers, drill], ports: [port(5432)] },
        ...exporters(9187),
      ],
    }),
    policy(plan, 'pgdrill-poolers', {
      ...poolers,
      policyTypes: ['Ingress'],
      ingress: [{ from: [drill], ports: [port(5432)] }, ...exporters(9127)],
    }),
  ];
}
