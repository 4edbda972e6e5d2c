/** One client of the load: its writes wait in its own queue, and each is sent at most once. */

import type { Clock } from '../../journal/clock.ts';
import { lsnBytes } from '../../postgres/lsn.ts';
import type { Load } from '../../scenario/load.ts';
import type { Endpoint } from '../endpoint.ts';
import { ledgerTable } from '../process/protocol.ts';
import type { ConnectRow, OpRow } from './batch.ts';
import { errorText, type LoadError, notSent, outcomeOfSent, timedOut } from './outcome.ts';
import { type Profile, profileOf } from './profile.ts';
import { type Answer, Session } from './session.ts';

const attemptLimitUs = 5_000_000;
/** Waits before a reconnection differ by up to this share, so that clients do not come back in step. */
const jitter = 0.2;

export interface WriterOptions {
  readonly worker: number;
  /** Where it connects to: the first, or, with `load.failover`, the next after each attempt that failed. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  /** A lost connection is not replaced. */
  readonly staysAway?: boolean;
  readonly load: Load;
  readonly clock: Clock;
  /** The first connection attempt is made then, µs. */
  readonly connectAtUs: number;
  readonly random: () => number;
  readonly onOp: (row: OpRow) => void;
  readonly onConnect: (row: ConnectRow) => void;
}

interface Write {
  readonly op: number;
  /** The op of the first attempt of the request, and how often it was tried again since. */
  readonly request: number;
  readonly retry: number;
  readonly dueUs: number;
  readonly lateUs: number;
  sentUs: number | undefined;
}

/**
 * The statement of a write. It returns who took it, how far the WAL was right after it, and on which timeline:
 * `pg_walfile_name` takes the timeline that is written now, where `pg_control_checkpoint` lags behind a promotion.
 */
export const insertSql = (worker: number | string, op: number | string): string =>
  `insert into ${ledgerTable} (worker, op) values (${worker}, ${op}) returning host(inet_server_addr()), ` +
  'pg_current_wal_insert_lsn(), substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)';

export class Writer {
  readonly #options: WriterOptions;
  readonly #profile: Profile;
  readonly #queue: Write[] = [];
  /** Retries that are not due yet. */
  #later: Write[] = [];
  #ops = 0;
  /** Failed connection attempts in a row. */
  #failures = 0;
  #attemptsFailed = 0;
  #wasConnected = false;
  #session: Session | undefined;
  #inFlight: Write | undefined;
  /** When the attempt under way began. */
  #attemptUs: number | undefined;
  /** When the next attempt may begin. */
  #nextAttemptUs: number;
  /** Why the last attempt failed, while there is no connection. */
  lastError: string | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#profile = profileOf(options.load);
    this.#nextAttemptUs = options.connectAtUs;
  }

  get connected(): boolean {
    if (this.#profile.onDemand && this.#wasConnected) return true;
    return this.#session !== undefined && this.#attemptUs === undefined;
  }
  /** Whether every write so far has its outcome. */
  get settled(): boolean {
    return this.#queue.length === 0 && this.#later.length === 0 && !this.#inFlight;
  }

  /** A write has become due. @returns whether the connection was free, so that it was sent at once */
  due(dueUs: number, nowUs: number): boolean {
    const op = this.#ops++;
    this.#queue.push({ op, request: op, retry: 0, dueUs, lateUs: nowUs - dueUs, sentUs: undefined });
    const free = this.#queue.length === 1 && (this.#session?.free ?? false);
    this.#sendNext();
    return free;
  }

  /** Gives up what has waited too long, and reconnects where it is time. To be called every few ms. */
  tend(nowUs: number): void {
    this.#giveUp(nowUs - this.#options.load.giveUpMs * 1000);
    if (this.#attemptUs !== undefined && nowUs - this.#attemptUs >= attemptLimitUs) this.#attempted(timedOut);
    this.#takeLater(nowUs);
    if (!this.#session && nowUs >= this.#nextAttemptUs && this.#wantsConnection) this.#attempt(nowUs);
  }

  /** Requests that wait for a retry have failed for good: the load ends. */
  abandonRetries(): void {
    this.#later = [];
  }

  close(): void {
    this.#session?.end();
    this.#session = undefined;
    this.#nextAttemptUs = Number.POSITIVE_INFINITY;
  }

  get #endpoint(): Endpoint {
    const { endpoints, load } = this.#options;
    return endpoints[load.failover ? this.#attemptsFailed % endpoints.length : 0]!;
  }

  /** The first connection is made beforehand, so that a wrong password shows before the load begins. */
  get #wantsConnection(): boolean {
    if (this.#options.staysAway && this.#wasConnected) return false;
    return !this.#profile.onDemand || !this.#wasConnected || this.#queue.length > 0;
  }

  #takeLater(nowUs: number): void {
    const due = this.#later.filter(({ dueUs }) => dueUs <= nowUs);
    if (due.length === 0) return;
    this.#later = this.#later.filter(({ dueUs }) => dueUs > nowUs);
    this.#queue.push(...due);
    this.#sendNext();
  }

  #sendNext(): void {
    if (!this.#session && this.#profile.onDemand && this.#wasConnected && this.#wantsConnection) {
      this.#attempt(this.#options.clock.nowUs());
      return;
    }
    if (!this.#session?.free) return;
    const write = this.#queue.shift();
    if (!write) return;
    this.#inFlight = write;
    write.sentUs = this.#options.clock.nowUs();
    this.#session.ask(this.#messageOf(write), (error, answer) => {
      this.#inFlight = undefined;
      this.#finish(write, error, answer);
      if (!this.#session?.free) this.#disconnected(error);
      else if (this.#profile.perRequest) this.#leave();
      if (this.#session?.free) this.#sendNext();
    });
  }

  /** Several statements in one message are one transaction, which is committed before the tag of the last is sent. */
  #messageOf({ op }: Write): string {
    const { worker, load } = this.#options;
    const own = load.sql[op % load.sql.length];
    return own === undefined ? insertSql(worker, op) : `${own.trim().replace(/;$/, '')};\n${insertSql(worker, op)}`;
  }

  #giveUp(dueBeforeUs: number): void {
    if (this.#inFlight && this.#inFlight.dueUs <= dueBeforeUs) {
      const write = this.#inFlight;
      this.#inFlight = undefined;
      // After a timeout a client of `pg` is stuck (node-postgres issue 3399).
      this.#session?.cut();
      this.#finish(write, timedOut);
      this.#disconnected(timedOut);
    }
    while (this.#queue[0] && this.#queue[0].dueUs <= dueBeforeUs) this.#finish(this.#queue.shift()!, notSent);
  }

  #attempt(nowUs: number): void {
    this.#attemptUs = nowUs;
    this.#session = new Session(this.#endpoint, (error) => this.#disconnected(error));
    this.#session.connect((error) => this.#attempted(error));
  }

  #attempted(error: LoadError | undefined): void {
    const startUs = this.#attemptUs!;
    const text = error && errorText(error);
    const outcome = !error ? 'ok' : error === timedOut ? 'timeout' : 'failed';
    const { worker, clock } = this.#options;
    this.#options.onConnect({
      client: worker,
      path: this.#endpoint.name,
      startUs,
      doneUs: clock.nowUs(),
      outcome,
      error: text,
    });
    this.#attemptUs = undefined;
    this.lastError = text;
    if (error === timedOut) this.#session?.cut();
    if (!error) {
      this.#failures = 0;
      this.#wasConnected = true;
      this.#sendNext();
      return;
    }
    this.#failures++;
    this.#attemptsFailed++;
    this.#disconnected(error);
    // The request that asked for the connection fails with it; the next in the queue tries for itself.
    const asked = this.#profile.onDemand && this.#wasConnected ? this.#queue.shift() : undefined;
    if (asked) this.#finish(asked, error);
  }

  #disconnected(error: LoadError | undefined): void {
    this.lastError = error && errorText(error);
    this.#session = undefined;
    const waitUs = this.#profile.reconnectMs(this.#failures) * 1000 * (1 + jitter * (2 * this.#options.random() - 1));
    this.#nextAttemptUs = Math.max(this.#nextAttemptUs, this.#options.clock.nowUs() + waitUs);
  }

  /** Closes the connection of a request that had it for itself. */
  #leave(): void {
    this.#session?.end();
    this.#session = undefined;
  }

  #finish(write: Write, error: LoadError | undefined, answer?: Answer): void {
    this.#note(write, error, answer);
    const { request, retry } = write;
    const waitMs = error && this.#profile.retryMs(retry + 1, error, this.#options.random);
    if (waitMs === undefined) return;
    const dueUs = this.#options.clock.nowUs() + Math.round(waitMs * 1000);
    this.#later.push({ op: this.#ops++, request, retry: retry + 1, dueUs, lateUs: 0, sentUs: undefined });
  }

  #note({ op, request, dueUs, lateUs, sentUs }: Write, error: LoadError | undefined, answer?: Answer): void {
    const [server, lsn, timeline] = answer?.row ?? [];
    const failure = sentUs === undefined ? 'failed' : error && outcomeOfSent(error);
    this.#options.onOp({
      worker: this.#options.worker,
      op,
      request,
      dueUs,
      lateUs,
      sentUs,
      doneUs: this.#options.clock.nowUs(),
      outcome: failure ?? (answer?.committedLocally ? 'okLocal' : 'ok'),
      error: error && errorText(error),
      server: server ?? undefined,
      timeline: timeline ? Number.parseInt(timeline, 16) : 0,
      lsn: lsn ? lsnBytes(lsn) : 0,
    });
  }
}
