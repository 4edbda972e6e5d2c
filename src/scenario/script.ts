/** What a drill does, read from its source: `plan` shows it, and a lint finds verbs that nobody waits for. It is not run. */
import { type AnyNode, type CallExpression, type Node, type ObjectExpression, parseExpressionAt } from 'acorn';
import { parseDurationMs } from '../duration.ts';
import { UsageError } from '../errors.ts';
import { faults, isFault } from '../faults/index.ts';
import { parseParameters } from '../faults/parameters.ts';
import { instead } from '../faults/refused.ts';
import { immediateVerbs } from './drill.ts';

export interface Step {
  readonly verb: string;
  /** False where the call stands as a statement, so that the drill goes on before it is done. */
  readonly awaited: boolean;
  /** It stands in a loop, or in a function of its own, that heals nothing: it may run several times before a later step. */
  readonly mayPileUp: boolean;
  /** Source text of the arguments. */
  readonly text: readonly string[];
  /** Values of those arguments that are literals, undefined for others. */
  readonly values: readonly unknown[];
}

/** What an injected fault can be asked. */
const ofFault: ReadonlySet<string> = new Set(['heal', 'ended']);

/**
 * The calls of verbs in a drill, in the order of its source; calls in helpers outside of it are not seen.
 * @returns undefined where its source cannot be read
 */
export function readSteps(drill: (...verbs: never[]) => unknown): readonly Step[] | undefined {
  const source = String(drill);
  const [alone, asMethod] = [`(${source})`, `({ ${source} })`];
  // What is tried first is mostly right: an attempt that fails takes as long as one that succeeds.
  for (const text of looksLikeMethod.test(source) ? [asMethod, alone] : [alone, asMethod]) {
    try {
      return stepsOf(text, parseExpressionAt(text, 0, { ecmaVersion: 'latest' }));
    } catch {
      // A method is not an expression, nor a function a method: the other way of reading it.
    }
  }
  return undefined;
}

/** `async drill({ … }) { … }`, as nearly every scenario has it. */
const looksLikeMethod = /^(?:async\s+)?(?!function\b)[\w$]+\s*\(/;

/**
 * Checks the faults of a drill, their parameters, and durations, as far as its source has them in writing.
 * @throws UsageError for a fault that does not exist, a parameter that it cannot have, and what is not a duration
 */
export function checkParameters(drill: (...verbs: never[]) => unknown): void {
  for (const { verb, values, text } of readSteps(drill) ?? []) {
    const [fault, , given] = values;
    for (const time of [verb === 'hold' && values[0], ...values.map(withinOf)])
      if (typeof time === 'string') parseDurationMs(time);
    if (verb !== 'inject' || typeof fault !== 'string') continue;
    if (!isFault(fault)) throw new UsageError(`the drill injects ${fault}, which is not a fault${instead(fault)}`);
    if (text.length < 3 || given !== undefined) parseParameters(fault, faults[fault], given);
  }
}

const withinOf = (value: unknown): unknown => (value as { readonly within?: unknown } | null | undefined)?.within;

/** For people: `recovered({ within: '3m' })`. */
export const describeStep = ({ verb, text }: Step): string => `${verb}(${text.join(', ')})`;

function stepsOf(source: string, root: Node): Step[] {
  const [drill] = find(root, (node) => isFunction(node));
  const verbs = verbsOf(drill?.node);
  const calls = find(root, (node) => verbOf(node, verbs) !== undefined);
  const heals = calls.filter(({ node }) => ofFault.has(verbOf(node, verbs)!));
  const loops = find(root, (node) => node !== drill?.node && (isFunction(node) || isLoop(node))).filter(
    (loop) => !heals.some((heal) => isIn(heal, loop)),
  );
  return calls.map(({ node, parent }) => {
    const call = node as CallExpression;
    const verb = verbOf(node, verbs)!;
    return {
      verb,
      awaited: immediateVerbs.has(verb) || parent?.type !== 'ExpressionStatement',
      mayPileUp: loops.some((loop) => isIn({ node, parent }, loop)),
      text: call.arguments.map(({ start, end }) => source.slice(start, end).replaceAll(/\s+/g, ' ')),
      values: call.arguments.map(literalOf),
    };
  });
}

const isLoop = ({ type }: AnyNode): boolean => /^(For|While|DoWhile)/.test(type);

const isIn = ({ node }: Found, { node: outer }: Found): boolean => outer.start <= node.start && node.end <= outer.end;

const isFunction = ({ type }: AnyNode): boolean => type === 'FunctionExpression' || type === 'ArrowFunctionExpression';

/** How the drill calls its verbs: `{ hold, primary: now }` by their own names, `verbs` as its properties. */
interface Verbs {
  readonly names: ReadonlyMap<string, string>;
  readonly object?: string;
}

function verbsOf(drill: AnyNode | undefined): Verbs {
  const [given] = drill && 'params' in drill ? drill.params : [];
  if (given?.type === 'Identifier') return { names: new Map(), object: given.name };
  if (given?.type !== 'ObjectPattern') return { names: new Map() };
  const pairs = given.properties.flatMap((property): [string, string][] =>
    property.type === 'Property' && property.key.type === 'Identifier' && property.value.type === 'Identifier'
      ? [[property.value.name, property.key.name]]
      : [],
  );
  return { names: new Map(pairs) };
}

/** The verb that a node calls; undefined where it calls none. */
function verbOf(node: AnyNode, { names, object }: Verbs): string | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const { callee } = node;
  if (callee.type === 'Identifier') return names.get(callee.name);
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined;
  const { name } = callee.property;
  if (callee.object.type === 'Identifier' && callee.object.name === object) return name;
  return ofFault.has(name) ? name : undefined;
}

interface Found {
  readonly node: AnyNode;
  readonly parent: AnyNode | undefined;
}

/** Nodes of the tree, those of a source before those behind them. */
function find(root: Node, wanted: (node: AnyNode) => boolean): Found[] {
  const found: Found[] = [];
  const visit = (node: AnyNode, parent: AnyNode | undefined): void => {
    if (wanted(node)) found.push({ node, parent });
    for (const value of Object.values(node)) for (const child of [value].flat()) if (isNode(child)) visit(child, node);
  };
  visit(root as AnyNode, undefined);
  return found.sort((a, b) => a.node.start - b.node.start);
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** The value of a literal, and of objects and lists of them; undefined for all else. */
function literalOf(node: AnyNode): unknown {
  if (node.type === 'Literal') return node.value;
  if (node.type === 'UnaryExpression' && node.operator === '-') return -(literalOf(node.argument) as number);
  if (node.type === 'ArrayExpression') return allOf(node.elements.map((element) => element && literalOf(element)));
  if (node.type === 'ObjectExpression') return objectOf(node);
  return undefined;
}

const allOf = (values: readonly unknown[]): unknown =>
  values.every((value) => value !== undefined && value !== null) ? values : undefined;

function objectOf({ properties }: ObjectExpression): unknown {
  const pairs = properties.map((property): [string, unknown] | undefined =>
    property.type === 'Property' && !property.computed && property.key.type === 'Identifier'
      ? [property.key.name, literalOf(property.value)]
      : undefined,
  );
  const known = pairs.every((pair) => pair !== undefined && pair[1] !== undefined);
  return known ? Object.fromEntries(pairs as [string, unknown][]) : undefined;
}
