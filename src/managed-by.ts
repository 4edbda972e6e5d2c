/** The label by which pgdrill finds again what it created in a Kubernetes cluster. The Helm chart writes the same. */
export const managedBy = { 'app.kubernetes.io/managed-by': 'pgdrill' } as const;
