/**
 * The node agent: a short-lived privileged pod on one node, from the image that the instances run and the node therefore has.
 * It is a dead man's switch: what was broken with it, it undoes itself when it has not been heard of for a while, or is ended.
 */
import { createHash } from 'node:crypto';
import { SetupError, UsageError } from '../../../errors.ts';
import { log } from '../../../log/log.ts';
import { managedBy } from '../../../managed-by.ts';
import { until, within } from '../../../wait.ts';
import { apiMessage, apiStatus, type Kube } from '../../cnpg/api/kube.ts';
import { armedScript, awaitArmed } from '../../cnpg/armed.ts';
import type { Conversation } from '../../cnpg/conversation.ts';
import type { Site } from '../../cnpg/names.ts';
import type { NodeShell, Timed, TimedAction } from '../../cnpg/node-shell.ts';
import { type KubeObject, type Pod, podKind, refTo } from '../../cnpg/objects.ts';
import { podTrouble } from '../../cnpg/ready.ts';
import { askClock } from '../clock-ahead.ts';
import { guardScript, listenScript, nothingWord, switchScript, undoneWord } from './agent-scripts.ts';
import { isOver, readRecord } from './timed-record.ts';
import { folderOf, keepScript, reportedWord, startTimed, stopTimed, timedScript } from './timed-scripts.ts';

/** Its value is the Cluster whose drill the agent is of: another's in the same namespace is left alone. */
export const nodeAgentLabel = 'pgdrill.dev/node-agent';
const container = 'agent';
/** One that is being ended on a node that was cut off goes only when its switch was pulled; then another can come. */
const readyWithinMs = 120_000;
const beatEveryMs = 3_000;
const commandWithinMs = 15_000;
/** A word on a connection that is open is answered at once, or never. */
const answerWithinMs = 5_000;
/** After this long without a beat the agent undoes what is broken. */
export const switchAfterS = 45;
/** A timed action is guarded for this much longer than it lasts. */
const guardedLongerS = 20;
/** Longer than a node takes to stop a timed action that it was asked to stop. */
const stopWithinMs = 12_000;
/** Answers each line with the time of day in ns. */
const tellTime = 'while read -r word; do date +%s%N; done';
/** Keeps its first argument as the file `run` of the folder that is its second. */
const keepRun = 'printf \'%s\\n\' "$1" > "$2/run"';
/** Whatever happens, no agent is older than this. */
export const agentDeadlineS = 3_600;

/** Programs of the node; k3s and RKE2 have theirs in folders of their own. */
const path =
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/bin/aux:/var/lib/rancher/k3s/data/current/bin/aux:/var/lib/rancher/rke2/bin';
const onNode = ['nsenter', '--target', '1', '--all', '--', 'env', path, 'sh', '-c'];

/** In the pod. */
export const place = { folder: '/tmp/pgdrill', enter: onNode.slice(0, -1).join(' ') };

export interface AgentPlan extends Pick<Site, 'namespace' | 'cluster'> {
  readonly node: string;
  /** The operand image of the Cluster. */
  readonly image: string;
}

/** One for each Cluster and node, also where names are long or differ in what a pod's name may not have. */
function nameOf({ cluster, node }: Pick<AgentPlan, 'cluster' | 'node'>): string {
  const shown = node
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .slice(0, 40);
  return `pgdrill-node-${shown}-${createHash('sha256').update(`${cluster}/${node}`).digest('hex').slice(0, 6)}`;
}

/** The agent as a pod. It has no token, no volume, and may run on a node that nothing else may run on. */
export const agentPod = ({ namespace, cluster, node, image }: AgentPlan): KubeObject => ({
  ...podKind,
  metadata: {
    name: nameOf({ cluster, node }),
    namespace,
    labels: { [nodeAgentLabel]: cluster, ...managedBy },
  },
  spec: {
    nodeName: node,
    hostPID: true,
    automountServiceAccountToken: false,
    activeDeadlineSeconds: agentDeadlineS,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 20,
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: container,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-c', switchScript(place, switchAfterS)],
        securityContext: { privileged: true, runAsUser: 0 },
        resources: { requests: { cpu: '10m', memory: '16Mi' } },
      },
    ],
  },
});

/** Why no agent would be let in; undefined where one would. Nothing is made. */
export async function whyNoAgent(kube: Kube, plan: AgentPlan): Promise<string | undefined> {
  try {
    await kube.create(agentPod(plan), { dryRun: true });
    return undefined;
  } catch (error) {
    if (apiStatus(error) === undefined) throw error;
    return `a privileged pod on a node is not admitted to ${plan.namespace}: ${apiMessage(error)}`;
  }
}

export class NodeAgent implements NodeShell, AsyncDisposable {
  readonly #kube: Kube;
  readonly #plan: AgentPlan;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<Conversation> | undefined;

  /** Use `start`. */
  constructor(kube: Kube, plan: AgentPlan) {
    this.#kube = kube;
    this.#plan = plan;
    this.#keepBeating();
  }

  /** Starts the agent, or takes over a running one. @throws SetupError where it does not come up */
  static async start(kube: Kube, plan: AgentPlan, signal?: AbortSignal): Promise<NodeAgent> {
    const ref = refTo(podKind, nameOf(plan), plan.namespace);
    let trouble = 'it is not there yet';
    const running = async () => {
      const pod = await kube.read<Pod>(ref).catch((error: unknown) => void (trouble = apiMessage(error)));
      if (!pod) await makeAgent(kube, plan);
      if (pod) trouble = pod.metadata.deletionTimestamp ? 'an earlier one is being ended' : (podTrouble(pod) ?? '');
      return pod?.status?.phase === 'Running' && !pod.metadata.deletionTimestamp ? pod : undefined;
    };
    const what = `the pod ${ref.metadata.name} to run`;
    await until(running, {
      withinMs: readyWithinMs,
      everyMs: 200,
      what,
      why: () => trouble,
      ...(signal && { signal }),
    });
    return new NodeAgent(kube, plan);
  }

  run(script: string, args: readonly string[] = []): Promise<string> {
    return this.#exec([...onNode, script, 'sh', ...args]);
  }

  async arm(script: Parameters<NodeShell['arm']>[0]) {
    const { namespace, node } = this.#plan;
    const command = [...onNode, armedScript(script), 'sh', ...(script.args ?? [])];
    return awaitArmed(await this.#kube.converse(namespace, nameOf(this.#plan), container, command), `on node ${node}`);
  }

  async guard(undo: string, args: readonly string[] = []): Promise<void> {
    this.#keepBeating();
    await this.#exec(['sh', '-c', guardScript(place), 'sh', undo, ...args]);
  }

  async timed({ action, count, undo, args, forS }: TimedAction): Promise<Timed> {
    this.#keepBeating();
    const { namespace, node } = this.#plan;
    const name = nameOf(this.#plan);
    await this.#exec(['sh', '-c', keepScript(place), 'sh', action, count, undo, ...args]);
    await this.#exec(['sh', '-c', keepRun, 'sh', timedScript(place, forS), folderOf(place)]);
    await this.#exec(['sh', '-c', guardScript(place, forS + guardedLongerS), 'sh', undo, ...args]);
    const asking = await this.#kube.converse(namespace, name, container, ['sh', '-c', tellTime]);
    const ahead = await askClock(asking, `node ${node}`).finally(() => asking.close());
    const starting = ['sh', '-c', armedScript({ setup: '', action: startTimed(place), check: '' })];
    const armed = await awaitArmed(await this.#kube.converse(namespace, name, container, starting), `on node ${node}`);
    return {
      begin: () => armed.fire(),
      record: async () => readRecord((await this.endTimed(answerWithinMs)) ?? '', ahead, node),
    };
  }

  async endTimed(withinMs: number): Promise<string | undefined> {
    const reported = await within(
      this.#talk('stop', [reportedWord]).catch(() => undefined),
      stopWithinMs,
    );
    if (reported !== undefined) return reported.trim() === 'none' ? undefined : reported;
    // Nobody hears of the node until its time is over. What it keeps then is read by a new command.
    let why = '';
    const read = async () => {
      const text = await this.#exec(['sh', '-c', stopTimed(place)]).catch((error: Error) => void (why = error.message));
      return text && (isOver(text) || text.trim() === 'none') ? text : undefined;
    };
    const what = `node ${this.#plan.node} to say what it did`;
    const text = await until(read, { withinMs, everyMs: 1_000, what, why: () => why });
    return text.trim() === 'none' ? undefined : text;
  }

  /**
   * Says it on the connection that is open already: a node that is cut off from the API server cannot ask it who may open
   * another. Where that is broken too, nothing more is said, so that the node's own switch undoes it.
   */
  async undo(): Promise<string | undefined> {
    clearInterval(this.#timer);
    const answer = this.#talk('undo', [undoneWord, nothingWord]).catch(() => undefined);
    const said = await within(answer, answerWithinMs);
    return said?.endsWith(nothingWord) ? undefined : said;
  }

  /**
   * Says a word on the connection of the beats.
   * @returns what came before the first of these answers, with `nothingWord` where that was it; undefined where none came
   */
  async #talk(word: string, answers: readonly string[]): Promise<string | undefined> {
    const talk = await this.#beating;
    if (!talk) return undefined;
    return new Promise((resolve) => {
      let said = '';
      talk.out.on('data', (text) => {
        said += String(text);
        const answer = answers.find((one) => said.includes(one));
        if (answer) resolve(said.split(answer)[0]! + (answer === nothingWord ? nothingWord : ''));
      });
      void talk.ended.then(() => resolve(undefined));
      log.debug('agent is asked', { node: this.#plan.node, word });
      talk.write(`${word}\n`);
    });
  }

  /** Whether the agent has pulled its switch. */
  async hasUndone(): Promise<boolean> {
    return (await this.#exec(['sh', '-c', `[ -f ${place.folder}/undone ] && echo yes || true`])).trim() === 'yes';
  }

  /** Ends the agent, which undoes what it guards. Resolves once it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    (await this.#beating?.catch(() => undefined))?.close();
    await removeAgents(this.#kube, this.#plan, [nameOf(this.#plan)]);
  }

  async #exec(command: string[]): Promise<string> {
    const { namespace, node } = this.#plan;
    const failed = (why: string) => new SetupError(`a command on node ${node} failed: ${why}`);
    const running = this.#kube.run(namespace, nameOf(this.#plan), container, command).catch((error: Error) => {
      throw failed(error.message.trim());
    });
    const said = await within(running, commandWithinMs);
    if (said === undefined) throw failed(`it did not end within ${commandWithinMs / 1_000} s`);
    return said;
  }

  #keepBeating(): void {
    clearInterval(this.#timer);
    void this.#beat();
    this.#timer = setInterval(() => void this.#beat(), beatEveryMs);
  }

  /** One connection carries all beats; where it breaks the next beat makes another. */
  async #beat(): Promise<void> {
    const { namespace } = this.#plan;
    const command = ['sh', '-c', listenScript(place)];
    try {
      this.#beating ??= this.#kube.converse(namespace, nameOf(this.#plan), container, command);
      const talk = await this.#beating;
      void talk.ended.then(() => (this.#beating = undefined));
      talk.write('beat\n');
    } catch {
      this.#beating = undefined;
    }
  }
}

/** Creates the agent unless it exists. @throws UsageError where it is not admitted */
async function makeAgent(kube: Kube, plan: AgentPlan): Promise<void> {
  try {
    await kube.create(agentPod(plan));
  } catch (error) {
    if (apiStatus(error) === 403)
      throw new UsageError(`a privileged pod on ${plan.node} is not admitted: ${apiMessage(error)}`);
    if (apiStatus(error) !== 409) throw error;
  }
}

/** Removes agents and waits until they are gone; without names, all of a Cluster's drills. */
export async function removeAgents(kube: Kube, of: AgentsOf, names?: readonly string[]): Promise<string[]> {
  const there = async () => (await agentsOf(kube, of)).filter((name) => !names || names.includes(name));
  const removed = await there();
  for (const name of removed) await kube.delete(refTo(podKind, name, of.namespace));
  const gone = async () => ((await there()).length === 0 ? true : undefined);
  await until(gone, { withinMs: readyWithinMs, everyMs: 300, what: 'the pods on the nodes to be gone' });
  return removed;
}

type AgentsOf = Pick<Site, 'namespace' | 'cluster'>;

/** Names of the agents of a Cluster's drills. */
export const agentsOf = async (kube: Kube, { namespace, cluster }: AgentsOf): Promise<string[]> =>
  (await kube.list<Pod>(podKind, namespace, `${nodeAgentLabel}=${cluster}`)).map(({ metadata }) => metadata.name);
