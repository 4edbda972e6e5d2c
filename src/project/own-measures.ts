/** The measures that the scenario of a stored run brings, for judging it again. */
import type { Run } from '../journal/run.ts';
import type { OwnMeasures } from '../measure/own.ts';
import { findScenario } from './catalogue.ts';

/**
 * @param folder of scenarios
 * @param storedLimits under the limits that the run was made with, instead of those of the file
 * @returns undefined where the run has none, or its scenario cannot be loaded: then they are unknown
 */
export async function ownMeasuresOf(run: Run, folder: string, storedLimits = false): Promise<OwnMeasures | undefined> {
  const { own, scenario } = run.header;
  if (!own) return undefined;
  const found = await findScenario(folder, scenario.name).catch(() => undefined);
  const measures = found?.scenario.measures;
  if (!measures || !storedLimits) return measures;
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, { limit }]) => {
      const measure = measures[name];
      return measure ? [[name, { ...measure, limit }]] : [];
    }),
  );
}
