import { expect } from 'chai';
import { checked, entriesIn, inCopy } from './test-corpus.ts';

describe('a manifest that several overlays share', () => {
  it('gets a change that is right for all of them, and none that is right for one', () => {
    const entry = entriesIn('fixtures/check/kinds').find(({ folder }) => folder.endsWith('base-of-several-overlays'))!;
    return inCopy(entry, async () => {
      const { findings } = await checked(entry);
      const [connections, retry] = findings;
      expect(connections).to.include({ rule: 'connections-exceed-max', change: '' });
      expect(connections!.message).to.match(
        /base\/pooler\.yaml makes Pooler large\/pool too, where it is right or needs another value: change it for small alone\.$/,
      );
      expect(retry!.rule).to.equal('pooler-login-retry');
      expect(retry!.change).to.contain('+      server_login_retry: "1"');
      expect(retry!.message).not.to.contain('too, where it');
    });
  });
});
