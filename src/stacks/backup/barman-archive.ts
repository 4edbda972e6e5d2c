/** What Barman's programs for the cloud keep in a bucket: `<server>/base/<id>/…` and `<server>/wals/<folder>/<file>`. */
import { listObjects, type ObjectStore } from '../../object-store/object-store.ts';

/**
 * Names of archived WAL files as PostgreSQL gave them: without folder, and without the suffix of a compression.
 * @param from only those whose name begins so; all unless it is given
 */
export async function archivedFiles(
  store: ObjectStore,
  server: string,
  signal?: AbortSignal,
  from?: string,
): Promise<string[]> {
  const within = from ? `${from.slice(0, 16)}/${from}` : '';
  const objects = await listObjects(store, `${server}/wals/${within}`, signal);
  return objects.map(({ key }) => key.slice(key.lastIndexOf('/') + 1).replace(/\.(gz|bz2|xz|zst|lz4|snappy)$/, ''));
}
