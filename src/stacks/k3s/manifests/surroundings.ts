/** What the drill's cluster offers to a user's manifests. */

/** The storage class of every k3s. */
export const storageClass = 'local-path';

export interface Surroundings {
  /** Images that nodes import; none where they pull what they need. */
  readonly images: readonly string[];
  /** Bytes of memory that each instance can have. */
  readonly memoryPerInstance: number;
  /** Processors of the machine: every node reports all of them. */
  readonly processors: number;
  /** Whether the operator's manifest brings the Barman Cloud plugin. */
  readonly plugin: boolean;
}

const gibibyte = 2 ** 30;
/** Four nodes, the operator, the object store, the poolers and the load, as measured. */
const besidesInstances = 3 * gibibyte;
/** Below this PostgreSQL with a default configuration is killed by the kernel. */
export const memoryAtLeast = gibibyte / 4;

/** Memory for each of so many instances on a machine with so much free. */
export const memoryPerInstance = (freeBytes: number, instances: number): number =>
  Math.floor((freeBytes - besidesInstances) / instances);
