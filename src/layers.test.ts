/** Who may import whom: the table of layers in ARCHITECTURE.md, checked. Type imports count. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';

/**
 * From the ground up: a file may import its own folder and the floors below, and nothing beside or above. `.` is
 * `src/` itself: the helpers on the ground, which every floor may use, and the two entry points on top.
 */
const floors: readonly (readonly string[])[] = [
  ['nouns'],
  ['log', 'postgres', 'settings', 'object-store', 'kubernetes', 'chaos-mesh', 'isolation'],
  ['journal'],
  ['measure'],
  ['scenario'],
  ['load', 'report', 'safety'],
  ['stacks'],
  ['hooks'],
  ['project'],
  ['clients'],
  ['run', 'check', 'init', 'container'],
  ['study', 'publish', 'manifests', 'live', 'doctor', 'ci'],
  ['cli', 'entries'],
];
/** Words that several floors share, whichever folder they are at home in, and all of `faults/`: they import only each other. */
const nouns = new Set([
  'src/duration.ts',
  'src/errors.ts',
  'src/junit.ts',
  'src/managed-by.ts',
  'src/markup.ts',
  'src/printable.ts',
  'src/random.ts',
  'src/secrets.ts',
  'src/wait.ts',
  'src/workflow-command.ts',
  'src/isolation/levels.ts',
  'src/load/endpoint.ts',
  'src/scenario/client-use.ts',
  'src/scenario/load.ts',
  'src/scenario/topology.ts',
  'src/settings/timer.ts',
]);
/** Support of tests and benchmarks, which may reach for what it tests. */
const support = /\.(test|e2e)\.ts$|\/test-[\w-]+\.ts$|\/contract(-child|-trials)?\.ts$|^src\/load\/proof\//;
/** Folders of like things beside each other, one line each in a registry. */
const registries = new Set(['src/cli', 'src/check/rules', 'src/faults/words', 'src/stacks/lab/faults']);
const mostFiles = 25;

type Graph = ReadonlyMap<string, readonly string[]>;

function readGraph(): Graph {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name))
    .filter((file) => !support.test(file));
  return new Map(files.map((file) => [file, importsIn(readFileSync(file, 'utf8'), file)]));
}

function importsIn(text: string, file: string): string[] {
  const pattern = /(?:^|\n)(?:import|export)\b(?:\{[^}]*\}|[^'"`;{])*?from\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/g;
  return [...text.matchAll(pattern)].map((match) => join(dirname(file), (match[1] ?? match[2])!));
}

function floorOf(file: string): { name: string; floor: number } {
  const [, folder, ...rest] = file.split('/');
  const name = nouns.has(file) || folder === 'faults' ? 'nouns' : rest.length === 0 ? 'entries' : folder!;
  return { name, floor: floors.findIndex((names) => names.includes(name)) };
}

function upward(graph: Graph): string[] {
  return [...graph].flatMap(([file, targets]) => {
    const from = floorOf(file);
    if (from.floor < 0) return [`${file} is in a folder without a floor`];
    return targets.flatMap((target) => {
      const to = floorOf(target);
      return to.floor < from.floor || to.name === from.name ? [] : [`${file} imports ${target}`];
    });
  });
}

/** Circles of imports, by removing again and again what imports nothing that is left. */
function circles(graph: Graph): string[] {
  const left = new Map(graph);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [file, targets] of left) if (!targets.some((target) => left.has(target))) left.delete(file);
  }
  // What is left may also merely lead into a circle: remove what nothing imports.
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const imported = new Set([...left.values()].flat());
    for (const file of left.keys()) if (!imported.has(file)) left.delete(file);
  }
  return [...left.keys()];
}

describe('the layers', () => {
  const graph = readGraph();

  it('have no import from a lower floor to a higher one', () => {
    expect(graph.size).to.be.greaterThan(300);
    expect(upward(graph)).to.deep.equal([]);
  });

  it('have no circle', () => {
    expect(circles(graph)).to.deep.equal([]);
  });

  it(`have no folder with more than ${mostFiles} files beside each other, registries excepted`, () => {
    const counts = new Map<string, number>();
    for (const file of graph.keys()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([folder, n]) => n > mostFiles && !registries.has(folder))).to.deep.equal([]);
  });

  it('show an import that runs up, one beside, and a folder without a floor', () => {
    const planted: Graph = new Map([
      ['src/measure/a.ts', ['src/journal/event.ts', 'src/report/html/index.ts']],
      ['src/load/b.ts', ['src/safety/undo.ts', 'src/errors.ts']],
      ['src/attic/c.ts', []],
    ]);
    expect(upward(planted)).to.deep.equal([
      'src/measure/a.ts imports src/report/html/index.ts',
      'src/load/b.ts imports src/safety/undo.ts',
      'src/attic/c.ts is in a folder without a floor',
    ]);
  });

  it('show a circle, and not what leads into or out of it', () => {
    const planted: Graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['b']],
      ['d', []],
    ]);
    expect(circles(planted)).to.deep.equal(['b', 'c']);
  });

  it('read imports of types and of what is loaded later', () => {
    const text = `import type { A } from './a.ts';\nexport {\n  b,\n} from '../b.ts';\nconst c = await import('./c.ts');\n`;
    expect(importsIn(text, 'src/x/y.ts')).to.deep.equal(['src/x/a.ts', 'src/b.ts', 'src/x/c.ts']);
  });
});
