/**
 * For tests: decides requests by a ValidatingAdmissionPolicy as an API server does, with its CEL evaluated by `@bufbuild/cel`.
 * The policies here use the language alone, no function that only Kubernetes has.
 */
import { type CelInput, celEnv, parse, plan } from '@bufbuild/cel';
import type { Manifest } from './index.ts';

/** What an API server asks admission: the `request` of an AdmissionReview. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: Gvk;
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  /** Absent where the request is of the object itself. */
  readonly subResource?: string;
  readonly name?: string;
  /** Absent for objects without a namespace. */
  readonly namespace?: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly userInfo: { readonly username: string; readonly groups: readonly string[] };
  readonly object: object | null;
  readonly oldObject: object | null;
  /** Of the operation: `DeleteOptions` of a deletion. */
  readonly options?: object | null;
  readonly dryRun: boolean;
}
interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}
interface Rule {
  readonly apiGroups: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
}
interface Validation {
  readonly expression: string;
  readonly message: string;
}
interface Policy extends Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly failurePolicy: string;
    readonly matchConstraints: { readonly resourceRules: readonly Rule[] };
    readonly matchConditions: readonly { readonly expression: string }[];
    readonly validations: readonly Validation[];
  };
}
interface Binding extends Manifest {
  readonly spec: {
    readonly policyName: string;
    readonly paramRef: { readonly name: string; readonly namespace: string; readonly parameterNotFoundAction: string };
  };
}

export interface Decision {
  readonly allowed: boolean;
  /** Why it is denied; `not concerned` where the policy does not match the request. */
  readonly why: string;
}
const notConcerned: Decision = { allowed: true, why: 'not concerned' };

/** CEL reads maps and lists; numbers of Kubernetes are integers there. */
function celOf(value: unknown): CelInput {
  if (Array.isArray(value)) return value.map(celOf);
  if (typeof value === 'number') return BigInt(value);
  if (typeof value !== 'object' || value === null) return value as CelInput;
  return new Map(Object.entries(value).map(([key, inner]) => [key, celOf(inner)]));
}

const planned = new Map<string, ReturnType<typeof plan>>();
/** Parsed once: a test asks the same policy hundreds of times. */
function planOf(expression: string): ReturnType<typeof plan> {
  const known = planned.get(expression) ?? plan(celEnv(), parse(expression));
  planned.set(expression, known);
  return known;
}

/** @throws Error where the expression has one, or an absent field is read */
function evaluated(expression: string, variables: Readonly<Record<string, unknown>>): boolean {
  const bindings = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, celOf(value)]));
  const result = planOf(expression)(bindings);
  if (typeof result === 'boolean') return result;
  throw result instanceof Error ? result : new Error(`${expression} is not a condition`);
}

const covers = (words: readonly string[], word: string): boolean => words.includes('*') || words.includes(word);

/** The rules of a policy name a subresource by its resource: `pods/exec`. */
function concerns({ resourceRules }: Policy['spec']['matchConstraints'], request: AdmissionRequest): boolean {
  const { resource, subResource, operation } = request;
  const what = subResource ? `${resource.resource}/${subResource}` : resource.resource;
  return resourceRules.some(
    ({ apiGroups, operations, resources }) =>
      covers(apiGroups, resource.group) && covers(operations, operation) && covers(resources, what),
  );
}

/** @param objects with the policy, its binding, and the account that the binding names */
export function decide(objects: readonly Manifest[], request: AdmissionRequest): Decision {
  const policy = objects.find(({ kind }) => kind === 'ValidatingAdmissionPolicy') as Policy;
  const { paramRef, policyName } = (objects.find(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding') as Binding)
    .spec;
  if (policyName !== policy.metadata.name) throw new Error(`the binding names ${policyName}, which does not exist`);
  const { matchConstraints, matchConditions, validations } = policy.spec;
  if (!concerns(matchConstraints, request)) return notConcerned;
  const params = objects.find(({ kind, metadata }) => {
    const { name, namespace } = metadata as { readonly name: string; readonly namespace?: string };
    return kind === 'ServiceAccount' && name === paramRef.name && namespace === paramRef.namespace;
  });
  if (!params) return { allowed: paramRef.parameterNotFoundAction === 'Allow', why: 'no account' };
  const variables = { request, object: request.object, oldObject: request.oldObject, params };
  if (!matchConditions.every(({ expression }) => evaluated(expression, variables))) return notConcerned;
  for (const { expression, message } of validations)
    try {
      if (!evaluated(expression, variables)) return { allowed: false, why: message };
    } catch (error) {
      // By the failure policy `Fail`.
      return { allowed: false, why: `error: ${(error as Error).message}` };
    }
  return { allowed: true, why: '' };
}
