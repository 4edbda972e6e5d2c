import { expect } from 'chai';
import { describe, it } from 'mocha';
import { isUp, parseStat } from './haproxy.ts';

describe('HAProxy’s table of servers', () => {
  it('is read by its header, and reports who is up', () => {
    const text = `# pxname,svname,qcur,status,weight,
primary,pg1,0,UP,1,
primary,pg2,0,DOWN,1,
primary,pg3,0,UP 1/2,1,

`;
    expect(parseStat(text).map((server) => `${server.proxy}/${server.server} ${isUp(server)}`)).to.deep.equal([
      'primary/pg1 true',
      'primary/pg2 false',
      'primary/pg3 true',
    ]);
  });
});
