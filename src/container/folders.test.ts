import { posix } from 'node:path';
import { expect } from 'chai';
import { insidePath, insideWord, mountOption, sharedFolders } from './folders.ts';

const windows = sharedFolders('C:\\Users\\me\\my shop', 'D:\\drills\\my shop', 'win32');

describe('folders shared with the container', () => {
  it('are mounted whatever characters their path holds', () => {
    expect(mountOption({ folder: '/a b', inside: '/a b' })).to.equal('type=bind,source=/a b,target=/a b');
    expect(mountOption({ folder: '/a,"b"', inside: '/x' })).to.equal('type=bind,"source=/a,""b""",target=/x');
  });

  it('are one, and a second where the runs lie elsewhere', () => {
    const folders = (cwd: string, out: string) => sharedFolders(cwd, out, 'linux').map(({ folder }) => folder);
    expect(folders('/home/me', '/home/me/reports')).to.deep.equal(['/home/me']);
    expect(folders('/home/me', '/home/me')).to.deep.equal(['/home/me']);
    expect(folders('/home/me', '/home/me/..runs')).to.deep.equal(['/home/me']);
    expect(folders('/home/me', '/data/reports')).to.deep.equal(['/home/me', '/data/reports']);
    expect(folders('/home/me', '/home/me-too')).to.deep.equal(['/home/me', '/home/me-too']);
  });

  it('keep their names on Linux and macOS', () => {
    const shared = sharedFolders('/home/ä b/shop', '/data/runs', 'darwin');
    expect(shared.map(({ inside }) => inside)).to.deep.equal(['/home/ä b/shop', '/data/runs']);
    expect(insidePath('/home/ä b/shop/reports', shared, 'darwin')).to.equal('/home/ä b/shop/reports');
    expect(insideWord('scenarios\\mine.ts', shared, 'linux')).to.equal('scenarios\\mine.ts');
  });

  it('get names of Linux on Windows, from the drive on', () => {
    expect(windows.map(({ inside }) => inside)).to.deep.equal(['/c/Users/me/my shop', '/d/drills/my shop']);
    expect(sharedFolders('C:\\', 'C:\\reports', 'win32')).to.deep.equal([{ folder: 'C:\\', inside: '/c' }]);
    expect(sharedFolders('\\\\nas\\team\\db', '\\\\nas\\team\\db', 'win32')[0]!.inside).to.equal('/nas/team/db');
    expect(insidePath('C:\\Users\\me\\my shop\\reports\\1', windows, 'win32')).to.equal(
      '/c/Users/me/my shop/reports/1',
    );
    expect(insidePath('D:\\drills\\my shop', windows, 'win32')).to.equal('/d/drills/my shop');
    expect(insidePath('C:\\Windows', windows, 'win32')).to.equal(undefined);
  });

  it('turn the words of a command line of Windows into those of Linux', () => {
    const words = ['run', 'scenarios\\mine.ts', '--out', 'D:\\drills\\my shop', '--out=c:\\users\\ME\\my shop\\x'];
    expect(words.map((word) => insideWord(word, windows, 'win32'))).to.deep.equal([
      ...['run', 'scenarios/mine.ts', '--out', '/d/drills/my shop', '--out=/c/Users/me/my shop/x'],
    ]);
    expect(insideWord('--with=ttl=30', windows, 'win32')).to.equal('--with=ttl=30');
    // A relative path leads from the one folder to the other inside as it does outside.
    const [own, runs] = sharedFolders('C:\\db\\shop', 'C:\\db\\runs', 'win32');
    expect(posix.join(own!.inside, insideWord('..\\runs', [own!, runs!], 'win32'))).to.equal(runs!.inside);
  });
});
