/** The word for the cluster that this process itself runs in, by its pod's service account. */
export const inCluster = 'in-cluster';
