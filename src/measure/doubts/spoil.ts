/** For tests: a whole story of a crash, spoilt in one place. */
import { expect } from 'chai';
import type { EventOf, JournalEvent } from '../../journal/event.ts';
import { type Line, numbered } from '../../journal/planting/catalogue.ts';
import { readRun } from '../../journal/read.ts';
import type { Run } from '../../journal/run.ts';
import { crashStory } from '../../journal/stories.ts';
import { judge } from '../judge.ts';
import { doubtsOf } from './index.ts';

const story = () => crashStory({ stepUs: 100_000, writes: { perSecond: 20 } }).events();
export type Change = (events: JournalEvent[]) => readonly object[];
export const spoilt = async (change: Change): Promise<Run> => {
  const lines = change(story()).map((event) => ({ ...event, seq: undefined })) as unknown as Line[];
  for (const line of lines) delete (line as { seq?: unknown }).seq;
  return readRun(numbered(lines).map((event) => JSON.stringify(event)));
};

export const without =
  (drop: (event: JournalEvent) => boolean): Change =>
  (events) =>
    events.filter((event) => !drop(event));
/** Changes lines of one kind; `undefined` leaves a line as it is. */
export const change =
  <K extends JournalEvent['kind']>(kind: K, to: (event: EventOf<K>) => object | undefined): Change =>
  (events) =>
    events.map((event) => (event.kind === kind ? (to(event as EventOf<K>) ?? event) : event));
export const isStep = (step: string) => (event: JournalEvent) => event.kind === 'fault' && event.step === step;
export const acknowledged = (outcome: readonly number[], values: readonly number[], to: number) =>
  values.map((value, row) => (outcome[row] === 0 ? to : value));

/** Names of kinds of defect, how each is planted, and the doubt that names it. */
export type Kinds = Readonly<Record<string, readonly [Change, RegExp]>>;

/** One test a kind: the doubt is named, and the run does not pass. */
export function itDoubts(kinds: Kinds): void {
  for (const [name, [spoil, doubt]] of Object.entries(kinds))
    it(name, async () => {
      const run = await spoilt(spoil);
      expect(doubtsOf(run).join('\n')).to.match(doubt);
      expect(judge(run).outcome).not.to.equal('pass');
    });
}
