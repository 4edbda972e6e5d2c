/** What was not read or not judged, in a sentence each. */

import type { Note } from './finding.ts';
import { valueName } from './helm/value.ts';
import type { Inventory, Undecided } from './objects/inventory.ts';
import type { Tree } from './tree/units.ts';

export const notesOf = (tree: Tree, inventory: Inventory): Note[] => [
  ...operatorNotes(tree, inventory),
  ...unreadNotes(tree.unread),
  ...tree.left,
  ...tree.units.flatMap(({ name, missing }) =>
    missing.map((base) => ({
      file: name,
      text: `${name}: ${base} was not read, so that some objects may be missing`,
    })),
  ),
  ...undecidedNotes(inventory.undecided),
];

/** The version that was taken from the repository, with where. */
const operatorNotes = ({ operator }: Tree, { installed, own }: Inventory): Note[] =>
  operator && installed?.isPinned && own.length > 0
    ? [
        {
          file: operator.file,
          text: `CloudNativePG ${operator.version}, as ${operator.file}:${operator.line} installs it (${operator.by}); --cnpg-version names another`,
        },
      ]
    : [];

/** Variables one by one; what the values of a chart decide is said once for the chart. */
function undecidedNotes(list: readonly Undecided[]): Note[] {
  const notes = new Map<string, Note>();
  const charts = new Map<string, Set<string>>();
  for (const { resource, variable, isSetting } of list) {
    const file = resource.base.source.file;
    const value = valueName(variable);
    const { from } = resource.base.source;
    if (from?.template.file.includes('templates/') && (isSetting || value !== undefined)) {
      const chart = chartOf(from.template.file);
      charts.set(chart, (charts.get(chart) ?? new Set()).add(value ?? variable));
    } else if (isSetting)
      notes.set(`${file} ${resource.title}`, {
        file,
        text: `${resource.title}: not decidable, as more values of its chart are elsewhere`,
      });
    else
      notes.set(`${file} ${variable}`, {
        file,
        text: `${resource.title}: not decidable, as the value of \${${variable}} is not known`,
      });
  }
  for (const [chart, names] of charts) notes.set(chart, chartNote(chart, [...names].sort()));
  return [...notes.values()];
}

function chartNote(chart: string, names: readonly string[]): Note {
  const some = names.slice(0, 3).join(', ');
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return {
    file: chart,
    text: `${chart}: ${some}${rest} not decidable, as values of the chart decide; check it with yours: helm template ${chart} -f VALUES | pgdrill check -`,
  };
}

const chartOf = (file: string): string => /^(.*?)\/?templates\//.exec(file)?.[1] || '.';

/** Broken files one by one, and the templates of a chart together. */
function unreadNotes(unread: Tree['unread']): Note[] {
  const templates = unread.filter(({ reason }) => reason === 'template');
  const charts = Map.groupBy(templates, ({ source }) => /^(.*?)\/?templates\//.exec(source.file)?.[1] ?? source.file);
  return [
    ...unread
      .filter(({ reason }) => reason === 'broken')
      .map(({ source, message }) => ({ file: source.file, text: message })),
    ...[...charts].map(([chart, list]) => templateNote(chart, list)),
  ];
}

function templateNote(chart: string, list: Tree['unread']): Note {
  const [first] = list;
  const { file } = first!.source;
  if (list.length === 1 && file === chart) return { file: chart, text: first!.message };
  const why = list.find((one) => one.why !== undefined)?.why;
  return {
    file,
    text:
      `${chart || '.'}: ${list.length} template${list.length === 1 ? '' : 's'}, not rendered` +
      `${why === undefined ? '' : ` (${why})`}; check what they render to: helm template ${chart || '.'} | pgdrill check -`,
  };
}
