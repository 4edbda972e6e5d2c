import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import type { Source } from '../text/source.ts';
import { Renderer } from './render.ts';
import { templateOf } from './syntax.ts';
import { type Data, dataOf, isDataMap, NotDecidable } from './value.ts';

const file = (name: string, text: string) => ({ source: { file: name, text }, template: templateOf(text) });

/** Values that remember their places in `values.yaml`. */
function valuesOf(text: string): Data {
  const source: Source = { file: 'values.yaml', text };
  const [document] = parseAllDocuments(text);
  return dataOf((document?.contents ?? null) as never, document as never, source);
}

function render(text: string, values = '', { helpers = '', isOpen = false } = {}) {
  const template = file('t.yaml', text);
  const data = valuesOf(values);
  const root = {
    Values: isDataMap(data) ? data : {},
    Release: { Name: 'web', Namespace: 'shop' },
    Chart: { Name: 'db' },
  };
  return new Renderer([template, file('_helpers.tpl', helpers)], root, isOpen).render(template);
}
const textOf = (text: string, values?: string, helpers?: string): string =>
  render(text, values, helpers === undefined ? {} : { helpers }).source.text;

describe('rendering of Helm templates', () => {
  it('fills in values, with functions and pipes', () => {
    expect(textOf('n: {{ .Values.a.b }}', 'a: { b: 3 }')).to.equal('n: 3');
    expect(textOf('n: {{ .Values.a | default "x" | upper | quote }}')).to.equal('n: "X"');
    expect(textOf('n: {{ printf "%s-%d" .Release.Name (int .Values.n) }}', 'n: 2')).to.equal('n: web-2');
    expect(textOf('a:\n  {{- toYaml .Values.m | nindent 2 }}', 'm: { x: 1, y: [2] }')).to.equal(
      'a:\n  x: 1\n  y:\n    - 2',
    );
    expect(textOf('{{ index .Values "a-b" "c" }}', 'a-b: { c: d }')).to.equal('d');
  });

  it('trims as `-` says, leaves comments out, and finds the end of an action behind braces in a text', () => {
    expect(textOf('a\n{{- /* }} */ -}}\n  b')).to.equal('ab');
    expect(textOf('{{ "}}" }}x{{`{{ y }}`}}')).to.equal('}}x{{ y }}');
  });

  it('takes branches, loops, variables and the dot of with', () => {
    const branch = '{{ if eq .Values.a 1 }}one{{ else if gt .Values.a 5 }}many{{ else }}some{{ end }}';
    expect(['a: 1', 'a: 9', 'a: 3'].map((values) => textOf(branch, values))).to.eql(['one', 'many', 'some']);
    expect(textOf('{{ range $k, $v := .Values.m }}{{ $k }}={{ $v }};{{ end }}', 'm: { b: 2, a: 1 }')).to.equal(
      'a=1;b=2;',
    );
    expect(textOf('{{ range .Values.l }}{{ .x }}{{ else }}none{{ end }}', 'l: []')).to.equal('none');
    const loop =
      '{{ range .Values.l }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ if gt . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}';
    expect(textOf(loop, 'l: [1, 2, 3, 4, 5]')).to.equal('13');
    expect(textOf('{{ with .Values.a }}{{ .b }}{{ $.Release.Name }}{{ end }}', 'a: { b: 1 }')).to.equal('1web');
    expect(textOf('{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}')).to.equal('2');
    expect(textOf('{{ and .Values.a .Values.a.b }}|{{ or .Values.x "y" }}', 'a: { b: 1 }')).to.equal('1|y');
  });

  it('includes named parts, which may include others', () => {
    const helpers =
      '{{- define "name" -}}{{ include "short" . }}-db{{- end -}}{{ define "short" }}{{ .Release.Name | trunc 2 }}{{ end }}';
    expect(textOf('n: {{ include "name" . }}', '', helpers)).to.equal('n: we-db');
    expect(textOf('l:\n  {{- include "l" . | nindent 2 }}', '', '{{ define "l" }}a: b\nc: d{{ end }}')).to.equal(
      'l:\n  a: b\n  c: d',
    );
    expect(textOf('n: {{ include "a" . }}', '', '{{ define "a" }}{{ include "a" . }}{{ end }}')).to.match(/\$\{helm_/);
  });

  it('makes what nobody knows a variable, and never guesses a branch', () => {
    expect(textOf('n: {{ .Values.size }}')).to.equal('n: $' + '{helm___Values__size}');
    expect(textOf('n: {{ randAlphaNum 5 }}')).to.match(/^n: \$\{helm_/);
    const { source, open, reason } = render('{{ if .Capabilities.APIVersions.Has "x" }}a: 1{{ else }}b: 2{{ end }}');
    expect(source.text).to.equal('');
    expect([open.has('a'), open.has('b'), open.has('c')]).to.eql([true, true, false]);
    expect(reason).to.equal('the method Has');
  });

  it('knows which settings other values would add, where the values are defaults', () => {
    const text = 'a: 1\n{{ with .Values.r }}\nresources:\n  {{ toYaml . }}\n{{ end }}';
    expect(render(text, 'r: {}', { isOpen: true }).open.has('resources')).to.equal(true);
    expect(render(text, 'r: {}', { isOpen: true }).open.has('storage')).to.equal(false);
    expect(render(text, 'r: {}').open.isEmpty, 'the values are those that are deployed').to.equal(true);
    const any = 'a: 1\n{{ with .Values.spec }}\n{{ toYaml . | indent 2 }}\n{{ end }}';
    expect(render(any, 'spec: {}', { isOpen: true }).open.has('storage')).to.equal(true);
  });

  it('renders what is switched off by default as if it were on, and takes nothing for missing there', () => {
    const { source, open } = render('{{ if .Values.on }}a: {{ .Values.b }}{{ end }}', 'b: 1', { isOpen: true });
    expect(source.text).to.equal('a: 1');
    expect(open.has('anything')).to.equal(true);
  });

  it('leaves out lines that nobody knows, and puts none of them behind a value', () => {
    const { source, open } = render('n: 3\n{{- include "image" . | nindent 0 }}\nm: 4');
    expect(source.text).to.equal('n: 3\nm: 4');
    expect(open.has('image')).to.equal(true);
  });

  it('gives each piece its place: of the template, or of the value that is written as it is', () => {
    const { source } = render('a: 1\nb: {{ .Values.b | quote }}\nc: {{ printf "%s-x" .Values.b }}\n', 'z: 0\nb: two\n');
    expect(source.text).to.equal('a: 1\nb: "two"\nc: two-x\n');
    const { from } = source;
    const placeOf = ({ source: { file: name }, offset }: { source: Source; offset: number }) => `${name}:${offset}`;
    expect(placeOf(from!.originOf(source.text.indexOf('a:')))).to.equal('t.yaml:0');
    expect(placeOf(from!.valueIn(8, 13)!)).to.equal('values.yaml:5');
    expect(from!.valueIn(source.text.indexOf('two-x'), source.text.length - 1), 'put together').to.equal(undefined);
  });

  it('refuses what it does not understand', () => {
    for (const text of ['{{ if true }}', '{{ end }}', '{{ . ', '{{ block "x" . }}{{ end }}', '{{ a ; b }}'])
      expect(() => templateOf(text), text).to.throw(NotDecidable);
    expect(() => render('{{ fail "no" }}')).to.throw(NotDecidable, 'no');
  });
});
