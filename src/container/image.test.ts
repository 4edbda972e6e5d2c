import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { digest, imageName, stepIn } from './image.ts';

describe('the image of the lab', () => {
  it('has another name when a file of the harness changes, and only then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-image-'));
    try {
      await mkdir(join(folder, 'src', 'deep'), { recursive: true });
      await writeFile(join(folder, 'package.json'), '{}');
      await writeFile(join(folder, 'src', 'deep', 'a.ts'), 'a');
      await writeFile(join(folder, 'other.md'), 'x');
      const of = () => digest(folder, ['package.json', 'src']);
      const before = of();
      await writeFile(join(folder, 'other.md'), 'y');
      expect(of()).to.equal(before);
      await writeFile(join(folder, 'src', 'deep', 'a.ts'), 'b');
      expect(of()).not.to.equal(before);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is built with one line a step, whichever builder Docker has', () => {
    expect(stepIn('#11 [harness 5/6] RUN npm install')).to.equal('[harness 5/6] RUN npm install');
    expect(stepIn('#11 39.98 [set-up  25 s] Debian trixie: 31 MB downloaded')).to.equal(
      'Debian trixie: 31 MB downloaded',
    );
    expect(stepIn('Step 3/9 : WORKDIR /app')).to.equal('Step 3/9 : WORKDIR /app');
    expect(['#7 [internal] load build context', '#11 20.4 npm notice', '', '#8 CACHED'].map(stepIn)).to.deep.equal(
      Array(4).fill(undefined),
    );
  });

  it('is the one of these sources in a checkout', () => {
    expect(imageName()).to.match(/^pgdrill-lab:checkout-[0-9a-f]{12}$/);
  });
});
