/** How many nodes the Kubernetes cluster has, where the repository installs it too: with Talos, k3s, kind or k3d, or says so. */
import { basename, dirname } from 'node:path';
import { isMap, isSeq } from 'yaml';
import { rootsOf } from '../text/parse.ts';
import type { File } from './files.ts';

/**
 * The nodes of `talconfig.yaml` (talhelper), the machine configurations in one folder, an Ansible inventory for
 * k3s, or the configuration of kind or k3d; one where a comment says so. Undefined where the files declare none, or those of several clusters.
 */
export function nodesIn(files: readonly Pick<File, 'path' | 'source'>[]): number | undefined {
  const configs = files.filter(({ path }) => /^talconfig\.ya?ml$/.test(basename(path)));
  if (configs.length > 0) return configs.length === 1 ? listedIn(configs[0]!) : undefined;
  const machines = files.filter(isMachine);
  const folders = new Set(machines.map(({ path }) => dirname(path)));
  if (folders.size > 0) return folders.size === 1 ? machines.length : undefined;
  const inventories = files.flatMap((file) => inventoryNodes(file) ?? []);
  if (inventories.length > 0) return inventories.length === 1 ? inventories[0] : undefined;
  const local = new Set(files.filter(({ path }) => !forTests.test(path)).flatMap((file) => localNodes(file) ?? []));
  if (local.size > 0) return local.size === 1 ? [...local][0] : undefined;
  return files.some(({ source: { text } }) => text.includes('node') && isSingle.test(text)) ? 1 : undefined;
}

/** A cluster of kind or k3d in such a folder is for tests and development beside another one. */
const forTests = /\/(?:\.github|hack|tests?|testing|e2e|ci|dev|development|local|scripts?)\//i;

/** “kind is a single node”, “a single-node k3s”: not the single node of another program, or of a volume. */
const isSingle =
  /#.*\b(?:(?:kind|k3s|k3d|minikube|microk8s|talos|(?:the|this|my|our) (?:kubernetes )?cluster) (?:is|has|runs on) (?:a |one |only )*(?:single|one)[- ]node\b|single[- ]node (?:kind|k3s|k3d|minikube|microk8s|talos|kubernetes)\b)/i;

/** The hosts of an Ansible inventory that installs k3s (`k3s_cluster`, as k3s-ansible has it). */
function inventoryNodes({ source }: Pick<File, 'source'>): number | undefined {
  if (!/^k3s_cluster:/m.test(source.text)) return undefined;
  const root = rootsOf(source)[0]?.node;
  const groups = isMap(root) ? root.getIn(['k3s_cluster', 'children']) : undefined;
  if (!isMap(groups)) return undefined;
  const hosts = ['server', 'agent', 'master', 'node'].map((group) => groups.getIn([group, 'hosts']));
  const count = hosts.reduce((sum: number, list) => sum + (isMap(list) ? list.items.length : 0), 0);
  return count > 0 ? count : undefined;
}

/** The nodes of a cluster of kind or k3d, which has one where none is listed. */
function localNodes({ source }: Pick<File, 'source'>): number | undefined {
  const { text } = source;
  if (!/^apiVersion: *["']?(?:kind\.x-k8s|k3d)\.io\//m.test(text)) return undefined;
  const root = rootsOf(source)[0]?.node;
  if (!isMap(root)) return undefined;
  const nodes = root.get('nodes');
  if (/^apiVersion: *["']?kind/m.test(text)) {
    if (!isSeq(nodes)) return 1;
    // Beside workers the control plane takes no other pods.
    const workers = nodes.items.filter((node) => isMap(node) && node.get('role') === 'worker');
    return workers.length > 0 ? workers.length : 1;
  }
  return Number(root.get('servers') ?? 1) + Number(root.get('agents') ?? 0);
}

function listedIn({ source }: Pick<File, 'source'>): number | undefined {
  const root = rootsOf(source)[0]?.node;
  const nodes = isMap(root) ? root.get('nodes') : undefined;
  return isSeq(nodes) && nodes.items.length > 0 ? nodes.items.length : undefined;
}

/** A whole machine configuration; patches of one say neither the type nor how to join. */
function isMachine({ path, source: { text } }: Pick<File, 'path' | 'source'>): boolean {
  // By its address, as talosctl applies it; encrypted or not.
  if (/\/talos\/\d+(?:\.\d+){3}(?:\.sops)?\.ya?ml$/.test(path)) return true;
  if (!text.includes('machine:') || !/^cluster:/m.test(text)) return false;
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('machine:'));
  const next = lines.findIndex((line, nth) => nth > first && /^\S/.test(line) && !line.startsWith('#'));
  return first >= 0 && lines.slice(first, next < 0 ? undefined : next).some((line) => /^ {1,4}type:/.test(line));
}
