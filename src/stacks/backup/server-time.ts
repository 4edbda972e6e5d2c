/** `2026-11-22T20:22:10.123456Z` as PostgreSQL's recovery_target_time takes it: with a number for the zone, never `Z`. */
export const recoveryTargetTime = (iso: string): string => iso.replace('T', ' ').replace('Z', '+00');
