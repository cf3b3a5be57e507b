/** Where the schemas lie, by namespace, and the driver that puts them together. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFile } from '../root.js';

/** Namespaces whose elements Assay validates, with its own schema of each. */
export const ownSchemas: Record<string, string> = {
  'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0': 'ebrim.xsd',
  'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0': 'ebrs.xsd',
  'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0': 'ebrs-lifecycle.xsd',
  'urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0': 'ebrs-query.xsd',
  'urn:ihe:iti:xds-b:2007': 'xds.xsd',
  'urn:ihe:rad:xdsi-b:2009': 'xds-imaging.xsd',
  'urn:ihe:iti:rmd:2017': 'xds-delete.xsd',
};

export const ownSchemasFolder = (): string => dataFile('harness', 'validation', 'schemas');

/** The element under which the worker validates many documents with one compilation of the schemas. */
export const BATCH = { namespace: 'urn:assay:batch', element: 'batch' } as const;

/** A schema that imports those of a folder and declares the batch element. */
export function driverSchema(files: Record<string, string>): string {
  const imports = Object.entries(files).map(([namespace, file]) => `<xs:import namespace="${namespace}" schemaLocation="${file}"/>`);
  return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${BATCH.namespace}">${imports.join('')}
<xs:element name="${BATCH.element}"><xs:complexType><xs:sequence>
<xs:any namespace="##other" processContents="strict" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>`;
}

/** The schemas of a user's folder (`--schemas DIR`) for the namespaces that Assay knows, found by their target namespace. */
export function officialSchemas(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const file of readdirSync(folder).filter((name) => name.toLowerCase().endsWith('.xsd')).sort()) {
    const namespace = /targetNamespace\s*=\s*["']([^"']*)["']/.exec(readFileSync(join(folder, file), 'utf8'))?.[1];
    if (namespace !== undefined && namespace in ownSchemas) found[namespace] ??= file;
  }
  if (Object.keys(found).length === 0) {
    throw new Error(`${folder} holds no schema of ${Object.keys(ownSchemas).join(', ')}. Point --schemas at a folder with files such as rim.xsd, lcm.xsd and XDS.b_DocumentRepository.xsd.`);
  }
  return found;
}
