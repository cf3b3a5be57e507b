/** The JSON Schema of scenarios, made from the verbs; `scenarios/scenario.schema.json` is its published copy, for editors. */
import type { SchemaObject } from 'ajv/dist/2020.js';
import type { Json } from '../contracts.js';
import { commonParameters, type Verb } from './step.js';

const named = (description: string, example: string): { [name: string]: Json } => ({
  type: 'array',
  uniqueItems: true,
  items: { type: 'string', minLength: 1, description: 'A name, as text', examples: [example] },
  description,
  examples: [[example]],
});

/** Builds the schema for a set of verbs. */
export function scenarioSchema(verbs: ReadonlyMap<string, Verb>): SchemaObject {
  const properties: { [name: string]: Json } = {};
  for (const [name, verb] of verbs) {
    properties[name] = {
      ...verb.schema,
      ...(verb.shorthand && { type: ['object', 'string'] }),
      description: verb.description,
      properties: { ...verb.schema.properties, ...commonParameters },
    };
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Assay: a scenario',
    description: 'A script that lets a product show a set of requirements. Values are passed by ${name.path} references only',
    type: 'object',
    additionalProperties: false,
    required: ['title', 'profile', 'actorUnderTest', 'transactions', 'simulators', 'steps', 'exercises'],
    properties: {
      title: { type: 'string', minLength: 1, description: 'What happens, in one line', examples: ['Share a CT study as a manifest'] },
      description: { type: 'string', description: 'What a vendor needs to know before the scenario is run' },
      profile: { type: 'string', minLength: 1, description: 'Profile of the framework', examples: ['XDS-I.b'] },
      actorUnderTest: { type: 'string', minLength: 1, description: 'Actor that the product plays', examples: ['Imaging Document Source'] },
      transactions: named('Transactions that take place', 'RAD-68'),
      covers: named("The programme's tests that this scenario stands for", 'ids_2018-4801b'),
      given: {
        type: 'object',
        additionalProperties: false,
        description: 'Fixtures: whose images, which study',
        properties: {
          patient: { type: 'string', description: 'Name of a patient fixture', examples: ['amber-stone'] },
          study: { type: 'string', description: 'Name of a study fixture', examples: ['ct-two-series'] },
        },
      },
      simulators: named('Actors that Assay plays', 'document-repository'),
      steps: { type: 'array', minItems: 1, description: 'What is done, in order', items: { $ref: '#/$defs/item' } },
      exercises: named('Ids of the requirements that the scenario promises to exercise', 'RAD68-003'),
    },
    $defs: {
      step: { type: 'object', description: 'A step: one verb with its parameters', minProperties: 1, maxProperties: 1, additionalProperties: false, properties },
      item: {
        type: 'object',
        description: 'A step (one verb with its parameters), or "cases" with the "steps" that are repeated over them',
        minProperties: 1,
        maxProperties: 2,
        additionalProperties: false,
        dependentRequired: { cases: ['steps'], steps: ['cases'] },
        properties: {
          ...properties,
          cases: {
            type: 'array',
            minItems: 1,
            description: 'Rows of data; steps refer to them by ${case.column}',
            items: { type: 'object', description: 'A row: column: value', additionalProperties: { type: ['string', 'number', 'boolean'], description: 'A text, a number, true or false' } },
          },
          steps: { type: 'array', minItems: 1, description: 'Steps that are repeated for each row of "cases"', items: { $ref: '#/$defs/step' } },
        },
      },
    },
  };
}

/** The published file's text. */
export const scenarioSchemaText = (verbs: ReadonlyMap<string, Verb>): string => `${JSON.stringify(scenarioSchema(verbs), null, 2)}\n`;
