import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { digest, imageName } from './image.ts';

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

  it('is the one of these sources in a checkout', () => {
    expect(imageName()).to.match(/^pgdrill-lab:checkout-[0-9a-f]{12}$/);
  });
});
