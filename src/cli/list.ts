import { Command } from 'commander';
import { readCatalogue } from '../project/catalogue.ts';
import { readConfig } from '../project/config.ts';
import { type Course, courseOf } from '../scenario/course.ts';
import type { Scenario } from '../scenario/index.ts';
import { loadStack, type stackKinds } from '../stacks/index.ts';
import { stackOption } from './options.ts';
import { addPlaceOptions, type PlaceFlags, placeOf, placeText } from './place.ts';
import { say, warn } from './say.ts';
import { timeText } from './time-text.ts';

type Options = PlaceFlags & { readonly stack?: (typeof stackKinds)[number] };

/** `pgdrill list`: the scenarios, with what each asks and whether the stack can run it. */
export function listCommand(): Command {
  const command = new Command('list')
    .description('list the scenarios with their theme, how long each drill takes, and whether the stack can run it')
    .addOption(stackOption());
  return addPlaceOptions(command).action(async (options: Options) => {
    const config = await readConfig({ stack: options.stack });
    const remarkOn = await remarksOn(config.stack, options);
    const { listed, broken } = await readCatalogue(config.scenarios);
    for (const { scenario, isBuiltIn, theme = '' } of listed) {
      const course = courseOf(scenario.drill);
      const time = course ? timeText(course) : '';
      say(
        `${scenario.name.padEnd(30)} ${time.padEnd(24)} ${theme.padEnd(13)} ${scenario.asks}${isBuiltIn ? '  (built in)' : ''}${remarkOn(scenario, course)}`,
      );
    }
    warn(...new Set(broken.map(({ why }) => `left out: ${why.message}`)));
  });
}

/** What is added to a scenario’s line: why it is not run there, or which profile it takes. */
async function remarksOn(
  kind: (typeof stackKinds)[number],
  flags: PlaceFlags,
): Promise<(of: Scenario, course?: Course) => string> {
  const place = await placeOf(flags, kind);
  if (kind !== 'cluster') {
    const { capabilities } = await loadStack(kind);
    return ({ needs }) => {
      const lacking = needs.filter((need) => !capabilities.has(need));
      return lacking.length > 0 ? `  (skipped on ${kind}: no ${lacking.join(', ')})` : '';
    };
  }
  const { clusterCapabilities } = await import('../stacks/cluster/index.ts');
  const { apisOf, profileOf, whyNotAt } = await import('../stacks/cluster/safety/profiles.ts');
  say(`on an existing cluster (${placeText(place)}):`);
  return ({ needs }, course) => {
    const why = whyNotAt(needs, clusterCapabilities, place);
    const apis = apisOf(needs).map(({ groupVersion, of }) => `, ${of} (${groupVersion})`);
    return why
      ? `  (not possible: it ${why})`
      : `  (profile ${profileOf(needs)}${apis.join('')}${course?.breaksSeveral ? ', --allow-quorum-loss' : ''})`;
  };
}
