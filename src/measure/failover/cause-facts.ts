/** What the words about a phase depend on, and what they are. */
import type { Edges } from './edges.ts';

export interface Words {
  /** Follows `19.4 s of the 50.3 s passed`. */
  readonly passed: string;
  /** Why, as a clause; empty where nobody knows. */
  readonly why: string;
  readonly imposedBy: string;
  /** The clients were out of service because the drill had broken their pooler, or cut it off. */
  readonly poolerBroken?: true;
  /** What a person can do where no setting helps, as a sentence. */
  readonly advice?: string;
}

/** What the words depend on. */
export interface CauseFacts {
  readonly manager: 'CloudNativePG' | 'Patroni' | 'the HA manager';
  readonly fault: string;
  readonly target: string;
  readonly targetIsInstance: boolean;
  readonly hitsPrimary: boolean;
  /** The primary that was hit; the target where that was another. */
  readonly lost: string;
  /** What the fault did, as a clause without its length; undefined where its target was gone or stopped in order. */
  readonly suffered: string | undefined;
  readonly faultAdvice: string | undefined;
  /** How long the fault was in force, where its end was a part of the incident: `40.0 s`. */
  readonly lasted: string | undefined;
  /** From the fault to the end of the phase. */
  readonly lastedMs: number;
  /** From the fault until the old primary was seen as a replica, where that was within the phase. */
  readonly demotedMs: number | undefined;
  /** A connection attempt of a pooler hung in the phase. */
  readonly hung: boolean;
  /** The instance that became the primary, or was to. */
  readonly primary: string;
  readonly durability: string;
  readonly kind: Edges['kind'];
  readonly part: 1 | 2 | undefined;
  readonly isCut: boolean;
  /** The instance that the phase waited for, where that is not the new primary. */
  readonly waitedFor: string | undefined;
  /** What that instance, or the new primary, asked the archive meanwhile, in words, and whether that is most of the phase. */
  readonly archive: { readonly took: string; readonly isMost: boolean } | undefined;
  /** `name = value` of a setting in force; the name alone where it is not known. */
  readonly setting: (key: string) => string;
}
