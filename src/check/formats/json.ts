import { printableJson } from '../../printable.ts';
import type { Format } from './format.ts';

/** An array with one object a finding; its fields are those of `Finding`. */
export const json: Format = ({ findings }) => `${printableJson(findings, 2)}\n`;
