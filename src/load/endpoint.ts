/** Where clients connect to. */

/** Where clients connect to, as plain data: it is handed to another process. */
export interface Endpoint {
  /** The name that the journal uses: `direct`, `readonly`, `pooler-1`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** PEM of the authority that the server's certificate is checked against; absent: no TLS. */
  readonly ca?: string;
  /** The name that the certificate must carry, where it is not `host`. */
  readonly serverName?: string;
}
