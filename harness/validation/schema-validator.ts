/** The way from a check to the schemas: Assay's own, and official ones as well where a folder of them was given. */
import type { SchemaProblem } from '../contracts.js';
import { SchemaPool } from './pool.js';

let shared: SchemaPool | undefined;
/** The pool of this process. Idle workers do not keep the process alive. */
export const sharedPool = (): SchemaPool => (shared ??= new SchemaPool());

/** Ends the shared pool's processes; the next validation starts it anew. */
export function closeSharedPool(): void {
  shared?.close();
  shared = undefined;
}

/** Rejects with `Unvalidatable` where the document is at fault, with another error where Assay is. */
export const schemaValidator =
  (schemasDir?: string) =>
  async (xml: string): Promise<SchemaProblem[]> => {
    const pool = sharedPool();
    const own = pool.validate(xml);
    if (schemasDir === undefined) return own;
    const [ours, theirs] = await Promise.all([own, pool.validate(xml, schemasDir)]);
    const known = new Set(ours.map(({ line, message }) => `${line} ${message}`));
    return [...ours, ...theirs.filter(({ line, message }) => !known.has(`${line} ${message}`))];
  };
