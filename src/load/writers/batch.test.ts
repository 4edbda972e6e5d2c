import { expect } from 'chai';
import fc from 'fast-check';
import { type Draft, eventSchema, outcomes, rowsOf, slotOutcomes } from '../../journal/event.ts';
import { Batch, type ConnectRow, connectDraft, type OpRow, opDraft, probeDraft, type SlotRow } from './batch.ts';

const timeUs = fc.integer({ min: -1_000_000, max: 10_000_000_000 });
const text = fc.option(fc.constantFrom('57P01 terminated', 'ECONNRESET', 'timeout'), { nil: undefined });
const server = fc.option(fc.constantFrom('198.18.0.21', '198.18.0.22'), { nil: undefined });
const opRow: fc.Arbitrary<OpRow> = fc.record({
  worker: fc.nat(999),
  op: fc.nat(),
  request: fc.nat(),
  dueUs: timeUs,
  lateUs: fc.nat(),
  sentUs: fc.option(timeUs, { nil: undefined }),
  doneUs: timeUs,
  outcome: fc.constantFrom(...outcomes),
  error: text,
  server,
  timeline: fc.nat(9),
  lsn: fc.maxSafeNat(),
});
const connectRow: fc.Arbitrary<ConnectRow> = fc.record({
  client: fc.nat(999),
  path: fc.constantFrom('pooler-1', 'pooler-2'),
  startUs: timeUs,
  doneUs: timeUs,
  outcome: fc.constantFrom(...slotOutcomes),
  error: text,
});
const slotRows: fc.Arbitrary<SlotRow[]> = fc
  .array(
    fc.record({
      startUs: fc.option(timeUs, { nil: undefined }),
      doneUs: timeUs,
      outcome: fc.constantFrom(...slotOutcomes),
      error: text,
      server,
      saw: fc.integer({ min: -1 }),
    }),
    { minLength: 1 },
  )
  .map((rows) => rows.map((row, i) => ({ ...row, slot: 7 + i, dueUs: 70_000 + i * 10_000 })));

/** What a reader gets: the draft numbered, as JSON and back, through the schema. */
const throughJournal = <D extends Draft>(draft: D): D & { seq: number } =>
  eventSchema.parse(JSON.parse(JSON.stringify({ seq: 3, ...draft }))) as unknown as D & { seq: number };
const textAt = (index: number, texts: readonly string[]): string | undefined =>
  index === -1 ? undefined : texts[index];

describe('batches', () => {
  it('bring writes through the journal unchanged', () => {
    fc.assert(
      fc.property(fc.array(opRow, { minLength: 1 }), (rows) => {
        const batch = throughJournal(opDraft(rows, 5));
        expect(rowsOf(batch)).to.equal(rows.length);
        const back = rows.map((_, i): OpRow => {
          const dueUs = batch.baseUs + batch.due[i]!;
          return {
            worker: batch.worker[i]!,
            op: batch.op[i]!,
            request: (batch.request ?? batch.op)[i]!,
            dueUs,
            lateUs: batch.late[i]!,
            sentUs: rows[i]!.sentUs === undefined ? undefined : dueUs + batch.sent[i]!,
            doneUs: dueUs + batch.done[i]!,
            outcome: outcomes[batch.outcome[i]!]!,
            error: textAt(batch.error[i]!, batch.errors),
            server: textAt(batch.server[i]!, batch.servers),
            timeline: batch.timeline[i]!,
            lsn: batch.lsn[i]!,
          };
        });
        expect(back).to.deep.equal(rows);
      }),
    );
  });

  it('bring connection attempts through the journal unchanged', () => {
    fc.assert(
      fc.property(fc.array(connectRow, { minLength: 1 }), (rows) => {
        const batch = throughJournal(connectDraft(rows, 5));
        const back = rows.map((_, i): ConnectRow => {
          const startUs = batch.baseUs + batch.start[i]!;
          return {
            client: batch.client[i]!,
            path: batch.paths[batch.path[i]!]!,
            startUs,
            doneUs: startUs + batch.took[i]!,
            outcome: slotOutcomes[batch.outcome[i]!]!,
            error: textAt(batch.error[i]!, batch.errors),
          };
        });
        expect(back).to.deep.equal(rows);
      }),
    );
  });

  it('bring slots through the journal unchanged', () => {
    fc.assert(
      fc.property(slotRows, (rows) => {
        const batch = throughJournal(probeDraft('direct', 10_000, rows, 5));
        const back = rows.map((_, i): SlotRow => {
          const dueUs = batch.fromUs + i * batch.stepUs;
          return {
            slot: batch.firstSlot + i,
            dueUs,
            startUs: rows[i]!.startUs === undefined ? undefined : dueUs + batch.late[i]!,
            doneUs: dueUs + batch.took[i]!,
            outcome: slotOutcomes[batch.outcome[i]!]!,
            error: textAt(batch.error[i]!, batch.errors),
            server: textAt(batch.server[i]!, batch.servers),
            saw: batch.saw[i]!,
          };
        });
        expect(back).to.deep.equal(rows);
      }),
    );
  });

  it('hold each text once, and mark what was never sent or started with −1', () => {
    const row = (sentUs: number | undefined, error: string | undefined): OpRow => ({
      ...{ worker: 0, op: 1, request: 1, dueUs: 100, lateUs: 0, doneUs: 200, outcome: 'failed', server: undefined },
      ...{ timeline: 0, lsn: 0, sentUs, error },
    });
    const draft = opDraft([row(undefined, 'a'), row(150, 'b'), row(100, 'a'), row(100, undefined)], 5);
    expect(draft.errors).to.deep.equal(['a', 'b']);
    expect(draft.error).to.deep.equal([0, 1, 0, -1]);
    expect(draft.sent).to.deep.equal([-1, 50, 0, 0]);
  });

  it('are taken once, and not at all where there was no row', () => {
    const batch = new Batch(opDraft);
    expect(batch.take(1)).to.equal(undefined);
    fc.assert(
      fc.property(opRow, (row) => {
        batch.add(row);
        expect(batch.take(2)?.n).to.equal(1);
        expect(batch.take(3)).to.equal(undefined);
      }),
    );
  });
});
