import { expect } from 'chai';
import { insideName, insideWord, mountOption, sharedFolders } from './folders.ts';

describe('folders shared with the container', () => {
  it('keep their names on Linux and macOS, and get one of Linux on Windows', () => {
    expect(insideName('/home/ä b/shop', 'linux')).to.equal('/home/ä b/shop');
    expect(insideName('C:\\Users\\me\\shop', 'win32')).to.equal('/drill/shop');
    expect(insideWord('scenarios\\mine.ts', 'win32')).to.equal('scenarios/mine.ts');
    expect(insideWord('scenarios\\mine.ts', 'linux')).to.equal('scenarios\\mine.ts');
  });

  it('are mounted whatever characters their path holds', () => {
    expect(mountOption('/a b', '/a b')).to.equal('type=bind,source=/a b,target=/a b');
    expect(mountOption('/a,"b"', '/x')).to.equal('type=bind,"source=/a,""b""",target=/x');
  });

  it('are one, and a second where the runs lie elsewhere', () => {
    expect(sharedFolders('/home/me', '/home/me/reports')).to.deep.equal(['/home/me']);
    expect(sharedFolders('/home/me', '/home/me')).to.deep.equal(['/home/me']);
    expect(sharedFolders('/home/me', '/data/reports')).to.deep.equal(['/home/me', '/data/reports']);
    expect(sharedFolders('/home/me', '/home/me-too')).to.deep.equal(['/home/me', '/home/me-too']);
  });
});
