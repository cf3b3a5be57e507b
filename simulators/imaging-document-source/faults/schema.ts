/** Payloads that the schemas of ebRS, ebRIM and XDS.b refuse. */
import { childrenOf } from '../../emit/xml.js';
import { sourceFault } from '../fault.js';

export const faults = [
  sourceFault(
    { id: 'schema-name-before-slots', title: 'puts rim:Name before the slots of its entry', breaks: 'ASY-SOAP-019' },
    {
      metadata: ({ entry }) => {
        const name = childrenOf(entry, 'rim:Name')[0]!;
        entry.children = [name, ...entry.children.filter((c) => c !== name)];
      },
    },
  ),
  sourceFault({ id: 'schema-document-first', title: 'puts the document before the metadata in its request', breaks: 'ASY-SOAP-019' }, { payload: (payload) => void payload.children.reverse() }),
  sourceFault(
    { id: 'schema-unknown-element', title: 'sends an element that the schema does not know', breaks: 'ASY-SOAP-019' },
    { metadata: ({ entry }) => void entry.children.push({ name: 'rim:Extra', attributes: {}, children: ['x'] }) },
  ),
];
