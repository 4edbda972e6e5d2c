import type { Format } from './format.ts';

/** An array with one object a finding; its fields are those of `Finding`. */
export const json: Format = ({ findings }) => `${JSON.stringify(findings, null, 2)}\n`;
