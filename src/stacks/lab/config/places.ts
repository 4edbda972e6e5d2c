/** Where the programs of a host keep their things: for those who need no more of a program's configuration. */

/** Of Patroni’s cluster. */
export const scope = 'pgdrill';
/** Where Patroni keeps its keys in etcd. */
export const etcdPrefix = `/service/${scope}/`;
export const postgresSocketFolder = '/run/postgresql';
export const pgbouncerSocketFolder = '/run/pgbouncer';
export const dataDirectory = '/var/lib/pgdrill/data';
