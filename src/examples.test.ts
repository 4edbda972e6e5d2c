/** Every TypeScript example of the documentation compiles, against the public API as it is. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';

interface Example {
  /** `README.md:57`. */
  readonly at: string;
  readonly code: string;
}

/** The fenced blocks marked `ts`. */
function examplesIn(file: string, text: string): Example[] {
  return [...text.matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```$/gm)].map(({ index, 1: code }) => ({
    at: `${file}:${text.slice(0, index).split('\n').length}`,
    // In a checkout a scenario imports the sources; they are the same API.
    code: code!.replace(/'(?:\.\.?\/)+src\/index\.ts'/g, "'pgdrill'"),
  }));
}

function documents(): string[] {
  const own = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'scenarios/README.md'];
  const docs = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => join('docs', name));
  return [...own, ...docs];
}

/** What the compiler says of each example, by where it is. */
async function complaints(examples: readonly Example[]): Promise<Map<string, string>> {
  // Inside the repository, so that the packages that the API's types name are found.
  const folder = mkdtempSync('.examples-');
  try {
    for (const [i, { code }] of examples.entries())
      writeFileSync(join(folder, `example-${i}.ts`), `${code}\nexport {};\n`);
    const compilerOptions = { paths: { pgdrill: ['../src/index.ts'] }, noUnusedLocals: false, noEmit: true };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include: ['*.ts'] }),
    );
    const { stdout } = await execa('node_modules/.bin/tsc', ['-p', folder, '--pretty', 'false'], { reject: false });
    const found = [...stdout.matchAll(/example-(\d+)\.ts\(\d+,\d+\): (error .*)/g)];
    if (stdout !== '' && found.length === 0) throw new Error(stdout);
    return new Map(found.map(([, i, what]) => [examples[Number(i)]!.at, what!]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the examples of the documentation', function suite() {
  this.timeout(120_000);

  it('compile, and the compiler sees one that does not', async () => {
    const examples = documents().flatMap((file) => examplesIn(file, readFileSync(file, 'utf8')));
    expect(examples.length).to.be.at.least(5);
    const planted = examplesIn(
      'planted.md',
      "a\n```ts\nimport { run } from 'pgdrill';\nawait run({ scenarioo: 'x' });\n```\n",
    );
    const found = await complaints([...examples, ...planted]);
    expect([...found.keys()], [...found.values()].join('\n')).to.deep.equal(['planted.md:2']);
  });
});
