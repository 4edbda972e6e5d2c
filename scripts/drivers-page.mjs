// Writes the matrix into docs/drivers.md from the points that are kept: npm run docs:drivers
import { readFileSync, writeFileSync } from 'node:fs';
import { withMatrix } from '../src/report/drivers-page.ts';

const page = 'docs/drivers.md';
const points = JSON.parse(readFileSync('reports/examples/drivers-lab/drivers.json', 'utf8'));
writeFileSync(page, withMatrix(readFileSync(page, 'utf8'), 'lab', points));
