import { type Edit, insertBeside, replaceScalar } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { archivingPlugin, cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { archivingPluginOf } from '../objects/backup.ts';
import type { Resource } from '../objects/resource.ts';
import type { Place } from '../text/manifest.ts';

/** A plugin that archives without being named the archiver may fail without an error. */
export const archiverNotDesignated: Rule = {
  id: 'archiver-not-designated',
  severity: 'warning',
  title: 'plugin that archives is not named the WAL archiver',
  documentation: cnpg('cloudnative-pg.v1', 'pluginconfiguration'),
  explanation:
    'The plugin is listed without `isWALArchiver: true`. The operator still hands WAL to it, for compatibility. But where ' +
    'the sidecar of the plugin is missing, as after an update that could not inject it, a segment counts as archived ' +
    'although nothing stored it: the archive has a hole, no condition reports it, and a restore ends there. With ' +
    '`isWALArchiver: true` archiving fails visibly and is tried again. The docs of the plugin ask for it.',
  bad: cluster(`instances: 1${archivingPlugin.replace('\n    isWALArchiver: true', '')}`),
  since: '1.26',
  drill: 'point-in-time-restore',
  check: eachCluster(function* (resource) {
    const plugin = archivingPluginOf(resource);
    if (!plugin || resource.field(plugin, 'isWALArchiver') === 'true') return;
    yield {
      resource,
      at: plugin,
      message:
        `The Barman Cloud plugin is listed without isWALArchiver: true. Where its sidecar is missing, WAL counts as archived ` +
        `although nothing stored it: the archive has a hole that nothing reports, and a restore ends there.`,
      change: designated(resource, plugin),
    };
  }),
};

function designated(resource: Resource, plugin: Place): Edit[] {
  const existing = plugin.manifest.within(plugin.node, 'isWALArchiver');
  if (resource.isExpanded) return [];
  if (existing) return [replaceScalar(existing, 'true')];
  const name = plugin.manifest.within(plugin.node, 'name');
  return name ? [insertBeside(name, 'isWALArchiver', true)] : [];
}
