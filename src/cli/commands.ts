/**
 * Every command with one line for the overview. The command itself is loaded when it is called, so that `--help` and
 * small commands do not wait for the modules of large ones.
 */
import type { Command } from 'commander';
import { keepHeapSmall } from './small-heap.ts';

type Call = (words: readonly string[]) => Promise<number>;

export interface Listed {
  readonly summary: string;
  /** Not in the overview: called by this program’s own parts. */
  readonly hidden?: true;
  /** @param call runs words as the command line does, for a command that calls others */
  load(call: Call): Promise<Command>;
}

/** In the order of the overview. */
export const commands: Readonly<Record<string, Listed>> = {
  run: {
    summary: 'run drills and judge them',
    load: async () => (await import('./run.ts')).runCommand(),
  },
  ci: {
    summary: 'what a pipeline does in one command: check manifests, run drills as a gate, write a summary',
    load: async (call) => (await import('./ci.ts')).ciCommand(call),
  },
  watch: {
    summary: 'probe and observe a cluster around maintenance or an incident; injects nothing',
    load: async () => (await import('./watch.ts')).watchCommand(),
  },
  list: {
    summary: 'list the scenarios, how long each drill takes, and whether the stack can run it',
    load: async () => (await import('./list.ts')).listCommand(),
  },
  plan: {
    summary: 'show what a drill would do and the outage that its timeouts predict; runs nothing',
    load: async () => (await import('./plan.ts')).planCommand(),
  },
  clients: {
    summary: 'list and install client programs: real drivers and pools for drills',
    load: async () => (await import('./clients.ts')).clientsCommand(),
  },
  'client-test': {
    summary: 'check a client program of your own, or an adapter, against the client protocol',
    load: async () => (await import('./client-test.ts')).clientTestCommand(),
  },
  drivers: {
    summary: 'run client programs through faults and paths, and report which came back, and when',
    load: async () => (await import('./drivers.ts')).driversCommand(),
  },
  settings: {
    summary: 'list the settings that --with takes on a stack',
    load: async () => (await import('./settings.ts')).settingsCommand(),
  },
  judge: {
    summary: 'judge a stored run again, by today’s limits of its scenario',
    load: async () => {
      keepHeapSmall();
      return (await import('./judge.ts')).judgeCommand();
    },
  },
  report: {
    summary: 'render a stored run as HTML, JUnit, JSON or Markdown',
    load: async () => {
      keepHeapSmall();
      return (await import('./report.ts')).reportCommand();
    },
  },
  evidence: {
    summary: 'write an evidence pack for auditors: scope, targets against measurements, findings, checksums',
    load: async () => (await import('./evidence.ts')).evidenceCommand(),
  },
  compare: {
    summary: 'compare two groups of runs: regression, improvement, no change, inconclusive or not comparable',
    load: async () => (await import('./compare.ts')).compareCommand(),
  },
  threshold: {
    summary: 'find how long a fault may last, or how slow it may be, before a failover happens',
    load: async () => (await import('./threshold.ts')).thresholdCommand(),
  },
  explain: {
    summary: 'vary one timeout at a time and report how much each contributes to the outage',
    load: async () => (await import('./explain.ts')).explainCommand(),
  },
  study: {
    summary: 'run all combinations of a study’s factors, in blocks and random order, and decide its hypotheses',
    load: async () => (await import('./study.ts')).studyCommand(),
  },
  demo: {
    summary: 'show a recorded real drill, marked RECORDED',
    load: async () => (await import('./demo.ts')).demoCommand(),
  },
  check: {
    summary: 'read manifests or a live namespace and report what will hurt in a failover; changes nothing',
    load: async () => (await import('./check.ts')).checkCommand(),
  },
  manifests: {
    summary: 'print a CronJob that drills a cluster from inside, with the least Role for the chosen scenarios',
    load: async () => (await import('./manifests.ts')).manifestsCommand(),
  },
  backups: {
    summary: 'list the base backups that drills took, with the date of the last proved restore',
    load: async () => (await import('./backups.ts')).backupsCommand(),
  },
  prepare: {
    summary: 'build the lab’s root file system (some minutes, once); a drill does this when needed',
    load: async () => (await import('./prepare.ts')).prepareCommand(),
  },
  up: {
    summary: 'open a stack and keep it, to look around in, until pgdrill down',
    load: async () => (await import('./up.ts')).upCommand(),
  },
  down: {
    summary: 'remove the stacks that pgdrill up keeps',
    load: async () => (await import('./up.ts')).downCommand(),
  },
  heal: {
    summary: 'undo and remove what a dead run left behind; does not touch running drills',
    load: async () => (await import('./heal.ts')).healCommand(),
  },
  doctor: {
    summary: 'check prerequisites: what works here, what is missing, how to install it',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  prune: {
    summary: 'pack the journals of newer runs; keep verdict and report of older ones',
    load: async () => (await import('./prune.ts')).pruneCommand(),
  },
  init: {
    summary: 'write a first scenario, a configuration and a CI recipe; existing files are kept',
    load: async () => (await import('./init.ts')).initCommand(),
  },
  schema: {
    summary: 'print a JSON Schema of the configuration, of a scenario’s settings or of the JSON report',
    load: async () => (await import('./schema.ts')).schemaCommand(),
  },
  inside: {
    summary: 'run a command in a container of the lab',
    hidden: true,
    load: async (call) => (await import('./inside.ts')).insideCommand(call),
  },
};
