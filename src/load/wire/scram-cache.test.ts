import { createRequire } from 'node:module';
import { expect } from 'chai';
import { remembering } from './scram-cache.ts';

const { deriveKey } = createRequire(import.meta.url)('pg/lib/crypto/utils.js') as {
  deriveKey: Parameters<typeof remembering>[0];
};

describe('the memory of salted passwords', () => {
  const salt = Buffer.from('0123456789abcdef');

  it('gives what `pg` would compute', async () => {
    const remembered = remembering(deriveKey);
    const key = Buffer.from(await remembered('secret', salt, 4096));
    expect(key.equals(Buffer.from(await deriveKey('secret', salt, 4096)))).to.equal(true);
    expect(Buffer.from(await remembered('secret', salt, 4096)).equals(key)).to.equal(true);
  });

  it('computes once for each password, salt and number of rounds', async () => {
    let computed = 0;
    const remembered = remembering(async () => {
      computed += 1;
      return new ArrayBuffer(32);
    });
    for (const password of ['a', 'a', 'b']) await remembered(password, salt, 4096);
    expect(computed).to.equal(2);
    await remembered('a', Buffer.from('another salt'), 4096);
    await remembered('a', salt, 8192);
    expect(computed).to.equal(4);
  });
});
