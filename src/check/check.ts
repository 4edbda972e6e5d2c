/** Manifests in, findings out. */
import { unifiedDiff } from './change/diff.ts';
import type { Edit } from './change/edit.ts';
import { withLineEnds } from './change/edit.ts';
import { staysReadable } from './change/safe.ts';
import { atLeast, drillOf } from './documentation.ts';
import { factsOf } from './facts.ts';
import type { Finding, Found, Note, Problem, Rule } from './finding.ts';
import { severities } from './finding.ts';
import { choiceNotes, together } from './habit.ts';
import { isOutdatedLeftover } from './leftover.ts';
import { notesOf } from './notes.ts';
import { Inventory } from './objects/inventory.ts';
import { isUnused } from './objects/pooler.ts';
import { type Installed, lackFor, needs } from './objects/since.ts';
import { saidOnce } from './once.ts';
import { rules as allRules } from './rules/index.ts';
import { sifted } from './sift.ts';
import { type Origin, positionIn, type Source } from './text/source.ts';
import { Undecidable } from './text/variables.ts';
import { plainTree, type Tree, treeOf } from './tree/units.ts';
import { isSample, trialNotes } from './trial.ts';

export interface CheckOptions {
  /** The time, ms since 1970, for rules about age. */
  readonly nowMs: number;
  readonly rules?: readonly Rule[];
  /** Whether the user names these rules: they are then reported of examples and trials too. */
  readonly areRulesNamed?: boolean;
  /** Files, folders and globs as the user named them, for the command that drills them; default the current folder. */
  readonly paths?: readonly string[];
  /** The operator's version: rules that do not hold for it are silent. Default: the one that the repository installs. */
  readonly cnpgVersion?: string;
  /**
   * All files of the repository, where `sources` are single files of it. A finding in a single file must hold in its
   * repository too: what another file sets or adds silences it. Empty: the repository is not known.
   */
  readonly context?: readonly Source[];
}

export interface Checked {
  /** By file and line. */
  readonly findings: readonly Finding[];
  /** What each finding's change does. */
  readonly edits: ReadonlyMap<Finding, readonly Edit[]>;
  /** Files that were not read or not judged, and settings that are not decidable. */
  readonly notes: readonly Note[];
  /** How many findings annotations and comments accept. */
  readonly accepted: number;
  /** How many objects of CloudNativePG were judged. */
  readonly objects: number;
  /** Files that are not YAML and mention CloudNativePG, with the place of the error. */
  readonly broken: readonly string[];
}

/** Checks all sources together. */
export function checkAll(sources: readonly Source[], options: CheckOptions): Checked {
  if (options.context === undefined) return run(treeOf(sources), options, {});
  const alone = run(plainTree(sources), options, { isPartial: true });
  const files = new Set(sources.map(({ file }) => file));
  const whole = run(treeOf(options.context), options, {
    isPartial: options.context.length === 0,
    mayPatch: (file) => files.has(file),
  });
  if (options.context.length === 0) return alone;
  return atFiles(alone, whole, files);
}

/** What a repository shows at single files of it. */
function atFiles(alone: Checked, whole: Checked, files: ReadonlySet<string>): Checked {
  const findings = whole.findings.filter((finding) => files.has(finding.file));
  const notes = whole.notes.filter(({ file }) => files.has(file));
  return { ...alone, findings, edits: whole.edits, notes };
}

/** Only the findings: for tests. */
export const check = (sources: readonly Source[], nowMs: number, rules: readonly Rule[] = allRules): Finding[] => [
  ...checkAll(sources, { nowMs, rules }).findings,
];

function run(
  tree: Tree,
  options: CheckOptions,
  known: { isPartial?: boolean; mayPatch?: (file: string) => boolean },
): Checked {
  const { nowMs } = options;
  const ids = new Set(allRules.map(({ id }) => id));
  const inventory = new Inventory(tree.units, {
    nowMs,
    ruleIds: ids,
    nodes: tree.nodes,
    root: tree.root,
    hasGaps: tree.unread.length > 0 || tree.units.some(({ missing }) => missing.length > 0),
    ...known,
    installed: installedBy(options, tree),
  });
  const edits = new Map<Finding, readonly Edit[]>();
  const rules = options.rules ?? allRules;
  const { found, accepted, trials, choices } = sifted(foundIn(inventory, rules), inventory, options.areRulesNamed);
  // A habit of the repository is reported at the file that is checked, not at another one.
  const here = found.filter(({ origin }) => known.mayPatch?.(origin.source.file) ?? true);
  for (const { rule, problem, origin } of together(saidOnce(here))) {
    const change = canChange(problem) ? withLineEnds(problem.change) : [];
    edits.set(findingOf(rule, problem, origin, change, options.paths), change);
  }
  return {
    findings: [...edits.keys()].sort(inReadingOrder),
    edits,
    notes: [...notesOf(tree, inventory), ...trialNotes(trials), ...choiceNotes(choices)],
    accepted,
    objects: inventory.own.length,
    broken: tree.unread
      .filter(({ reason, source }) => reason === 'broken' && source.text.includes('cnpg.io'))
      .map(({ message }) => message),
  };
}

/** The operator's version: the user's own word, else what the repository installs. */
function installedBy({ cnpgVersion }: CheckOptions, { operator }: Tree): Installed | undefined {
  if (cnpgVersion) return { version: cnpgVersion, isPinned: false };
  return operator && { version: operator.version, isPinned: true };
}

/** A change that is empty because the operator is older says so. */
function withLack(problem: Problem, inventory: Inventory): Problem {
  const lack = lackFor(problem.change);
  return lack ? { ...problem, message: `${problem.message} ${needs(lack, inventory.installed)}` } : problem;
}

/** Many problems have the same message: one text for all of them, where each would hold its own in pieces. */
function sharedWords(): (problem: Problem) => Problem {
  const known = new Map<string, string>();
  return (problem) => {
    const message = known.get(problem.message);
    if (message === undefined) known.set(problem.message, problem.message);
    return message === undefined ? problem : { ...problem, message };
  };
}

function foundIn(inventory: Inventory, rules: readonly Rule[]): Found[] {
  const withWords = sharedWords();
  const found = rules.filter(holdsFor(inventory)).flatMap((rule) =>
    decided(rule.check(inventory))
      .filter(({ resource }) => !(rule.claimsAbsence && (resource.owner.isPartial || isSample(resource, inventory))))
      .map((problem) => ({ rule, problem: withWords(withLack(problem, inventory)) })),
  );
  return withoutUnused(withoutCopies(withoutMisspelt(found), inventory), inventory);
}

/**
 * Of examples beside what is deployed, of loose manifests of objects that a kustomization deploys, as for a migration
 * or a restore, and of what an upgrade has left behind, only what would not work is reported: nobody runs them as they are.
 */
function withoutCopies(found: readonly Found[], inventory: Inventory): Found[] {
  const deployed = new Set(inventory.own.filter(({ owner }) => owner.unit !== '').map(({ title }) => title));
  return found.filter(({ rule, problem: { resource, severity } }) => {
    const isCopy = resource.owner.unit === '' && resource.namespace !== undefined && deployed.has(resource.title);
    const isAside = isCopy || resource.owner.isExample || isOutdatedLeftover(resource, inventory);
    return !isAside || (severity ?? rule.severity) === 'error';
  });
}

/** How a Pooler behaves in a failover does not matter where nothing connects to it. */
const withoutUnused = (found: readonly Found[], inventory: Inventory): Found[] =>
  found.filter(
    ({ rule, problem: { resource } }) =>
      !(rule.onlyInProduction && resource.kind === 'Pooler' && isUnused(resource, inventory)),
  );

/** What a rule finds before it meets a value that nobody knows, where it goes through objects of several kinds together. */
function decided(problems: Iterable<Problem>): Problem[] {
  const found: Problem[] = [];
  try {
    for (const problem of problems) found.push(problem);
  } catch (error) {
    if (!(error instanceof Undecidable)) throw error;
  }
  return found;
}

/** A setting that is missing because its name is misspelt: the finding about the name says all. */
function withoutMisspelt(found: readonly Found[]): Found[] {
  const renames = found
    .filter(({ rule }) => rule.id === 'field-unknown')
    .flatMap(({ problem }) => problem.change)
    .map(({ source, text }) => ({ source, inserted: new RegExp(`(?:^|\\n)\\s*${text}:`) }));
  if (renames.length === 0) return [...found];
  const isMisspelt = ({ source, start, end, text }: Edit) =>
    start === end && renames.some((rename) => rename.source === source && rename.inserted.test(text));
  return found.filter(({ problem }) => !problem.change.some(isMisspelt));
}

const holdsFor =
  ({ cnpgVersion, isPartial }: Inventory) =>
  ({ since, until, claimsAbsence }: Rule): boolean =>
    (since === undefined || atLeast(cnpgVersion, since)) &&
    (until === undefined || !atLeast(cnpgVersion, until)) &&
    !(claimsAbsence && isPartial);

/** The output of a template is not a file that a change could go into. */
const canChange = ({ change }: Problem): boolean =>
  change.length > 0 && change.every(({ source }) => source.from === undefined) && staysReadable(change);

function findingOf(
  rule: Rule,
  problem: Problem,
  origin: Origin,
  change: readonly Edit[],
  paths?: readonly string[],
): Finding {
  const { owner, title } = problem.resource;
  return {
    rule: rule.id,
    severity: problem.severity ?? rule.severity,
    title: rule.title,
    file: origin.source.file,
    ...positionIn(origin.source, origin.offset),
    object: title,
    ...(owner.unit === '' ? {} : { builtBy: owner.unit }),
    message: problem.message,
    facts: factsOf(problem),
    change: change.length === 0 ? '' : unifiedDiff(change),
    ...(problem.placeholders && change.length > 0 ? { placeholders: problem.placeholders } : {}),
    documentation: rule.documentation,
    ...(rule.drill ? { drill: drillOf(rule.drill, paths) } : {}),
  };
}

function inReadingOrder(a: Finding, b: Finding): number {
  return (
    (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
    a.line - b.line ||
    a.column - b.column ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity)
  );
}
