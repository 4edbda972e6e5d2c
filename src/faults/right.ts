/** A right in Kubernetes that a fault or a drill needs: what the Role grants, and what a drill checks before it starts. */

export interface Right {
  /** Empty: the core group. */
  readonly group: string;
  /** With its subresource: `pods/exec`. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /**
   * In which namespace: that of the Cluster, that of the operator, one that is kept for restores, or `everywhere`: in all,
   * and without one.
   */
  readonly where: 'cluster' | 'operator' | 'restore' | 'everywhere';
  /** Of `restore`: its name. */
  readonly namespace?: string;
  /** Only for objects of these names. */
  readonly names?: readonly string[];
  /** Only for the Cluster that is drilled: its name is added where it is known. */
  readonly own?: true;
  readonly why: string;
}

/** @param verbs separated by spaces */
export const right = (
  group: string,
  resource: string,
  verbs: string,
  why: string,
  more: Partial<Right> = {},
): Right => ({ group, resource, why, where: 'cluster', verbs: verbs.split(' '), ...more });

export const cnpgGroup = 'postgresql.cnpg.io';

export const deletePods = right('', 'pods', 'delete', 'deletes the instance’s pod');
/** For faults that a short-lived privileged pod brings about on the node. */
export const agentPods = right('', 'pods', 'create delete', 'the short-lived privileged pod on the instance’s node');
