import { Command } from 'commander';
import { readCatalogue } from '../project/catalogue.ts';
import { readConfig } from '../project/config.ts';
import { courseOf } from '../scenario/course.ts';
import { loadStack, type stackKinds } from '../stacks/index.ts';
import { stackOption } from './options.ts';
import { say, warn } from './say.ts';
import { timeText } from './time-text.ts';

/** `pgdrill list`: the scenarios, with what each asks and whether the stack can run it. */
export function listCommand(): Command {
  return new Command('list')
    .description('list the scenarios, how long each drill takes, and whether the stack can run it')
    .addOption(stackOption())
    .action(async (options: { stack?: (typeof stackKinds)[number] }) => {
      const config = await readConfig(options);
      const stack = await loadStack(config.stack);
      const { listed, broken } = await readCatalogue(config.scenarios);
      for (const { scenario } of listed) {
        const lacking = scenario.needs.filter((need) => !stack.capabilities.has(need));
        const remark = lacking.length > 0 ? `  (skipped on ${config.stack}: no ${lacking.join(', ')})` : '';
        const course = courseOf(scenario.drill);
        const time = course ? timeText(course) : '';
        say(`${scenario.name.padEnd(30)} ${time.padEnd(24)} ${scenario.asks}${remark}`);
      }
      warn(...broken.map(({ why }) => `left out: ${why.message}`));
    });
}
