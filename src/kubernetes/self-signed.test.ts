import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { issuedBy, selfSigned } from './self-signed.ts';

describe('a self-signed certificate', () => {
  it('is read by OpenSSL with its name, its time and its purpose, and is signed by its own key', () => {
    const now = new Date('2026-11-30T06:00:00.000Z');
    const { certificate, key } = selfSigned('barman-cloud', 'server', 30, now);
    const read = new X509Certificate(certificate);
    expect(read.subject).to.equal('CN=barman-cloud');
    expect(read.checkHost('barman-cloud')).to.equal('barman-cloud');
    expect(new Date(read.validFrom).toISOString()).to.equal('2026-11-30T06:00:00.000Z');
    expect(new Date(read.validTo).toISOString()).to.equal('2026-12-30T06:00:00.000Z');
    expect(read.keyUsage).to.deep.equal(['1.3.6.1.5.5.7.3.1']);
    expect(read.verify(read.publicKey)).to.equal(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).to.equal(true);
  });

  it('signs for another one, whose holder is not an authority', () => {
    const authority = selfSigned('authority', 'server', 1);
    const read = new X509Certificate(issuedBy({ name: 'authority', key: authority.key }, 'db-rw', 1).certificate);
    const signer = new X509Certificate(authority.certificate);
    expect([read.subject, read.issuer, read.ca]).to.deep.equal(['CN=db-rw', 'CN=authority', false]);
    expect(read.checkIssued(signer) && read.verify(signer.publicKey)).to.equal(true);
    expect(read.verify(read.publicKey)).to.equal(false);
    expect(read.checkHost('db-rw')).to.equal('db-rw');
  });

  it('lets two sides in that know each other’s', async () => {
    const [server, client, stranger] = [
      selfSigned('barman-cloud', 'server', 1),
      selfSigned('barman-cloud-client', 'client', 1),
      selfSigned('barman-cloud-client', 'client', 1),
    ];
    const options = { cert: server.certificate, key: server.key, ca: client.certificate, requestCert: true };
    const listening = createServer(options, (socket) => socket.end('in')).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    const heard = async ({ certificate: cert, key }: typeof client) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        servername: 'barman-cloud',
        ca: server.certificate,
        cert,
        key,
      });
      let text = '';
      socket.on('data', (part) => (text += String(part)));
      await once(socket, 'close').catch(() => {});
      return text;
    };
    expect(await heard(client)).to.equal('in');
    expect(await heard(stranger)).to.equal('');
    listening.close();
  });
});
