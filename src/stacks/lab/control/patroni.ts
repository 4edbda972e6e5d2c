/** Patroni’s REST API as an administrator asks it, from the clients’ network. */
import type { Lab } from '../lab.ts';
import { ports } from '../plan.ts';
import { type NetworkAnswer, requestFromClients } from './from-clients.ts';

/** Posts to one instance’s Patroni, with the password that changes need. @returns its answer, whatever its status */
export function askPatroni(lab: Lab, instance: string, path: string, body: object): Promise<NetworkAnswer> {
  const authorization = `Basic ${Buffer.from(`patroni:${lab.secrets.patroni}`).toString('base64')}`;
  const { address } = lab.state.hosts.find(({ name }) => name === instance)!;
  return requestFromClients(lab.state.id, {
    method: 'POST',
    host: address,
    port: ports.patroni,
    path,
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
