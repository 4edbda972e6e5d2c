/** The owner's consent: an annotation of the Cluster that names the faults it allows and, on production, until when. Pure. */
import { UsageError } from '../../../errors.ts';
import { type FaultKind, faultKinds } from '../../../faults/index.ts';
import type { Metadata } from '../../cnpg/objects.ts';

const optInAnnotation = 'pgdrill.dev/allow-drills';
/** Says that a Cluster is production, as a label or an annotation. */
const environmentKeys = ['pgdrill.dev/environment', 'app.kubernetes.io/environment', 'environment', 'env'] as const;

/** The command that allows it. A Cluster as the API has it names its namespace. */
const annotate = ({ name, namespace }: Metadata, what: string): string =>
  `kubectl annotate cluster ${name}${namespace ? ` -n ${namespace}` : ''} --overwrite '${what}'`;

/**
 * The faults that a Cluster allows now. `crash, switchover until 2026-12-31`, or `all until …`.
 * @throws UsageError where it has not opted in, the time is over, or a word is not understood
 */
export function allowedFaults(cluster: Metadata, now: Date): ReadonlySet<FaultKind> {
  const { name, annotations = {}, labels = {} } = cluster;
  const said = annotations[optInAnnotation]?.trim();
  const how = annotate(cluster, `${optInAnnotation}=crash, switchover until ${inAMonth(now)}`);
  if (!said) throw new UsageError(`the Cluster ${name} has not opted in to drills; its owner allows them with: ${how}`);
  const [, words = '', until] = /^(.*?)(?:\s+until\s+(\S+))?$/s.exec(said) ?? [];
  checkExpiry(name, until, isProduction({ ...labels, ...annotations }), now, how);
  const faults = words.split(/[\s,]+/).filter(Boolean);
  if (faults.includes('all')) return new Set(faultKinds);
  const unknown = faults.find((word) => !(faultKinds as readonly string[]).includes(word));
  if (unknown)
    throw new UsageError(
      `the annotation ${optInAnnotation} of ${name} names ${unknown}, which is not a fault; faults are ${faultKinds.join(', ')}, or all`,
    );
  return new Set(faults as FaultKind[]);
}

const restoreAnnotation = 'pgdrill.dev/allow-restores';

/**
 * Nothing is broken by a restore, but the data is copied: the owner allows that apart from faults, `yes` or `until` a day, and
 * on production until a day only.
 * @throws UsageError where it is not allowed, or no longer
 */
export function demandRestoreOptIn(cluster: Metadata, now: Date): void {
  const { name, annotations = {}, labels = {} } = cluster;
  const said = annotations[restoreAnnotation]?.trim();
  const how = annotate(cluster, `${restoreAnnotation}=until ${inAMonth(now)}`);
  if (!said)
    throw new UsageError(
      `the Cluster ${name} has not opted in to restores of its backups; its owner allows them with: ${how}`,
    );
  const [, until] = /^(?:yes|until\s+(\S+))$/.exec(said) ?? [undefined, said];
  checkExpiry(name, until, isProduction({ ...labels, ...annotations }), now, how);
}

/** @throws UsageError naming what is not allowed */
export function refuseOthers(name: string, allowed: ReadonlySet<FaultKind>, wanted: readonly FaultKind[]): void {
  const refused = wanted.filter((fault) => !allowed.has(fault));
  if (refused.length > 0)
    throw new UsageError(
      `the Cluster ${name} allows ${[...allowed].join(', ') || 'no fault'}, but the drill needs ${refused.join(', ')}; its owner says so in the annotation ${optInAnnotation}`,
    );
}

const isProduction = (said: Readonly<Record<string, string>>): boolean =>
  environmentKeys.some((key) => /^prod(uction)?$/i.test(said[key] ?? ''));

function checkExpiry(name: string, until: string | undefined, production: boolean, now: Date, how: string): void {
  if (until === undefined) {
    if (!production) return;
    throw new UsageError(`the Cluster ${name} is production, so its opt-in needs an end, but it has none; say: ${how}`);
  }
  // A day without a time ends when the day does.
  const end = new Date(/^\d{4}-\d\d-\d\d$/.test(until) ? `${until}T23:59:59Z` : until);
  if (Number.isNaN(end.getTime()))
    throw new UsageError(`the opt-in of ${name} should end on a date such as 2026-12-31, but it says ${until}`);
  if (end < now)
    throw new UsageError(`the opt-in of ${name} to drills ended on ${until}; its owner renews it with: ${how}`);
}

const inAMonth = (now: Date): string => new Date(now.getTime() + 30 * 86_400_000).toISOString().slice(0, 10);
