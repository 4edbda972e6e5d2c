/** How many bytes the journal of a real load takes for each write: as a run leaves it, and packed. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { packJournal } from '../src/journal/packed/pack.ts';
import { openJournal } from '../src/journal/write.ts';
import { loadSchema } from '../src/scenario/load.ts';
import { labStack } from '../src/stacks/lab/index.ts';
import type { OpenStack } from '../src/stacks/stack.ts';
import type { Benchmark } from './benchmark.ts';
import { runLoad, withLab } from './lab.ts';
import { spread } from './spread.ts';

const rounds = 5;
const seconds = 10;
const rates = [200, 2_000] as const;

interface Size {
  readonly plain: number;
  readonly packed: number;
}

export const journal: Benchmark = {
  name: 'journal',
  measures: `bytes of the journal for each write, plain and packed, at ${rates.join(' and ')} writes/s, ${rounds} rounds of ${seconds} s`,
  unavailable: () => labStack.unavailable(),
  run: () =>
    withLab(async (lab, folder) => {
      const sizes = new Map<number, Size[]>(rates.map((rate) => [rate, []]));
      for (let round = 0; round < rounds; round++)
        for (const rate of rates) sizes.get(rate)!.push(await sizeAt(lab, folder, rate));
      return [...sizes].flatMap(([rate, all]) => [
        ...spread(
          `plain at ${rate}/s`,
          'bytes',
          all.map(({ plain }) => plain),
        ),
        ...spread(
          `packed at ${rate}/s`,
          'bytes',
          all.map(({ packed }) => packed),
          { atMost: 6 },
        ),
      ]);
    }),
};

/** Without probes: their lines are as many at any rate of writes. */
async function sizeAt(lab: OpenStack, folder: string, ratePerSecond: number): Promise<Size> {
  const path = join(folder, `${Date.now()}.ndjson`);
  const written = await openJournal(path);
  let writes = 0;
  await runLoad(lab, folder, loadSchema.parse({ ratePerSecond, giveUpMs: 60_000 }), seconds, {
    streams: [],
    onMessage(message) {
      written.append(message);
      if (message.kind === 'op') writes += message.n;
    },
  });
  await written.close();
  await packJournal(path, `${path}.zst`);
  const bytes = async (file: string) => (await stat(file)).size / writes;
  return { plain: await bytes(path), packed: await bytes(`${path}.zst`) };
}
