/** The journal's records that the report leans on: every figure links to the lines that it comes from. */
import { bisectLeft } from 'd3-array';
import { sentUsOf } from '../../journal/columns/ops.ts';
import { outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Ops, Run, Slots } from '../../journal/run.ts';
import { html, type Markup } from '../../markup.ts';
import { grouped, seconds } from '../text.ts';
import { fold } from './fold.ts';

/** Where `seq` stands in ascending sequence numbers, or −1. */
const indexOf = (seq: ArrayLike<number>, wanted: number): number => {
  const at = bisectLeft(seq, wanted);
  return seq[at] === wanted ? at : -1;
};

const after = (us: number, dueUs: number): string =>
  Number.isNaN(us) ? 'never' : `after ${grouped((us - dueUs) / 1000, 1)} ms`;

function describeOp(ops: Ops, i: number): string {
  const due = ops.dueUs[i]!;
  const error = ops.errors[ops.error[i]!];
  const server = ops.servers[ops.server[i]!];
  return [
    `write (${ops.worker[i]}, ${ops.op[i]}) due at ${seconds(due, 3)}`,
    `sent ${after(sentUsOf(ops, i), due)}, ${outcomes[ops.outcome[i]!]} ${after(ops.doneUs[i]!, due)}`,
    ...(server ? [`by ${server}, timeline ${ops.timeline[i]}, LSN ${grouped(ops.lsn[i]!)}`] : []),
    ...(error ? [error] : []),
  ].join('; ');
}

function describeSlot(slots: Slots, i: number): string {
  const due = slots.dueUs[i]!;
  const error = slots.errors[slots.error[i]!];
  const server = slots.servers[slots.server[i]!];
  return [
    `probe ${slots.stream.name} slot ${slots.slot[i]} due at ${seconds(due, 3)}`,
    `${slotOutcomes[slots.outcome[i]!]} ${after(slots.doneUs[i]!, due)}`,
    ...(server ? [`by ${server}`] : []),
    ...(error ? [error] : []),
  ].join('; ');
}

const tooLong = new Set(['workers', 'settings', 'limits', 'topology', 'load', 'host', 'versions', 'streams']);
const describeLine = (line: { readonly kind: string; readonly tUs: number }): string => {
  const fields = Object.entries(line)
    .filter(([name]) => !['seq', 'tUs', 'kind'].includes(name) && !tooLong.has(name))
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  return `${line.kind} at ${seconds(line.tUs, 3)}; ${fields.join(', ')}`;
};

function singleLines(run: Run): Map<number, { readonly kind: string; readonly tUs: number; readonly seq: number }> {
  const { header, stack, prediction, end } = run;
  const once = [header, stack, prediction, end].filter((line) => line !== undefined);
  const seen = [run.phases, run.roles, run.faults, run.pools, run.poolLogs, run.replicas, run.ledgers, run.residues];
  const kept = [run.marks, run.alerts, run.archives, run.backups, run.restores, run.proofs];
  const all = [...once, ...seen.flat(), ...kept.flat(), ...run.stalls, ...run.generators, ...run.notes];
  return new Map(all.map((line) => [line.seq, line]));
}

/** Gives, for a sequence number, what the journal recorded under it, in words. */
function recordsOf(run: Run): (seq: number) => string {
  const lines = singleLines(run);
  return (seq) => {
    const line = lines.get(seq);
    if (line) return describeLine(line);
    const op = indexOf(run.ops.seq, seq);
    if (op >= 0) return describeOp(run.ops, op);
    for (const slots of run.slots.values()) {
      const slot = indexOf(slots.seq, seq);
      if (slot >= 0) return describeSlot(slots, slot);
    }
    const connect = indexOf(run.connects.seq, seq);
    if (connect >= 0)
      return `connection attempt of client ${run.connects.client[connect]} at ${seconds(run.connects.startUs[connect]!, 3)}`;
    return 'a record of the journal that is not shown here';
  };
}

/** The records that a picture of masses is drawn from: `Journal records 100 to 18099.` */
export function drawnFrom(...sources: readonly ArrayLike<number>[]): string {
  const parts = sources.filter((seqs) => seqs.length > 0).map((seqs) => `${seqs[0]} to ${seqs[seqs.length - 1]}`);
  return parts.length > 0 ? `Journal records ${parts.join(', ')}.` : '';
}

/** Records with a line of their own in the report; the rest is in the journal. */
const shown = 20;

/** Makes links to the first records that are cited, and remembers them, so that each has its line in the appendix. */
export class Citations {
  readonly #cited = new Set<number>();
  #more = 0;

  /** A small link to the first record: `records 1234 and 3 more`. Without a link beyond the first twenty. */
  cite(evidence: readonly number[]): Markup | undefined {
    const [first] = evidence;
    if (first === undefined) return undefined;
    const more = evidence.length - 1;
    const text = more > 0 ? `records ${first} and ${more} more` : `record ${first}`;
    const all = `run.ndjson, by seq: ${evidence.join(', ')}`;
    this.#more += more;
    if (!this.#cited.has(first) && this.#cited.size >= shown) {
      this.#more++;
      return html`<span class="evidence" title="${all}">${text}</span>`;
    }
    this.#cited.add(first);
    return html`<a class="evidence" href="#seq-${first}" title="${all}">${text}</a>`;
  }

  /** The appendix: the records that were linked, in the journal's order. */
  appendix(run: Run): Markup | undefined {
    if (this.#cited.size === 0) return undefined;
    const describe = recordsOf(run);
    const rows = [...this.#cited]
      .sort((a, b) => a - b)
      .map((seq) => html`<tr id="seq-${seq}"><th scope="row">${seq}</th><td>${cut(describe(seq))}</td></tr>\n`);
    const rest = this.#more > 0 ? ` ${grouped(this.#more)} more are cited by number.` : '';
    return fold({
      id: 'evidence',
      title: 'Evidence',
      says: `the first ${grouped(this.#cited.size)} records that the figures above come from`,
      body: html`<p>Each number links to the records of the journal (run.ndjson) that show it: the first, the worst and the last.${rest} A record’s number is the <code>seq</code> of its line; in lines that hold a batch of n, the i-th has <code>seq + i</code>. Times are since the run began.</p><table class="records"><caption>Records of the journal that this report cites first</caption><thead><tr><th scope="col">record</th><th scope="col">what it says</th></tr></thead><tbody>${rows}</tbody></table>`,
    });
  }
}

/** Longer records are in the journal. A word is never cut. */
const longest = 130;
const cut = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, text.lastIndexOf(' ', longest))} …`;
