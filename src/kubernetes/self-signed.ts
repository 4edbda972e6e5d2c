/** Certificates (X.509, RFC 5280) with an elliptic key, self-signed or of a throw-away authority, where no certificate manager is installed. */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface SelfSigned {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

const tag = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, time: 0x18 } as const;
const sequence = 0x30;
const set = 0x31;

/**
 * @param name the common name, and the DNS name that the certificate is valid for
 * @param days how long it is valid from now on
 */
export const selfSigned = (name: string, use: 'server' | 'client', days: number, now = new Date()): SelfSigned =>
  certificateOf(name, use, days, now);

/** A server's certificate for one DNS name. @param authority a self-signed certificate, by its common name and its key */
export const issuedBy = (
  authority: { readonly name: string; readonly key: string },
  name: string,
  days: number,
  now = new Date(),
): SelfSigned => certificateOf(name, 'server', days, now, authority);

function certificateOf(
  name: string,
  use: 'server' | 'client',
  days: number,
  now: Date,
  authority?: { readonly name: string; readonly key: string },
): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = der(sequence, oid('1.2.840.10045.4.3.2'));
  const until = new Date(now.getTime() + days * 86_400_000);
  const body = der(
    sequence,
    der(0xa0, der(tag.integer, Buffer.of(2))),
    // A positive number: the first bit is not set.
    der(tag.integer, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    distinguished(authority?.name ?? name),
    der(sequence, time(now), time(until)),
    distinguished(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(sequence, ...extensions(name, use, authority === undefined))),
  );
  const signer = authority ? createPrivateKey(authority.key) : privateKey;
  const signature = der(tag.bits, Buffer.concat([Buffer.of(0), sign('sha256', body, signer)]));
  return {
    certificate: pem('CERTIFICATE', der(sequence, body, algorithm, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A name that consists of a common name alone. */
const distinguished = (name: string): Buffer =>
  der(sequence, der(set, der(sequence, oid('2.5.4.3'), der(tag.utf8, Buffer.from(name)))));

function extensions(name: string, use: 'server' | 'client', isAuthority: boolean): Buffer[] {
  const extension = (id: string, value: Buffer, critical = false) =>
    der(sequence, oid(id), ...(critical ? [der(tag.boolean, Buffer.of(0xff))] : []), der(tag.octets, value));
  const purpose = oid(use === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2');
  return [
    // One that signs itself is its own authority.
    ...(isAuthority ? [extension('2.5.29.19', der(sequence, der(tag.boolean, Buffer.of(0xff))), true)] : []),
    extension('2.5.29.37', der(sequence, purpose)),
    extension('2.5.29.17', der(sequence, der(0x82, Buffer.from(name)))),
  ];
}

const time = (at: Date): Buffer => der(tag.time, Buffer.from(`${at.toISOString().replace(/[-:T]|\.\d+/g, '')}`));

function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split('.').map(Number);
  return der(tag.oid, Buffer.from([first! * 40 + second!, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
    digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** An element of DER: tag, length, content. */
function der(type: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = content.length; left > 0; left >>= 8) length.unshift(left & 0xff);
  const head = content.length < 128 ? [content.length] : [0x80 | length.length, ...length];
  return Buffer.concat([Buffer.from([type, ...head]), content]);
}

const pem = (label: string, body: Buffer): string =>
  `-----BEGIN ${label}-----\n${body.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
