/** The table of faults in `docs/faults.md`, from their contracts. Pure. */
import { z } from 'zod';
import type { FaultContract } from './contract.ts';
import { type FaultKind, faultKinds, faults } from './index.ts';

/** The lines between which it stands. */
export const tableBegins = '<!-- made by scripts/document-faults.mjs from src/faults/words -->';
export const tableEnds = '<!-- end -->';

/** @param can which faults each stack has, by the stack's name */
export function faultTable(can: Readonly<Record<string, ReadonlySet<string>>>): string {
  const row = (fault: FaultKind): string => {
    const contract: FaultContract = faults[fault];
    const stacks = Object.keys(can).filter((stack) => can[stack]!.has(fault));
    const cells = [
      `\`${fault}\``,
      contract.target,
      contract.means,
      parametersText(contract),
      contract.provedBy,
      contract.undoneBy,
      stacks.join(', '),
    ];
    return `| ${cells.join(' | ')} |`;
  };
  const head = ['fault', 'target', 'what happens', 'parameters', 'proved by', 'undone by', 'stacks'];
  return [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...[...faultKinds].sort().map(row)].join('\n');
}

interface Described {
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

function parametersText({ parameters, ends }: FaultContract): string {
  const json = parameters ? z.toJSONSchema(parameters, { io: 'input' }) : { properties: {} };
  const own = Object.entries((json.properties ?? {}) as Record<string, Described>).map(
    ([name, described]) => `\`${name}\`${valuesText(described)}`,
  );
  const schedule = { 'when-healed': ['`for`'], 'as-scheduled': ['`for` (needed)'], unaided: [], never: [] }[ends];
  return [...own, ...schedule].join(', ') || '–';
}

function valuesText({ enum: words, minimum, maximum, default: otherwise }: Described): string {
  const values = words?.join(' or ') ?? (minimum !== undefined && maximum !== undefined && `${minimum} to ${maximum}`);
  const texts = [values, otherwise !== undefined && `default ${String(otherwise)}`].filter(Boolean);
  return texts.length > 0 ? ` (${texts.join('; ')})` : '';
}
