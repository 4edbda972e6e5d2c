/** Which services are notified of a drill: part of `pgdrill.config.yaml`. Tokens are never in it; they are in the environment. */
import { z } from 'zod';

const url = (what: string) => z.url({ protocol: /^https?$/ }).describe(what);

const alertmanagerSchema = z.strictObject({
  url: url('address of Alertmanager'),
  matchers: z
    .record(z.string(), z.string())
    .refine((all) => Object.keys(all).length > 0, 'a silence without matchers would silence everything')
    .describe('labels of the alerts to silence'),
  minutes: z.int().min(1).max(240).default(30).describe('how long the silence lasts should nobody lift it'),
});
const grafanaSchema = z.strictObject({
  url: url('address of Grafana; its token is in PGDRILL_GRAFANA_TOKEN'),
  tags: z.array(z.string()).default(['pgdrill']).describe('tags of the annotation'),
});

export const hooksSchema = z
  .strictObject({
    webhook: url('gets a POST of JSON at the start, at an abort and at the end').optional(),
    alertmanager: alertmanagerSchema.optional().describe('gets a silence for the time of a drill'),
    grafana: grafanaSchema.optional().describe('gets an annotation over the time of a drill'),
  })
  .default({})
  .describe('services that are notified of drills on clusters');
export type HooksConfig = z.infer<typeof hooksSchema>;
