import { expect } from 'chai';
import { describe, it } from 'mocha';
import { pickMirror } from './debian.ts';
import { isRecentEnough } from './minio.ts';

describe('what the lab is built with', () => {
  it('is the mirror of Debian that apt knows, not its security archive nor another’s', () => {
    const targets = `https://packages.example.org/apt main
http://mirror.example.org/debian-security/ main
http://mirror.example.org/debian/ main
http://mirror.example.org/debian/ contrib
`;
    expect(pickMirror(targets)).to.equal('http://mirror.example.org/debian');
    expect(pickMirror('http://mirror.example.org/ubuntu/ main\n')).to.equal(undefined);
  });

  it('is a Go that MinIO takes', () => {
    expect(['go1.24', 'go1.26.8', 'go2.0'].map(isRecentEnough)).to.deep.equal([true, true, true]);
    expect(['go1.23.9', 'go1.9', '', 'devel'].map(isRecentEnough)).to.deep.equal([false, false, false, false]);
  });
});
