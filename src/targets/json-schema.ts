import { z } from 'zod';
import { configurationFileSchema } from './schema.ts';

/**
 * What editors complete and check `kernelwright.yml` by: the JSON Schema (draft 2020-12) of what may be written. It knows keys, types
 * and the beginnings of notations; what they mean together only `parseConfiguration` knows.
 */
export function configurationJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configurationFileSchema, { io: 'input', unrepresentable: 'any' });
  return {
    $schema,
    title: 'Kernelwright',
    description: 'What Kernelwright optimizes: .github/kernelwright.yml',
    ...schema,
  };
}
