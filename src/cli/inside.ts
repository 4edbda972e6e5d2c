import { Command } from 'commander';
import { runInside } from '../container/inside.ts';
import type { Order } from '../container/protocol.ts';

/** `pgdrill inside`: what a container of the lab starts with. Not for people. */
export function insideCommand(call: (words: readonly string[]) => Promise<number>): Command {
  return new Command('inside')
    .description('run a command in a container of the lab')
    .argument('<order>', 'an Order as JSON')
    .action((order: string) => runInside(JSON.parse(order) as Order, call));
}
