/**
 * What the contract suite does in a process of its own:
 * `query ENDPOINT SQL` where the clients live, `heal RECORD` from another process, `open KIND FOLDER` to be killed.
 */

import type { StackKind, UndoRecord } from '../faults/target.ts';
import { connect } from '../load/writers/connect.ts';
import { topologySchema } from '../scenario/topology.ts';
import { loadStack } from './index.ts';

const words: Record<string, (...argv: string[]) => Promise<unknown>> = {
  async query(endpoint, sql) {
    const client = await connect(JSON.parse(endpoint!));
    try {
      return (await client.query(sql!)).rows;
    } finally {
      await client.end();
    }
  },

  async heal(text) {
    const record = JSON.parse(text!) as UndoRecord;
    return (await loadStack(record.stack)).heal(record);
  },

  /** Says its id once it is open, and then waits for its end. */
  async open(kind, folder) {
    const stack = await loadStack(kind as StackKind);
    const { signal } = new AbortController();
    const open = await stack.open({ topology: topologySchema.parse({}), folder: folder!, signal, progress: () => {} });
    console.log(JSON.stringify(open.id));
    return new Promise(() => setInterval(() => {}, 1_000));
  },
};

const [word, ...argv] = process.argv.slice(2);
console.log(JSON.stringify(await words[word!]!(...argv)));
