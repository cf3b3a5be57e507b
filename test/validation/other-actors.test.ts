/**
 * Checks of requirements that oblige other actors than the witnesses' system under test: proven on files, right and wrong ones,
 * and by replacing each by one that always says the same.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Verdict } from '../../harness/contracts.js';
import { applies } from '../../harness/requirements/applicability.js';
import { loadCatalogue } from '../../harness/requirements/catalogue.js';
import { packageRoot } from '../../harness/root.js';
import { builtInChecks } from '../../harness/validation/registry.js';
import { validateFile } from '../../harness/validation/validate-file.js';

const slot = (value: string): string => `<rim:Slot name="repositoryUniqueId"><rim:ValueList><rim:Value>${value}</rim:Value></rim:ValueList></rim:Slot>`;
const before = '<rim:Slot name="creationTime">';
const insert = (text: string) => (metadata: string) => metadata.replace(before, `${text}${before}`);

/** By requirement: what makes the registration of the conformant case right, and what makes it wrong. */
const files: Record<string, { right: (metadata: string) => string; wrong: ((metadata: string) => string)[] }> = {
  'ASY-META-034': { right: insert(slot('1.3.6.1.4.1.21367.13.80.101')), wrong: [(metadata) => metadata, insert(slot('urn:oid:1.3.6.1.4.1.21367.13.80.101'))] },
};

describe('checks of other actors', () => {
  const verdictOn = async (id: string, text: string): Promise<Verdict | undefined> => {
    const { entries } = await loadCatalogue();
    const catalogue = entries.filter((entry) => entry.id === id);
    return (await validateFile('file', Buffer.from(text, 'latin1'), { catalogue, transaction: 'ITI-42' })).verdict;
  };
  const registration = async (): Promise<string> => {
    const raw = await readFile(join(packageRoot, 'test', 'witness', 'cases', 'share-ct-study', 'rad-68.request.http'), 'latin1');
    return /<lcm:SubmitObjectsRequest[\s\S]*<\/lcm:SubmitObjectsRequest>/.exec(raw)?.[0] ?? '';
  };

  it('are all proven here', async () => {
    const { entries } = await loadCatalogue();
    const claims = ['XDS-I.b', 'XCA-I'].map((profile) => ({ profile, actor: 'Imaging Document Source', options: ['Set of DICOM Instances'] }));
    const others = (await builtInChecks()).map(({ check }) => check.decides).filter((id) => !entries.some((entry) => entry.id === id && claims.some((claim) => applies(entry, claim))));
    expect([...new Set(others)].sort()).to.deep.equal(Object.keys(files).sort());
  });

  for (const [id, { right, wrong }] of Object.entries(files)) {
    it(`${id}: passes what is right, fails what is wrong`, async () => {
      const metadata = await registration();
      expect(await verdictOn(id, right(metadata))).to.equal('pass');
      for (const change of wrong) expect(await verdictOn(id, change(metadata))).to.equal('fail');
    });
  }
});
