import { expect } from 'chai';
import { parse, Scalar, stringify } from 'yaml';
import { parseManifests } from '../text/parse.ts';
import { appendDocument, applyEdits, indented, removeEntry, renameKey, replaceEntry, replaceValue } from './edit.ts';
import { setAll } from './set.ts';

const manifestOf = (text: string) => parseManifests({ file: 'x.yaml', text })[0]!;
const setIn = (manifest: ReturnType<typeof manifestOf>, path: string[], value: unknown) =>
  setAll(manifest, [[path, value]])[0]!;
const head = 'apiVersion: v1\nkind: Thing\n';

describe('edits of a manifest', () => {
  it('replace a value and keep its quotes and the comment behind it', () => {
    const manifest = manifestOf(`${head}spec:\n  schedule: "0 2 * * *" # daily\n`);
    const edit = replaceValue(manifest.at('spec', 'schedule')!, '0 0 2 * * *');
    expect(applyEdits(manifest.source.text, [edit])).to.equal(`${head}spec:\n  schedule: "0 0 2 * * *" # daily\n`);
  });

  it('add an entry behind the last one of a map, at its indentation', () => {
    const text = `${head}spec:\n    a:\n        b: 1 # one\n    # between\n    c: 2\n`;
    const edited = applyEdits(text, [setIn(manifestOf(text), ['spec', 'a', 'd'], '1')]);
    expect(edited).to.equal(`${head}spec:\n    a:\n        b: 1 # one\n        d: "1"\n    # between\n    c: 2\n`);
  });

  it('add an entry behind the comments that belong to the one before', () => {
    const text = `${head}spec:\n  a:\n    b: 1\n    # c: 2\n  # next\n`;
    const edited = applyEdits(text, [setIn(manifestOf(text), ['spec', 'd'], 3)]);
    expect(edited).to.equal(`${head}spec:\n  a:\n    b: 1\n    # c: 2\n  d: 3\n  # next\n`);
  });

  it('add the maps on the way that are missing', () => {
    const text = `${head}spec:\n  a: 1\n`;
    const edited = applyEdits(text, [setIn(manifestOf(text), ['spec', 'pgbouncer', 'parameters', 'x'], '5')]);
    expect(parse(edited)).to.deep.include({ spec: { a: 1, pgbouncer: { parameters: { x: '5' } } } });
  });

  it('fill in a key that has nothing behind it', () => {
    const text = `${head}spec:\n  a:\n  b: 2\n`;
    expect(parse(applyEdits(text, [setIn(manifestOf(text), ['spec', 'a', 'c'], 3)])).spec).to.eql({
      a: { c: 3 },
      b: 2,
    });
    expect(parse(applyEdits(text, [setIn(manifestOf(text), ['spec', 'a'], 3)])).spec).to.eql({ a: 3, b: 2 });
  });

  it('add to maps in flow style, empty or not, YAML or JSON', () => {
    for (const spec of ['{}', '{ a: 1 }', '{"a": 1}']) {
      const text = `${head}spec: ${spec}\n`;
      const edited = applyEdits(text, [setIn(manifestOf(text), ['spec', 'b', 'c'], 'x')]);
      expect(parse(edited).spec.b, edited).to.eql({ c: 'x' });
    }
  });

  it('add behind a block scalar and at the end of a file without a newline', () => {
    const text = `${head}spec:\n  a: |\n    one\n    two`;
    const edited = applyEdits(text, [setIn(manifestOf(text), ['spec', 'b'], 1)]);
    expect(parse(edited).spec).to.deep.include({ b: 1 });
  });

  it('take out the lines of an item and rename a key', () => {
    const manifest = manifestOf(`${head}role: primary\nspec:\n  - one\n  - two\n`);
    const edits = [removeEntry(manifest.items('spec')[0]!), renameKey(manifest.at('role')!, 'cnpg.io/instanceRole')];
    expect(applyEdits(manifest.source.text, edits)).to.equal(`${head}cnpg.io/instanceRole: primary\nspec:\n  - two\n`);
  });

  it('append a document', () => {
    const manifest = manifestOf(head.trimEnd());
    expect(applyEdits(manifest.source.text, appendDocument(manifest, { kind: 'B' }))).to.equal(`${head}---\nkind: B\n`);
  });

  it('set several fields at once, those of one missing map together', () => {
    const text = `${head}spec:\n  a: 1\n`;
    const edits = setAll(manifestOf(text), [
      [['spec', 'p', 'x'], '1'],
      [['spec', 'p', 'y'], '2'],
      [['spec', 'a'], 5],
    ]);
    expect(parse(applyEdits(text, edits)).spec).to.eql({ a: 5, p: { x: '1', y: '2' } });
  });

  it('change the default of a variable, and leave alone a variable without one', () => {
    const text = `${head}spec:\n  a: \${A:=15}\n  b: "\${B}"\n`;
    expect(applyEdits(text, setAll(manifestOf(text), [[['spec', 'a'], 1]]))).to.contain('a: $' + '{A:=1}');
    expect(setAll(manifestOf(text), [[['spec', 'b'], 1]])).to.eql([]);
  });

  it('take an entry out of a map in flow style, with its comma', () => {
    for (const name of ['a', 'b', 'c']) {
      const text = `${head}spec: {a: 1, b: {x: 2}, c: 3}\n`;
      const changed = applyEdits(text, [removeEntry(manifestOf(text).at('spec', name)!)]);
      expect(Object.keys(parse(changed).spec)).to.eql(['a', 'b', 'c'].filter((other) => other !== name));
    }
  });

  it('keep the comments of an entry that another one replaces', () => {
    const backup = '  backup: # daily\n    # by contract\n    policy: "30d # not one"\n    url: a#b # last\n';
    const manifest = manifestOf(`${head}spec:\n${backup}  other: 1\n`);
    const edit = replaceEntry(manifest.at('spec', 'backup')!, 'plugins', [{ name: 'p' }]);
    expect(applyEdits(manifest.source.text, [edit])).to.equal(
      `${head}spec:\n  # daily\n  # by contract\n  # last\n  plugins:\n    - name: p\n  other: 1\n`,
    );
  });

  it('writes values as the library does, whether they are simple or not', () => {
    for (const value of [
      { instances: 3, on: 'x', enabled: true, affinity: { podAntiAffinityType: 'required' } },
      { a: 'yes', b: '1', c: 'null' },
      { containers: [], list: ['a', 'b'], maps: [{ maxSkew: 1, inner: { 'cnpg.io/poolerName': 'pg-1' } }, { x: 2 }] },
      { text: 'two words', number: 1.5, none: null, empty: {} },
      { nested: [['a']], long: { deep: { deeper: [{ a: [{ b: 1 }] }] } } },
      { label: '', path: 's3://bucket/', time: '0 0 2 * * *', exponent: '1e3', hex: 'e1' },
    ]) {
      const wanted = stringify(value, { defaultStringType: Scalar.PLAIN, lineWidth: 0 }).replace(/^(?=.)/gm, '    ');
      expect(indented(value, 4)).to.equal(wanted);
    }
  });
});
