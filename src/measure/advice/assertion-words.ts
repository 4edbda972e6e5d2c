/** Why an assertion of the user does not hold on a restored copy: whether the backup or the assertion is at fault. */
import type { Run } from '../../journal/run.ts';
import { comparedRestores } from '../backups/pitr.ts';
import { restoredDamage } from '../backups/restore.ts';
import { counted } from '../measured.ts';
import type { Check, Reason } from '../verdict.ts';

/** Of `failedAssertions`. */
export function failedAssertion(run: Run, { note, value }: Check): Pick<Reason, 'why' | 'advice'> {
  const broken = run.proofs.flatMap(({ assertions = [] }) => assertions.filter(({ holds }) => !holds));
  const asked = [...new Set(broken.map(({ sql }) => sql))].slice(0, 3).map((sql) => sql.trim());
  const questions = asked.length > 0 ? ` (${asked.join('; ')})` : '';
  const what = (value ?? 1) === 1 ? 'one of your assertions does not hold' : `${value} of your assertions do not hold`;
  const compared = comparison(run);
  const why = `The restore worked, and ${what} on it${note ? `: ${note}` : ''}${questions}.`;
  if (compared === undefined)
    return {
      why,
      advice:
        'If the assertion is right, find out what the backup lacks: what the database held when the backup was taken, and whether the right cluster was restored. If not, correct the assertion.',
    };
  const isOfCatalogue = asked.length > 0 && asked.every((sql) => /\bpg_(database|roles|authid|extension)\b/i.test(sql));
  return {
    why: `${why} The backup lacks nothing that the drill compared: ${compared}. ${isOfCatalogue ? 'So the source did not have what the assertion expects either: the assertion is at fault, not the backup.' : 'Rows of your own tables it did not compare.'}`,
    advice: isOfCatalogue
      ? 'Correct the assertion, or find out why the source itself lacks what it expects.'
      : 'Ask the source the same question: where it gives the same answer, correct the assertion; where it does not, the backup lacks what the source has, although all writes of the drill are in it.',
  };
}

/** What of the copy is as it was on the source, in words; undefined where something lacks, or where nobody compared. */
function comparison(run: Run): string | undefined {
  const compared = comparedRestores(run);
  const [one] = compared;
  const damage = restoredDamage(run);
  if (!one || compared.length !== run.restores.length || damage.value !== 0 || damage.upper !== 0) return undefined;
  if (compared.some(({ missing, due }) => missing.length > 0 || due === 0)) return undefined;
  const mark = run.marks.find(({ name }) => name === one.restore.target.mark);
  const source = mark?.databases ?? run.backups.find(({ id }) => id === one.restore.backup)?.databases;
  const ofSource = source
    ? `, its roles, and its ${counted(source.length, 'database')} without templates, as many as the source had at that moment (${source.join(', ')})`
    : '';
  return `it has all ${counted(one.due, 'write')} acknowledged before its moment${ofSource}`;
}
