import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { DriverPoint } from './drivers.ts';
import { withMatrix } from './drivers-page.ts';

const page = readFileSync('docs/drivers.md', 'utf8');
const points = JSON.parse(readFileSync('reports/examples/drivers-lab/drivers.json', 'utf8')) as DriverPoint[];

describe('the page of drivers', () => {
  it('shows every point that was kept, as the report of today does', () => {
    expect(points.length).to.be.greaterThan(200);
    expect(withMatrix(page, 'lab', points)).to.equal(page);
  });

  it('differs where a point does', () => {
    const others = points.map((point) => ({ ...point, never: point.workers, recoveryMs: null }));
    expect(withMatrix(page, 'lab', others)).not.to.equal(page);
  });

  it('is refused without its marks', () => {
    expect(() => withMatrix('# Drivers', 'lab', points)).to.throw('expected the marks');
  });
});
