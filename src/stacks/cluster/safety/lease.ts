/**
 * The lease of a drill. It allows one drill at a time on a Cluster, deleting it stops the drill, and it holds the undo records,
 * so that any machine can heal.
 */
import { randomBytes } from 'node:crypto';
import { SetupError, UsageError } from '../../../errors.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import { parseUndo } from '../../../faults/undo.ts';
import { managedBy } from '../../../managed-by.ts';
import { printable } from '../../../printable.ts';
import { apiMessage, apiStatus, type Kube } from '../../cnpg/api/kube.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import type { Site } from '../../cnpg/names.ts';
import { type Lease, type Ref, refTo } from '../../cnpg/objects.ts';
import { isRestoreNamespace } from '../restore/options.ts';

const leaseKind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;
export const undoAnnotation = 'pgdrill.dev/undo';
const restoresAnnotation = 'pgdrill.dev/restores';
export const databaseAnnotation = 'pgdrill.dev/database';
const watcherAnnotation = 'pgdrill.dev/watched-by';
/** Keeps a deleted lease until its undo records are carried out: only the drill and `heal` remove this. */
const finalizer = 'pgdrill.dev/undo';
export const durationS = 30;
/** How often a lease is renewed, and how long it may go without. */
export interface Pace {
  readonly renewEveryMs: number;
  readonly lostAfterMs: number;
}
const deleted = 'the lease of the drill was deleted, which stops it';
const usualPace: Pace = { renewEveryMs: 5_000, lostAfterMs: durationS * 1_000 };

export const leaseRef = ({ namespace, cluster }: Site): Ref => refTo(leaseKind, `pgdrill-${cluster}`, namespace);

/** A lease as it was found. */
export interface FoundLease {
  readonly uid: string;
  readonly holder: string;
  /** The time of the last renewal by the clock of the holder, which may be wrong: for people to read. */
  readonly renewed: string;
  /** Changes with each renewal, and with nothing else: `lease-observer.ts` decides by it whether the drill is alive. */
  readonly stamp: string;
  readonly undos: readonly UndoRecord[];
  /** Why other entries of its annotations are refused. */
  readonly refused: readonly string[];
  /** Namespaces that backups were restored into. */
  readonly restores: readonly string[];
  /** Where the drill's schema is. */
  readonly database: string | undefined;
  /** The host that waits to heal should the holder die: a watchdog's pod. */
  readonly watcher: string | undefined;
}

/** The lease of a Cluster, undefined where no drill is under way or left one. */
export async function findLease(kube: Kube, site: Site): Promise<FoundLease | undefined> {
  const lease = await kube.read<Lease>(leaseRef(site));
  if (!lease) return undefined;
  const { uid = '', annotations = {} } = lease.metadata;
  const { holderIdentity: holder, renewTime } = lease.spec ?? {};
  const { undos, refused } = readUndos(annotations[undoAnnotation] ?? '[]', site);
  const { database, refused: wrong } = readDatabase(annotations[databaseAnnotation]);
  return {
    uid,
    holder: printable(holder ?? 'an unknown user'),
    renewed: printable(String(renewTime ?? 'never')),
    stamp: JSON.stringify([uid, holder, renewTime]),
    undos,
    refused: [...refused, ...wrong],
    restores: readRestores(annotations[restoresAnnotation] ?? '[]'),
    database,
    watcher: annotations[watcherAnnotation],
  };
}

/** Every user who may write leases can have written it: anything but an undo record of a drill on this Cluster is refused. */
function readUndos(text: string, { namespace, cluster }: Site): Pick<FoundLease, 'undos' | 'refused'> {
  const undos: UndoRecord[] = [];
  const refused: string[] = [];
  for (const value of parsedList(text))
    try {
      const record = parseUndo(value);
      if (record.stack !== 'cluster' || !record.stackId.endsWith(`/${namespace}/${cluster}`))
        throw new UsageError(`an undo record is of ${record.stack} ${record.stackId}, and not of this Cluster`);
      undos.push(record);
    } catch (error) {
      refused.push((error as Error).message);
    }
  return { undos, refused };
}

/**
 * A name as PostgreSQL has them. In the startup message of a session a NUL would end it and begin settings of the superuser’s
 * session that heals.
 */
function readDatabase(text: string | undefined): Pick<FoundLease, 'database' | 'refused'> {
  if (!text) return { database: undefined, refused: [] };
  if (!/\p{Cc}/u.test(text) && Buffer.byteLength(text) <= 63) return { database: text, refused: [] };
  const why = `its annotation ${databaseAnnotation} should be the name of a database, but it is ${printable(JSON.stringify(text).slice(0, 80))}`;
  return { database: undefined, refused: [why] };
}

/** Only names that a restore can have given: whether a drill made the namespace, its labels say. */
const readRestores = (text: string): string[] => parsedList(text).filter(isRestoreNamespace);

function parsedList(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [undefined];
  }
}

/** Writes into the lease that this host waits to heal. @throws the API's error if it may not be written */
export const watchOver = (kube: Kube, site: Site, watcher: string): Promise<void> =>
  kube.patch(leaseRef(site), { metadata: { annotations: { [watcherAnnotation]: watcher } } });

/** 409, 422: a lease of another UID is another drill's. */
const isGone = (error: unknown): boolean => [404, 409, 422].includes(apiStatus(error) ?? 0);

/** Removes the lease of this UID, if it still exists: nothing is left to undo. */
export async function endLease(kube: Kube, site: Site, uid: string): Promise<void> {
  const released = await kube
    .patched(leaseRef(site), { metadata: { uid, finalizers: null } })
    .catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  // One that was deleted already went with its finalizer.
  if (released && !released.metadata.deletionTimestamp) await kube.delete(leaseRef(site));
}

export class DrillLease implements AsyncDisposable {
  /** Is aborted, with a SetupError, once the lease is deleted or can no longer be renewed. */
  readonly lost: AbortSignal;
  readonly uid: string;
  readonly #kube: Kube;
  readonly #site: Site;
  readonly #pace: Pace;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #undos: readonly UndoRecord[] = [];
  #restores: readonly string[] = [];
  #renewedMs = performance.now();
  #renewing: Promise<void> = Promise.resolve();

  /** Use `acquire`. */
  constructor(kube: Kube, site: Site, uid: string, pace: Pace) {
    this.#pace = pace;
    this.#kube = kube;
    this.#site = site;
    this.uid = uid;
    this.lost = this.#lost.signal;
    this.#timer = setInterval(() => (this.#renewing = this.#renew()), pace.renewEveryMs);
  }

  /** @throws UsageError where another drill holds it, or a dead one left it */
  static async acquire(
    { kube, site }: ClusterAt,
    { holder, database }: { readonly holder: string; readonly database: string },
    pace: Pace = usualPace,
  ): Promise<DrillLease> {
    const { metadata } = leaseRef(site);
    const annotations = { [undoAnnotation]: '[]', [databaseAnnotation]: database };
    const spec = {
      holderIdentity: holder,
      leaseDurationSeconds: durationS,
      acquireTime: microTime(),
      renewTime: microTime(),
    };
    try {
      const kept = { ...metadata, annotations, labels: managedBy, finalizers: [finalizer] };
      const made = await kube.create<Lease>({ ...leaseKind, metadata: kept, spec });
      return new DrillLease(kube, site, made.metadata.uid ?? randomBytes(4).toString('hex'), pace);
    } catch (error) {
      if (apiStatus(error) !== 409) throw error;
      throw await whyTaken(kube, site);
    }
  }

  /** Resolves once the API server has kept how to undo what is about to be broken. @throws SetupError where it cannot */
  async remember(record: UndoRecord): Promise<void> {
    await this.#keep([...this.#undos, record]);
  }

  /** What was broken is whole again. Where the lease was taken away by force, nothing remembers. */
  async forget(id: string): Promise<void> {
    await this.#keep(this.#undos.filter((record) => record.id !== id)).catch((error: Error) => {
      if (!isGone(error.cause)) throw error;
    });
  }

  /** As `remember`, of a namespace that a backup is about to be restored into. */
  async rememberRestore(namespace: string): Promise<void> {
    await this.#keepRestores([...this.#restores, namespace]);
  }

  /** It is gone. */
  async forgetRestore(namespace: string): Promise<void> {
    await this.#keepRestores(this.#restores.filter((name) => name !== namespace)).catch((error: Error) => {
      if (!isGone(error.cause)) throw error;
    });
  }

  /** Stops renewing it: once it has run out, any machine may heal. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }

  /** Gives it back. Leaves it where something is still broken: then it says how to undo that. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
    if (this.#undos.length + this.#restores.length === 0) await endLease(this.#kube, this.#site, this.uid);
  }

  async #keep(undos: readonly UndoRecord[]): Promise<void> {
    await this.#annotate(undoAnnotation, undos, 'how to undo the fault');
    this.#undos = undos;
  }

  async #keepRestores(restores: readonly string[]): Promise<void> {
    await this.#annotate(restoresAnnotation, restores, 'where the backup is restored');
    this.#restores = restores;
  }

  async #annotate(name: string, value: unknown, what: string): Promise<void> {
    const annotations = { [name]: JSON.stringify(value) };
    try {
      await this.#kube.patch(leaseRef(this.#site), { metadata: { uid: this.uid, annotations } });
    } catch (error) {
      const why = `${what} could not be written to the lease: ${apiMessage(error)}`;
      throw new SetupError(why, { cause: error });
    }
  }

  /** Goes on where the drill is being stopped, so that nobody takes it for dead while it heals. */
  async #renew(): Promise<void> {
    try {
      const change = { metadata: { uid: this.uid }, spec: { renewTime: microTime() } };
      const { metadata } = await this.#kube.patched(leaseRef(this.#site), change);
      this.#renewedMs = performance.now();
      if (metadata.deletionTimestamp) this.#lose(deleted);
    } catch (error) {
      if (isGone(error)) {
        clearInterval(this.#timer);
        this.#lose(deleted);
      } else if (performance.now() - this.#renewedMs > this.#pace.lostAfterMs)
        this.#lose(
          `the lease of the drill could not be renewed for ${this.#pace.lostAfterMs / 1_000} s: ${apiMessage(error)}`,
        );
    }
  }

  #lose(why: string): void {
    this.#lost.abort(new SetupError(why));
  }
}

const stopCommand = (site: Site): string => {
  const { name, namespace } = leaseRef(site).metadata;
  return `kubectl delete lease ${name} -n ${namespace}`;
};

/** The refusal to touch the cluster while the drill that holds the lease is alive. */
export const underWay = (site: Site, { holder }: FoundLease): UsageError =>
  new UsageError(`a drill by ${holder} is under way on ${site.cluster}; stop it with: ${stopCommand(site)}`);

/** The refusal of a second drill. It does not wait the 30 s that it can take to know whether the first one is alive. */
export const alreadyHeld = (site: Site, { holder, renewed }: FoundLease): UsageError =>
  new UsageError(
    `another drill holds the lease of ${site.cluster}: ${holder} (last renewed ${renewed} by its own clock); if it is running, wait for its end or stop it with: ${stopCommand(site)}; if it has died, run: pgdrill heal --context … --namespace ${site.namespace} --cluster ${site.cluster}`,
  );

async function whyTaken(kube: Kube, site: Site): Promise<UsageError> {
  const found = await findLease(kube, site);
  if (found) return alreadyHeld(site, found);
  return new UsageError(`the lease ${leaseRef(site).metadata.name} was taken and given back in this moment; try again`);
}

/** MicroTime, as leases have it. */
const microTime = (): string => new Date().toISOString().replace('Z', '000Z');
