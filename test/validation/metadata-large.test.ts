/** A submission of very many objects, each with the same faults: judged in linear time, and the findings stay few. */
import { expect } from 'chai';
import { loadCatalogue } from '../../harness/requirements/catalogue.js';
import { validateFile } from '../../harness/validation/validate-file.js';

const OBJECTS = 3_000;
const METADATA = /META-|ITI41|RAD68|ISV-009/;

/** Entries without anything, associations that link nothing, labels beside packages, documents, and one entry with very many Slots. */
function hostile(): string {
  const each = (make: (n: number) => string): string => Array.from({ length: OBJECTS }, (_, n) => make(n)).join('');
  const entries = each((n) => `<ExtrinsicObject id="d${n}"/>`);
  const links = each((n) => `<Association id="a${n}" associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember" sourceObject="s" targetObject="e${n}"/>`);
  const sets = each((n) => `<RegistryPackage id="p${n}"/><Classification classifiedObject="p${n}" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>`);
  const slots = each((n) => `<Slot name="x${n % 100}"><ValueList><Value>\\H\\</Value></ValueList></Slot>`);
  const values = `<Slot name="urn:ihe:iti:xds:2013:referenceIdList"><ValueList>${each(() => '<Value>1</Value>')}</ValueList></Slot>`;
  const list = `<SubmitObjectsRequest><RegistryObjectList>${entries}${links}${sets}<ExtrinsicObject id="big">${slots}${values}</ExtrinsicObject></RegistryObjectList></SubmitObjectsRequest>`;
  return `<ProvideAndRegisterDocumentSetRequest>${list}${each((n) => `<Document id="x${n}">QQ==</Document>`)}</ProvideAndRegisterDocumentSetRequest>`;
}

describe('a very large submission', () => {
  it('is judged in time, with a bounded list of findings', async function () {
    this.timeout(120_000);
    const catalogue = (await loadCatalogue()).entries.filter(({ id }) => METADATA.test(id));
    const start = process.cpuUsage();
    const { findings } = await validateFile('large', Buffer.from(hostile()), { catalogue, transaction: 'RAD-68' });
    const { user, system } = process.cpuUsage(start);
    const byRequirement = new Map<string, number>();
    for (const { requirement } of findings) byRequirement.set(requirement, (byRequirement.get(requirement) ?? 0) + 1);
    expect(findings.filter(({ verdict }) => verdict === 'error')).to.deep.equal([]);
    expect(Math.max(...byRequirement.values())).to.be.at.most(42);
    expect(byRequirement.get('ASY-META-004')).to.equal(21);
    expect(findings.find(({ requirement, message }) => requirement === 'ASY-META-004' && message.includes(' more like'))).to.not.equal(undefined);
    expect((user + system) / 1e6, 'seconds of processor time').to.be.below(30);
  });
});
