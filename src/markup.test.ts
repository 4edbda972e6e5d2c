import { expect } from 'chai';
import fc from 'fast-check';
import { escapeText, html, raw } from './markup.ts';

describe('markup', () => {
  it('escapes what is put into a template, in content and in attributes', () => {
    const name = '<script>alert("x")</script>';
    expect(html`<p title="${name}">${name}</p>`.text).to.equal(
      '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</p>',
    );
  });

  it('leaves markup as it is, joins lists and leaves out what is absent', () => {
    expect(html`${[html`<b>${1}</b>`, 'a']}${undefined}${false}${null}${raw('<i>')}${0}`.text).to.equal(
      '<b>1</b>a<i>0',
    );
  });

  it('lets no text whatever open a tag, close an attribute or hold a character that XML forbids', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeText(text)).not.to.match(/[<>"']|&(?!(amp|lt|gt|quot|#39);)|[^\P{Cc}\t\n\r]|\p{Cs}/u);
      }),
    );
  });
});
