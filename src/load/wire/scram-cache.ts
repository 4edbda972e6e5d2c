/**
 * Remembers the salted password of SCRAM logins. To compute it costs a client 4,096 rounds of HMAC, about 1 ms of CPU,
 * and in an outage clients and probes log in hundreds of times a second: without this the instrument would take up to a
 * third of a core from the system it measures. RFC 5802, section 3, allows a client to keep it.
 */
import { createRequire } from 'node:module';

type DeriveKey = (password: string, salt: Uint8Array, iterations: number) => Promise<ArrayBuffer>;

/** `pg` has no option for it, so its own function is wrapped. */
const pgCrypto = createRequire(import.meta.url)('pg/lib/crypto/utils.js') as { deriveKey: DeriveKey };

/** @param derive called once for each password, salt and number of rounds */
export function remembering(derive: DeriveKey): DeriveKey {
  const known = new Map<string, Promise<ArrayBuffer>>();
  return (password, salt, iterations) => {
    const name = JSON.stringify([password, Buffer.from(salt).toString('base64'), iterations]);
    const key = known.get(name) ?? derive(password, salt, iterations);
    known.set(name, key);
    return key;
  };
}

/** From now on, logins of this thread with a salt that they have seen skip the rounds. */
export function rememberSaltedPasswords(): void {
  pgCrypto.deriveKey = remembering(pgCrypto.deriveKey);
}
