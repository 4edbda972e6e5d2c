/** The comment at the top of what `pgdrill manifests` prints: how it was made, what has to exist first, and what it may do. Pure. */
import { chatAddress } from '../hooks/chat.ts';
import { grafanaToken } from '../hooks/index.ts';
import { printable } from '../printable.ts';
import { exchangesToken, identityInWords } from '../stacks/cluster/restore/identity.ts';
import {
  kubernetesOfAdmission,
  kubernetesOfManifests,
  type Profile,
  profileMeans,
} from '../stacks/cluster/safety/profiles.ts';
import { faultRights } from '../stacks/cluster/safety/rights.ts';
import { reportAnywhere, storeAnywhere } from './network.ts';
import type { Monthly } from './plan.ts';

/** A Secret that has to exist before the first drill, and what has to be in it. */
interface NeededSecret {
  readonly name: string;
  readonly holds: string;
}

/** Every Secret that the pods and the drill read, in the namespace of the Cluster. */
export const secretsOf = (plan: Monthly): NeededSecret[] => [
  { name: plan.secret, holds: `username and password of a role that may create a schema in ${plan.database}` },
  ...(plan.bucket
    ? [{ name: plan.bucket.secret, holds: `AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, to write ${plan.bucket.to}` }]
    : []),
  ...(plan.hooks.grafana ? [{ name: plan.grafanaSecret, holds: `${grafanaToken}, which may write annotations` }] : []),
  ...(plan.chat ? [{ name: plan.chat.secret, holds: `${chatAddress}, the address of the chat’s webhook` }] : []),
  ...plan.storeSecrets.map((name) => ({ name, holds: 'what reading the object store takes; restores copy it' })),
  ...plan.pullSecrets.map((name) => ({ name, holds: 'the account of the image’s registry' })),
];

/** What a restored copy reaches to be given the account of a cloud. */
const identityLines = ({ identities }: Monthly): string[] =>
  identities.map(
    (one) => `A restored copy reaches ${identityInWords(one)} for the account of the cloud (--identity ${one}).`,
  );

/** Of which storage classes the admission policy lets a restored Cluster be. */
const classesLine = ({ storageClasses }: Monthly): string =>
  storageClasses.length > 0
    ? `A restored copy takes the storage classes ${storageClasses.join(', ')}, or the default one.`
    : 'A restored copy takes the default storage class only: where the Cluster names another, restores are denied. --restore-storage-class, or --context, which reads those of the Cluster, lets others in.';

/** What is given, and not only what the scenarios need: to make the Jobs of load generators is to make pods. */
const profileGiven = ({ profile, generators }: Monthly): Profile => (generators > 0 ? 'node' : profile);
const meaning = (plan: Monthly): string =>
  profileGiven(plan) === plan.profile
    ? profileMeans[plan.profile]
    : `its scenarios need ${plan.profile}, but --generators makes Jobs, and with them pods`;

/** A Pooler has a template of its pods. */
const changesPoolers = ({ scenarios, cluster, secret }: Monthly): boolean =>
  scenarios
    .flatMap(({ needs }) => needs.flatMap((fault) => faultRights(fault, { cluster, secret })))
    .some(({ resource, verbs }) => resource === 'poolers' && verbs.includes('patch'));

/** What the account may do that the admission policy would deny. */
function withoutAdmission(plan: Monthly, faults: string): string {
  const { namespace } = plan;
  const may = [
    ...(faults.split(', ').includes('drain')
      ? ['it may set any label and taint of any node, which can stop every pod of the cluster']
      : []),
    ...(changesPoolers(plan)
      ? [`it may change any Pooler of ${namespace}, its pods too, and with them run anything there`]
      : []),
    ...(profileGiven(plan) === 'node'
      ? [`it may make any pod in ${namespace}, and with it read every Secret of ${namespace}`]
      : []),
    `it has a shell in every container of ${namespace}`,
  ];
  return `WARNING: nothing limits the account beyond its Roles: ${may.join('; ')} (--no-admission).`;
}

/** Lines of a comment, each with its `#`. @param command as it was typed */
export function headerOf(plan: Monthly, command: string, version: string): string {
  const { namespace, cluster, profile, scenarios, enabled, image } = plan;
  const faults = [...new Set(scenarios.flatMap(({ needs }) => needs))].join(', ');
  const restores = scenarios.some((one) => one.restores);
  const annotate = `kubectl annotate cluster ${cluster} -n ${namespace}`;
  const steps = [
    `Kubernetes ${plan.admission ? kubernetesOfAdmission : kubernetesOfManifests} or later${plan.admission ? ' (1.27 with --no-admission)' : ''}; the Cluster ${cluster} in ${namespace}, with a Pooler of type rw.`,
    ...secretsOf(plan).map(({ name, holds }) => `The Secret ${name} in ${namespace}: ${holds}.`),
    ...(faults
      ? [`The consent of the owner to faults: ${annotate} 'pgdrill.dev/allow-drills=${faults} until <date>'`]
      : []),
    ...(restores
      ? [
          `The consent of the owner to restores: ${annotate} 'pgdrill.dev/allow-restores=until <date>'; room for one instance.`,
          `Before the first apply no namespace ${plan.restoreNamespace}: kubectl get namespace ${plan.restoreNamespace} has to find nothing. Who made it first would stay its administrator, and could read the restored copy.`,
        ]
      : []),
    ...(profile === 'node'
      ? [`Pods that are privileged are admitted to ${namespace}: no Pod Security level there.`]
      : []),
    ...(plan.monitoring ? ['The Prometheus operator, for the PrometheusRule.'] : []),
  ];
  const enable = `kubectl patch cronjob pgdrill pgdrill-watchdog -n ${namespace} -p '{"spec":{"suspend":false}}'`;
  const lines = [
    `Unattended drills of the Cluster ${cluster} in ${namespace}: ${scenarios.map(({ name }) => name).join(', ')}.`,
    `Made by pgdrill ${version} with:`,
    `  ${command}`,
    '',
    `Profile ${profileGiven(plan)}: ${meaning(plan)}.`,
    ...(plan.generators > 0
      ? [
          `--generators adds the right to make Jobs: ${plan.admission ? 'the admission policy limits them to the load generators' : 'as much as making pods, and reading every Secret of the namespace'}.`,
        ]
      : []),
    ...(plan.admission ? [] : [withoutAdmission(plan, faults)]),
    ...(plan.apiServers.length > 0
      ? []
      : ['WARNING: the API server’s ports are open to any address (--any-api-server).']),
    ...(restores && plan.archiveAccount
      ? [
          'WARNING: restores read the store by the Cluster’s own account, which may write to your archive (--archive-account).',
        ]
      : []),
    ...(restores && storeAnywhere(plan)
      ? [
          `WARNING: a restored copy may connect to any address at the store’s port: a NetworkPolicy knows no names outside of the cluster. --store-cidr with the addresses of the store${plan.identities.some(exchangesToken) ? ' and of what exchanges its token' : ''} closes it.`,
        ]
      : []),
    ...(restores && plan.admission ? [classesLine(plan)] : []),
    ...(restores && plan.admission && plan.archiveAccount && plan.cloudAccount === undefined
      ? [
          'WARNING: the admission policy lets a restored copy have any account of the cloud that trusts it, since the account of the Cluster is unknown: --context, as a user who may read the Cluster, limits it to that one.',
        ]
      : []),
    ...(restores && plan.archiveAccount ? identityLines(plan) : []),
    ...(reportAnywhere(plan).length > 0
      ? [
          `WARNING: the drill may connect to any address at ${reportAnywhere(plan).join(' and ')}, where it reports to. --report-cidr with the addresses closes it.`,
        ]
      : []),
    'Every profile has pods/exec, which makes the drill superuser of every database in the namespace: docs/rbac.md.',
    '',
    'What has to exist before the first drill:',
    ...steps.map((step, i) => `  ${i + 1}. ${step}`),
    '',
    ...(enabled
      ? ['Both CronJobs are enabled. Suspend or enable them together: without its watchdog a drill does not begin.']
      : ['Both CronJobs are suspended. Enable both together, here (--enabled) or by hand:', `  ${enable}`]),
    ...(image.includes('@sha256:')
      ? []
      : ['', `WARNING: ${image} is named by a tag, which others can move; name it by its digest.`]),
  ];
  return lines.map((line) => `# ${printable(line)}`.trimEnd()).join('\n');
}
