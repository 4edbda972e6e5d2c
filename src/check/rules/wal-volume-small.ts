import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { bytesOf, settingBytes } from '../objects/quantity.ts';

const mib = 2 ** 20;
/** PostgreSQL's default. */
const defaultMaxWal = 1024 * mib;

/** A volume for WAL must hold more than `max_wal_size`, which is a soft limit. */
export const walVolumeSmall: Rule = {
  id: 'wal-volume-small',
  severity: 'error',
  onlyInProduction: true,
  title: 'WAL volume smaller than max_wal_size',
  documentation: cnpg('storage', 'volume-for-wal'),
  explanation:
    'Between checkpoints PostgreSQL keeps up to `max_wal_size` of WAL, and more under load or while archiving fails. When ' +
    'the volume of `walStorage` is smaller, the disk is full before the checkpoint comes, and the primary stops. Make ' +
    'the volume at least twice as large.',
  bad: cluster('instances: 1\nwalStorage:\n  size: 2Gi\npostgresql:\n  parameters:\n    max_wal_size: 4GB'),
  drill: 'disk-full',
  check: eachCluster(function* (resource) {
    const parameter = (name: string) => settingBytes(resource.text('spec', 'postgresql', 'parameters', name), mib);
    const size = bytesOf(resource.text('spec', 'walStorage', 'size'));
    const keep = Math.max(parameter('max_wal_size') ?? defaultMaxWal, parameter('wal_keep_size') ?? 512 * mib);
    if (size === undefined || size > keep) return;
    const wanted = Math.ceil((2 * keep) / 2 ** 30);
    yield {
      resource,
      at: resource.nearest('spec', 'walStorage', 'size'),
      // Checkpoints begin early enough to keep just within a volume of the same size, while nothing else holds WAL.
      ...(size === keep && { severity: 'warning' }),
      message:
        size === keep
          ? `walStorage holds ${gib(size)} and max_wal_size or wal_keep_size keeps as much, which is a soft limit: a burst of ` +
            `writes, or an archive that does not answer for a while, fills the volume, and the primary stops.`
          : `walStorage holds ${gib(size)} and max_wal_size or wal_keep_size keeps ${gib(keep)}: the volume is full before a ` +
            `checkpoint frees it, and the primary stops.`,
      change: resource.set(['spec', 'walStorage', 'size'], `${wanted}Gi`),
    };
  }),
};

const gib = (bytes: number): string => `${Number((bytes / 2 ** 30).toFixed(1))} GiB`;
