// The client protocol of docs/clients.md for Node.js: what every adapter here shares. An adapter gives `open(plan)`,
// which connects and resolves to { versions, settings, write(worker, op), pool() }.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const reportEveryMs = 200;

export function clientProgram(open) {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  run(open, lines).then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}

async function run(open, lines) {
  const plan = JSON.parse((await lines.next()).value);
  const nowUs = () => Number((process.hrtime.bigint() - BigInt(plan.originNs)) / 1000n);
  const say = (message) => process.stdout.write(`${JSON.stringify({ t: nowUs(), ...message })}\n`);
  const client = await open(plan);
  say({ kind: 'ready', protocol: 1, versions: client.versions, settings: client.settings });
  const start = await lines.next();
  if (start.done || JSON.parse(start.value).do !== 'start') return;
  const { atUs } = JSON.parse(start.value);

  let rows = [];
  let stopped = false;
  const work = async (worker) => {
    for (let op = 0; ; op++) {
      const due = atUs + Math.round(((op * plan.workers + worker) * 1e6) / plan.ratePerSecond);
      while (!stopped && nowUs() < due) await sleep(Math.min(100, Math.max(1, (due - nowUs()) / 1000)));
      if (stopped) return;
      const row = await attempt(plan.firstWorker + worker, op, due);
      // Not in one expression: that would keep the array from before the wait.
      rows.push(row);
    }
  };
  const attempt = async (worker, op, due) => {
    const sent = nowUs();
    try {
      const [server, lsn, timeline] = await client.write(worker, op);
      return [worker, op, due, sent, nowUs(), 0, null, null, server, lsn, timeline];
    } catch (error) {
      const message = String(error?.message || error?.code || error);
      return [worker, op, due, sent, nowUs(), 3, sqlState(error), message, null, null, null];
    }
  };
  const report = () => {
    say({ kind: 'op', rows });
    rows = [];
    if (client.pool) say({ kind: 'pool', ...client.pool() });
  };
  const timer = setInterval(report, reportEveryMs);
  const workers = Promise.all(Array.from({ length: plan.workers }, (_, worker) => work(worker)));
  await lines.next();
  stopped = true;
  await Promise.race([workers, sleep(plan.giveUpMs)]);
  clearInterval(timer);
  report();
  await new Promise((resolve) => process.stdout.write(`${JSON.stringify({ t: nowUs(), kind: 'end' })}\n`, resolve));
}

const sqlState = (error) => (/^[0-9A-DF-Z][0-9A-Z]{4}$/.test(error?.code ?? '') ? error.code : null);

/** `ssl` of both libraries: Node.js then checks the authority and the name; without a name, that of the host. */
export const tlsOf = ({ ca, serverName }) => (ca ? { ssl: { ca, ...(serverName && { servername: serverName }) } } : {});

/** Numbers among the settings that a scenario gives, by the names that the library has for them. */
export const numbers = (settings, names) =>
  Object.fromEntries(
    Object.entries(names).flatMap(([ours, theirs]) => (ours in settings ? [[theirs, Number(settings[ours])]] : [])),
  );
