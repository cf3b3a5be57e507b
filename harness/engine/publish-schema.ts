/** Writes `scenarios/scenario.schema.json` anew: `npx tsx harness/engine/publish-schema.ts`, after a verb's schema has changed. */
import { writeFile } from 'node:fs/promises';
import { dataFile } from '../root.js';
import { scenarioSchemaText } from './scenario-schema.js';
import { builtInVerbs } from './step.js';

await writeFile(dataFile('scenarios', 'scenario.schema.json'), scenarioSchemaText(await builtInVerbs()));
