/** Lists of the fields that an object may have, in CEL: what is not in the list denies. Pure. */
import { either, text } from './admission-cel.ts';

/** An optional object, all of whose fields are in the list. @param path with a dot for each optional step: `object.spec.affinity` */
export const fieldsWithin = (path: string, fields: readonly string[]): string => {
  const [root = '', ...names] = path.split('.');
  const steps = names.map((_, i) => `!has(${[root, ...names.slice(0, i + 1)].join('.')})`);
  const within = `dyn(${path}).all(k, k in [${fields.map(text).join(', ')}])`;
  return steps.length > 0 ? either(...steps, within) : within;
};
