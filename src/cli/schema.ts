import { Argument, Command } from 'commander';
import { writeDocument } from './say.ts';
import { schemas, schemaText } from './schemas.ts';

/** `pgdrill schema`: a JSON Schema, for editors and for programs that read what this one writes. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print a JSON Schema: of the configuration, of a scenario’s settings, or of the JSON report')
    .addArgument(new Argument('<what>', 'which').choices(Object.keys(schemas)))
    .action(async (what: string) => {
      await writeDocument(schemaText(schemas[what]!));
    });
}
