/**
 * A small database under each isolation level, for tests: multi-version, with row locks, as PostgreSQL describes its own
 * (manual, chapter 13). It shares nothing with the check but the form of histories.
 */
import type { IsolationLevel } from './levels.ts';
import type { Operation, Transaction } from './test-history.ts';

interface Version {
  readonly element: number;
  readonly at: number;
}
interface Session {
  readonly plan: readonly ({ key: number; append: number } | { key: number })[];
  readonly done: Operation[];
  next: number;
  began: number;
  /** Commit time; Infinity while it runs. */
  ended: number;
  readonly appended: { key: number; element: number }[];
  readonly reads: Set<number>;
  /** Concurrent transactions: one that this one must precede, and one that must precede it. */
  out: boolean;
  in: boolean;
}
export interface Workload {
  readonly level: IsolationLevel;
  readonly transactions: number;
  readonly sessions: number;
  readonly keys: number;
  /** Of a commit: the chance that its answer is lost; half of those have happened. */
  readonly lostAnswers: number;
  /** The chance that a transaction is rolled back by its client. */
  readonly rollbacks: number;
}

/** Runs transactions of one to four operations, interleaved at random, and returns what their clients saw. */
export function simulate(random: () => number, workload: Workload): Transaction[] {
  const { level, keys } = workload;
  const lists = new Map<number, Version[]>();
  const locks = new Map<number, Session>();
  const finished: Session[] = [];
  const history: Transaction[] = [];
  let [clock, element, started] = [0, 0, 0];

  const begin = (): Session => {
    started++;
    const plan = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
      const key = Math.floor(random() * keys) + keys * Math.floor(started / (keys * 20));
      return random() < 0.5 ? { key, append: ++element } : { key };
    });
    return {
      plan,
      done: [],
      next: 0,
      began: clock,
      ended: Infinity,
      appended: [],
      reads: new Set(),
      out: false,
      in: false,
    };
  };
  const visible = (session: Session, key: number): number[] => {
    const until = level === 'read committed' ? clock : session.began;
    const committed = (lists.get(key) ?? []).filter(({ at }) => at <= until).map((version) => version.element);
    return [...committed, ...session.appended.filter((own) => own.key === key).map((own) => own.element)];
  };
  const end = (session: Session, outcome: Transaction['outcome'], happened: boolean) => {
    clock++;
    for (const [key, holder] of locks) if (holder === session) locks.delete(key);
    if (happened) {
      session.ended = clock;
      finished.push(session);
      for (const own of session.appended) {
        const list = lists.get(own.key) ?? [];
        list.push({ element: own.element, at: clock });
        lists.set(own.key, list);
      }
    }
    const operations = session.plan.map((planned, i): Operation => {
      if ('append' in planned) return { key: planned.key, append: planned.append };
      const done = session.done[i];
      return { key: planned.key, read: outcome === 'ok' && done && 'read' in done ? done.read : undefined };
    });
    history.push({ outcome, operations });
  };
  const writes = (session: Session, key: number) => session.appended.some((own) => own.key === key);
  /** Whether committing would leave a transaction between two anti-dependencies (Cahill, Röhm, Fekete, SIGMOD 2008). */
  const isDangerous = (session: Session, running: readonly Session[]): boolean => {
    const concurrent = [...running, ...finished.filter(({ ended }) => ended > session.began)].filter(
      (s) => s !== session,
    );
    const outs = concurrent.filter((other) => [...session.reads].some((key) => writes(other, key)));
    const ins = concurrent.filter((other) => [...other.reads].some((key) => writes(session, key)));
    session.out ||= outs.length > 0;
    session.in ||= ins.length > 0;
    for (const other of outs) other.in = true;
    for (const other of ins) other.out = true;
    return (session.in && session.out) || [...outs, ...ins].some((other) => other.in && other.out);
  };
  /** @returns whether the session is over */
  const step = (session: Session, running: readonly Session[]): boolean => {
    const planned = session.plan[session.next];
    if (planned === undefined) {
      if (random() < workload.rollbacks || (level === 'serializable' && isDangerous(session, running)))
        end(session, 'failed', false);
      else if (random() < workload.lostAnswers) end(session, 'unknown', random() < 0.5);
      else end(session, 'ok', true);
      return true;
    }
    if ('append' in planned) {
      const holder = locks.get(planned.key);
      const isStale = level !== 'read committed' && (lists.get(planned.key)?.at(-1)?.at ?? 0) > session.began;
      // Nobody waits for a lock, so that there is no deadlock to find.
      if ((holder && holder !== session) || isStale) {
        end(session, 'failed', false);
        return true;
      }
      locks.set(planned.key, session);
      session.appended.push({ key: planned.key, element: planned.append });
      session.done.push({ key: planned.key, append: planned.append });
    } else {
      session.reads.add(planned.key);
      session.done.push({ key: planned.key, read: visible(session, planned.key) });
    }
    session.next++;
    return false;
  };

  const running = Array.from({ length: workload.sessions }, begin);
  while (history.length < workload.transactions) {
    const i = Math.floor(random() * running.length);
    if (step(running[i]!, running)) {
      const oldest = Math.min(...running.map(({ began }) => began));
      while (finished[0] && finished[0].ended < oldest) finished.shift();
      running[i] = begin();
    }
  }
  return [
    ...history,
    { outcome: 'ok', operations: [...lists].map(([key, list]) => ({ key, read: list.map((v) => v.element) })) },
  ];
}
