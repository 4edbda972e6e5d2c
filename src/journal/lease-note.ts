/** Notes of the lease that an instance of CloudNativePG must hold to be promoted: written by an observer, read by measures. */

export const leaseReleased = (holder: string): string => `${holder} released the primary lease`;

const passedTo = 'the primary lease passed from';
export const leasePassed = (before: string, holder: string): string => `${passedTo} ${before || 'nobody'} to ${holder}`;

/** Who holds the lease by this note; undefined where it says nothing of that. */
export const newHolder = (text: string): string | undefined =>
  text.startsWith(passedTo) ? text.slice(text.lastIndexOf(' ') + 1) : undefined;
