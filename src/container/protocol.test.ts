import { expect } from 'chai';
import fc from 'fast-check';
import { mark, type Report, Splitter } from './protocol.ts';

describe('what a container of the lab writes', () => {
  const stream = `steady ✓\n${mark}{"ready":true,"visible":true}\nfault\n${mark}{"ended":1}\nlast`;

  it('is split into text and reports, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const splitter = new Splitter();
        let text = '';
        const reports: Report[] = [];
        for (let i = 1; i < at.length; i++) {
          const pushed = splitter.push(stream.slice(at[i - 1], at[i]));
          text += pushed.text;
          reports.push(...pushed.reports);
        }
        expect(text).to.equal('steady ✓\nfault\nlast');
        expect(reports).to.deep.equal([{ ready: true, visible: true }, { ended: 1 }]);
      }),
    );
  });
});
