/** What a restore aims at. */

/** `latest`: as far as the archive goes. `time`: everything that was committed up to then, by the server's clock. */
export type RecoveryTarget = { readonly kind: 'latest' } | { readonly kind: 'time'; readonly serverTime: string };
