/**
 * The path `late`: an address that follows the primary some time behind, as a DNS name with a TTL, a virtual IP or a
 * Service does, and that leaves open connections where they are.
 */
import type { JournalEvent } from '../journal/event.ts';
import type { Endpoint } from '../load/endpoint.ts';
import { LateAddress } from '../load/late-address/late-address.ts';
import type { ClientArgv } from '../load/process/place.ts';
import type { Scenario } from '../scenario/index.ts';
import type { OpenStack } from '../stacks/stack.ts';
import { usesOf } from './find.ts';

/** As a name with a TTL of 15 s: long enough for a former primary to be back as a standby. */
const lateByMs = 15_000;

interface Late {
  readonly open: Pick<OpenStack, 'primary' | 'instances' | 'endpointOf'>;
  readonly scenario: Pick<Scenario, 'load'>;
  readonly recorder: {
    note(text: string): void;
    listen(listener: (event: JournalEvent) => void): Disposable;
  };
  readonly argv: ClientArgv;
  readonly byMs?: number;
}
interface LatePath extends AsyncDisposable {
  /** What clients connect to; undefined where no client takes this path, or none can reach an instance. */
  readonly endpoint: Endpoint | undefined;
}

/** Opens the address, and moves it after the primary until it is disposed of. */
export async function startLatePath({ open, scenario, recorder, argv, byMs = lateByMs }: Late): Promise<LatePath> {
  const { endpointOf } = open;
  const isWanted = usesOf(scenario.load).some(({ path }) => path === 'late');
  if (!isWanted || !endpointOf) return { endpoint: undefined, async [Symbol.asyncDispose]() {} };
  const instances = await open.instances();
  const first = endpointOf.call(open, await open.primary());
  const address = await LateAddress.start(argv, first);
  const timers = new Set<NodeJS.Timeout>();
  let current = first.name;
  const follow = (name: string): void => {
    const instance = instances.find((one) => one.name === name);
    if (!instance || name === current) return;
    current = name;
    address.point(endpointOf.call(open, instance));
    recorder.note(`new connections by the path late lead to ${name} from now on, ${byMs / 1000} s after its promotion`);
  };
  const listening = recorder.listen((event) => {
    if (event.kind === 'role' && event.role === 'primary')
      timers.add(setTimeout(() => follow(event.instance), byMs).unref());
  });
  return {
    endpoint: { ...first, name: 'late', host: address.host, port: address.port },
    async [Symbol.asyncDispose]() {
      listening[Symbol.dispose]();
      for (const timer of timers) clearTimeout(timer);
      await address[Symbol.asyncDispose]();
    },
  };
}
