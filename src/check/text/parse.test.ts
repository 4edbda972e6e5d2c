import { expect } from 'chai';
import { parseFile, parseManifests } from './parse.ts';

const parse = (text: string) => parseManifests({ file: 'dir/x.yaml', text });

describe('parsing manifests', () => {
  it('gives the objects of all documents, with places that count from the beginning of the file', () => {
    const [first, second] = parse('kind: A\napiVersion: v1\n---\n# two\nkind: B\napiVersion: v1\nspec:\n  a: {b: 1}\n');
    expect([first!.kind, second!.kind]).to.eql(['A', 'B']);
    const place = second!.at('spec', 'a', 'b')!;
    expect(second!.positionOf(place.offset)).to.eql({ line: 8, column: 7 });
  });

  it('gives the items of a List, and leaves out what is not an object', () => {
    const list = 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A}\n- {apiVersion: v1, kind: B}\n- x\n';
    expect(parse(list).map((manifest) => manifest.kind)).to.eql(['A', 'B']);
    expect(parse('a: 1\n---\n- b\n---\nnull\n')).to.eql([]);
    expect(parse('')).to.eql([]);
  });

  it('reads JSON, aliases and merged maps', () => {
    expect(parse('{"apiVersion": "v1", "kind": "A", "spec": {"x": "1"}}')[0]!.number('spec', 'x')).to.equal(1);
    const merged = parse('apiVersion: v1\nkind: A\nbase: &b {x: 1, y: 2}\nspec:\n  <<: *b\n  y: 3\nsame: *b\n')[0]!;
    expect([merged.number('spec', 'x'), merged.number('spec', 'y'), merged.number('same', 'y')]).to.eql([1, 3, 2]);
  });

  it('reads lines that end in CR LF', () => {
    const manifest = parse('apiVersion: v1\r\nkind: A\r\nspec:\r\n  x: 1\r\n')[0]!;
    expect(manifest.positionOf(manifest.at('spec', 'x')!.offset)).to.eql({ line: 4, column: 3 });
  });

  it('reads a JSON array of objects', () => {
    expect(
      parse('[{"apiVersion": "v1", "kind": "A"}, {"apiVersion": "v1", "kind": "B"}]').map(({ kind }) => kind),
    ).to.eql(['A', 'B']);
  });

  it('reports in one sentence, with file and line, what is not YAML', () => {
    for (const [text, where] of [
      ['kind: A\nspec: [1, 2\n', 'dir/x.yaml:3:1: expected YAML, but: '],
      ['kind: A\nkind: B\n', 'dir/x.yaml:2:1: expected YAML, but: Map keys must be unique'],
      ['a: 1\n---\nb: "x\n', 'dir/x.yaml:4:1: expected YAML, but: Missing closing "quote'],
      ['kind: A\nspec: &a {x: *b}\n', 'dir/x.yaml:2:14: expected YAML, but: alias *b has no anchor'],
    ] as const) {
      const { unread } = parseFile({ file: 'dir/x.yaml', text });
      expect(unread?.reason).to.equal('broken');
      expect(unread?.message.startsWith(where), unread?.message).to.equal(true);
      expect(unread?.message).not.to.contain('\n');
    }
  });

  it('recognises a template, also one that parses as YAML, and says how to render it', () => {
    for (const text of [
      '{{- if .Values.on }}\nkind: A\n{{- end }}\n',
      'apiVersion: v1\nkind: A\nmetadata: {name: x}\nspec:\n  n: {{ .Values.n }}\n',
      'apiVersion: v1\nkind: A\nmetadata:\n  name: "{{ .Release.Name }}"\n',
    ])
      expect(parseFile({ file: 'x.yaml', text }).unread).to.include({ reason: 'template' });
    const quoted = 'apiVersion: v1\nkind: A\nmetadata: {name: x}\ndata:\n  url: "{{ .password }}"\n';
    expect(parse(quoted)).to.have.length(1);
  });
});
