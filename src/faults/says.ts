/** What a fault did to its target, as a clause that a report begins its cause with. */

/**
 * @param it the target with its role: `the primary pg3`
 * @param parameters those of the fault
 * @param lasted how long it lasted: ` for 20.0 s`; empty where nobody knows
 * @returns a clause in the past tense: `70 % of the packets of the primary pg3 were lost for 20.0 s`
 */
export type Says = (it: string, parameters: never, lasted: string) => string;

/** 0.7 → `70 %`. */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** Of an instance that is down until it is started again. @param lasted ` for 20.0 s`, or empty */
export const startedAgain = (lasted: string): string => (lasted === '' ? '' : ` and stayed down${lasted}`);
