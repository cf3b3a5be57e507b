/** The way from a check to the schemas. */
import type { SchemaProblem } from '../contracts.js';

export const schemaValidator =
  (_schemasDir?: string) =>
  async (_xml: string): Promise<SchemaProblem[]> => {
    throw new Error('not there yet');
  };
