/** Whether a lab can run on this machine; if not, the one thing that is missing and what to do about it. */
import { whyImpossible } from './machine.ts';
import { missingParts } from './root/rootfs.ts';

/** One sentence, or undefined where a lab can be opened at once. */
export async function whyUnavailable(): Promise<string | undefined> {
  return (await whyImpossible()) ?? whyUnprepared();
}

async function whyUnprepared(): Promise<string | undefined> {
  const missing = await missingParts();
  if (missing.length === 0) return undefined;
  return `the lab is not prepared yet (missing: ${missing.join(', ')}): run pgdrill prepare`;
}
