/** The page of a rule, and the table of all of them: made from the rules, so that they cannot drift apart. */
import { drillOf } from '../documentation.ts';
import type { Rule } from '../finding.ts';

/** What else a rule's page needs that is made by running it. */
export interface Shown {
  /** The message of the rule's finding in its bad example. */
  readonly message: string;
  /** The bad example as it should be. */
  readonly good: string;
}

const fenced = (text: string, language = 'yaml'): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

export function rulePage(rule: Rule, { message, good }: Shown): string {
  const versions = [
    ...(rule.since ? [`since ${rule.since}`] : []),
    ...(rule.until ? [`before ${rule.until}`] : []),
  ].join(', ');
  return [
    `# ${rule.id}`,
    `${sentence(rule.title)} Severity: **${rule.severity}**${versions ? `, CloudNativePG ${versions}` : ''}.`,
    rule.explanation,
    '## Found in',
    fenced(rule.bad),
    `> ${message}`,
    '## As it should be',
    fenced(good),
    ...(rule.drill
      ? [
          '## Prove it',
          `The drill \`${rule.drill}\` exercises this, on the lab or on your own manifests:`,
          fenced(
            [drillOf(rule.drill), ...(rule.with ? [`${drillOf(rule.drill)} --with ${rule.with}`] : [])].join('\n'),
            'sh',
          ),
        ]
      : []),
    '## More',
    [
      ...(rule.measured ? [`Measured: ${rule.measured}`] : []),
      `Documentation: <${rule.documentation}>`,
      `Accept it on one object: \`pgdrill.dev/accept: ${rule.id}=<reason>\``,
      `Leave it out: \`pgdrill check --skip ${rule.id}\``,
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

/** `docs/rules/README.md`: all rules by name. */
export function indexPage(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, severity, title }) => `| [${id}](${id}.md) | ${severity} | ${title} |`);
  return [
    '# Rules of `pgdrill check`',
    `${rules.length} rules. Each page has a manifest in which the rule finds something, the same as it should be, and the drill that proves the harm. These pages are made from the rules (\`npm run docs:rules\`).`,
    ['| rule | severity | finds |', '| --- | --- | --- |', ...rows].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;
