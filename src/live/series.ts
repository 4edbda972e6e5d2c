/** The metrics of a running drill, with their names, units and meanings: one table for both formats. Pure. */
import { exitCodes } from '../errors.ts';
import { answers, phases, type Snapshot } from './state.ts';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
export interface Series {
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly unit: '' | 'seconds';
  readonly help: string;
  readonly samples: (of: Snapshot) => readonly Sample[];
}

const each = (of: Snapshot, samples: (stream: Snapshot['streams'][number]) => readonly Sample[]): Sample[] =>
  of.streams.flatMap((stream) =>
    samples(stream).map(({ labels, value }) => ({
      labels: { stream: stream.name, path: stream.path, ...labels },
      value,
    })),
  );

export const series: readonly Series[] = [
  {
    name: 'pgdrill_live_up',
    kind: 'gauge',
    unit: '',
    help: 'Whether the requests of a stream are answered in time.',
    samples: (of) => each(of, ({ up }) => [{ labels: {}, value: Number(up) }]),
  },
  {
    name: 'pgdrill_live_down_seconds',
    kind: 'gauge',
    unit: 'seconds',
    help: 'How long a stream has been down; 0 while it is up.',
    samples: (of) => each(of, ({ downS }) => [{ labels: {}, value: downS }]),
  },
  {
    name: 'pgdrill_live_response_seconds',
    kind: 'gauge',
    unit: 'seconds',
    help: 'Quantiles of the response times of the last seconds, from the time at which a request was due.',
    samples: (of) =>
      each(of, ({ responseS }) =>
        [...responseS].map(([quantile, value]) => ({ labels: { quantile: String(quantile) }, value })),
      ),
  },
  {
    name: 'pgdrill_live_requests',
    kind: 'counter',
    unit: '',
    help: 'Requests of a stream by what became of them.',
    samples: (of) =>
      each(of, ({ requests }) => answers.map((outcome) => ({ labels: { outcome }, value: requests[outcome] }))),
  },
  {
    name: 'pgdrill_live_writes',
    kind: 'counter',
    unit: '',
    help: 'Writes of the load by what became of them.',
    samples: ({ writes }) => Object.entries(writes).map(([outcome, value]) => ({ labels: { outcome }, value })),
  },
  {
    name: 'pgdrill_live_phase',
    kind: 'gauge',
    unit: '',
    help: 'The phase of the drill: 1 for the one that it is in.',
    samples: (of) => phases.map((phase) => ({ labels: { phase }, value: Number(of.phase === phase) })),
  },
  {
    name: 'pgdrill_live_fault',
    kind: 'gauge',
    unit: '',
    help: 'A fault that is in force.',
    samples: ({ faults }) => faults.map((labels) => ({ labels: { ...labels }, value: 1 })),
  },
  {
    name: 'pgdrill_live_outcome',
    kind: 'gauge',
    unit: '',
    help: 'The verdict once it is given: 0 passed, 1 failed, 2 unknown.',
    samples: ({ outcome }) => (outcome === undefined ? [] : [{ labels: {}, value: exitCodes[outcome] }]),
  },
];

/** What all samples of a run are labelled with; none before the first run. */
export const commonLabels = ({ run, scenario, stack }: Snapshot): Record<string, string> => ({ run, scenario, stack });
