/** Where a repository keeps manifests of CloudNativePG, so that the recipe for CI checks them. Only looks. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', 'reports', 'vendor', 'dist']);
const deepest = 8;
const filesAtMost = 5_000;
const ofOperator = /^\s*apiVersion:\s*["']?postgresql\.cnpg\.io\//m;

/**
 * The folders to check, as seen from the root, with `/`: below each folder of the root the one that holds all such
 * manifests, for a Pooler refers to its Cluster and an overlay to its base. A chart counts as a whole.
 * @returns sorted; `.` alone where a manifest lies in the root itself
 */
export function manifestFolders(root: string): string[] {
  const found = filesWith(root).map((file) => file.split('/').slice(0, -1));
  if (found.some((folder) => folder.length === 0)) return ['.'];
  const bySubfolder = Map.groupBy(found, ([first]) => first);
  const folders = [...bySubfolder.values()].map((paths) => aboveTemplates(root, paths.reduce(commonStart)).join('/'));
  // The recipe separates paths by spaces.
  return folders.filter((folder) => !/\s/.test(folder)).sort();
}

function filesWith(root: string): string[] {
  const yaml: string[] = [];
  const visit = (folder: string, depth: number): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || skipped.has(entry.name) || yaml.length >= filesAtMost) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < deepest) visit(path, depth + 1);
      else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) yaml.push(path);
    }
  };
  visit('', 0);
  return yaml.filter((file) => ofOperator.test(readFileSync(join(root, file), 'utf8')));
}

function commonStart(one: string[], other: string[]): string[] {
  const end = one.findIndex((part, index) => part !== other[index]);
  return end < 0 ? one : one.slice(0, end);
}

/** Templates are rendered by their chart, so it is the chart that is checked. */
function aboveTemplates(root: string, parts: string[]): string[] {
  const at = parts.lastIndexOf('templates');
  const chart = parts.slice(0, at);
  return at > 0 && existsSync(join(root, ...chart, 'Chart.yaml')) ? chart : parts;
}
