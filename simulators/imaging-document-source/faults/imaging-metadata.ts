/** Attributes whose values RAD-68 takes from the study and from the affinity domain (RAD TF-3 table 4.68.4.1.2.3-1). */
import { classificationsOf, coded, identifierOf, setSlot, slotValues } from '../../emit/ebrim.js';
import { removeChild, type XmlNode } from '../../emit/xml.js';
import { sourceFault } from '../fault.js';

const REFERENCES = 'urn:ihe:iti:xds:2013:referenceIdList';

/** Gives a coded attribute another code, scheme and name in place. */
function recode(entry: XmlNode, attribute: Parameters<typeof classificationsOf>[1], code: string, scheme: string, display: string): void {
  const old = classificationsOf(entry, attribute)[0]!;
  entry.children[entry.children.indexOf(old)] = coded(attribute, entry.attributes.id!, old.attributes.id!, { code, scheme, display });
}
const changeReferences = (entry: XmlNode, change: (value: string) => string): void => setSlot(entry, REFERENCES, ...slotValues(entry, REFERENCES).map(change));

export const faults = [
  sourceFault(
    { id: 'uniqueId-is-study-uid', title: 'gives the Study Instance UID as uniqueId of the manifest', breaks: 'ASY-RAD68-001' },
    { metadata: ({ entry }, study) => void (identifierOf(entry, 'XDSDocumentEntry.uniqueId')!.attributes.value = study.header.study.uid) },
  ),
  sourceFault(
    { id: 'typeCode-is-modality', title: 'gives the modality as typeCode', breaks: 'ASY-RAD68-002' },
    { metadata: ({ entry }) => recode(entry, 'DocumentEntry.typeCode', 'CT', '1.2.840.10008.2.16.4', 'Computed Tomography') },
  ),
  sourceFault(
    { id: 'accession-without-authority', title: 'leaves out the authority of the accession number', breaks: 'ASY-RAD68-003' },
    { metadata: ({ entry }) => changeReferences(entry, (v) => v.replace(/\^&[^^]*(\^urn:ihe:iti:xds:2013:accession)$/, '^$1')) },
  ),
  sourceFault(
    { id: 'accession-of-other-study', title: 'names another accession number than that of the study', breaks: 'ASY-RAD68-029', alsoBreaks: ['ASY-RAD68-003'] },
    { metadata: ({ entry }) => changeReferences(entry, (v) => (v.endsWith('accession') ? `X${v}` : v)) },
  ),
  sourceFault(
    { id: 'no-anatomic-region', title: 'leaves out the region of the body', breaks: 'ASY-RAD68-004' },
    { metadata: ({ entry }) => removeChild(entry, classificationsOf(entry, 'DocumentEntry.eventCodeList')[1]!) },
  ),
  sourceFault(
    { id: 'foreign-modality', title: 'adds ultrasound to the event codes of a CT study', breaks: 'ASY-RAD68-005', alsoBreaks: ['RAD68-019'] },
    {
      metadata: ({ entry }) => {
        const last = classificationsOf(entry, 'DocumentEntry.eventCodeList').at(-1)!;
        entry.children.splice(entry.children.indexOf(last) + 1, 0, coded('DocumentEntry.eventCodeList', entry.attributes.id!, 'added-modality', { code: 'US', scheme: '1.2.840.10008.2.16.4', display: 'Ultrasound' }));
      },
    },
  ),
  sourceFault(
    { id: 'departmental-patient-id', title: 'registers the study under the departmental patient id', breaks: 'ASY-RAD68-008', alsoBreaks: ['ISV-009'] },
    {
      metadata: ({ entry, submissionSet }) => {
        const id = slotValues(entry, 'sourcePatientId')[0] ?? '';
        identifierOf(entry, 'XDSDocumentEntry.patientId')!.attributes.value = id;
        identifierOf(submissionSet, 'XDSSubmissionSet.patientId')!.attributes.value = id;
      },
    },
  ),
  sourceFault(
    { id: 'source-patient-id-is-domain-id', title: 'repeats the domain id as sourcePatientId', breaks: 'ASY-RAD68-030' },
    { metadata: ({ entry }) => setSlot(entry, 'sourcePatientId', identifierOf(entry, 'XDSDocumentEntry.patientId')!.attributes.value ?? '') },
  ),
  sourceFault(
    { id: 'wrong-formatCode', title: 'gives its manifest the format code of a text report', breaks: 'RAD68-022', hides: ['ASY-RAD68-020'] },
    { metadata: ({ entry }) => recode(entry, 'DocumentEntry.formatCode', 'urn:ihe:rad:TEXT', '1.3.6.1.4.1.19376.1.2.3', 'Radiology XDS-I Text') },
  ),
  sourceFault(
    { id: 'practice-setting-cardiology', title: 'gives a practice setting that the domain does not prescribe', breaks: 'ASY-RAD68-017', alsoBreaks: ['ASY-RAD68-021'] },
    { metadata: ({ entry }) => recode(entry, 'DocumentEntry.practiceSettingCode', 'Practice-C', '1.3.6.1.4.1.21367.2017.3', 'Cardiology') },
  ),
  sourceFault(
    { id: 'on-demand-entry', title: 'submits its manifest as an On-Demand entry', breaks: 'ASY-RAD68-007', alsoBreaks: ['ASY-ITI41-004', 'ASY-META-010'], hides: ['ASY-META-096'] },
    { metadata: ({ entry }) => void (entry.attributes.objectType = 'urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248') },
  ),
  sourceFault(
    { id: 'display-names-swapped', title: 'swaps the display names of its event codes', breaks: 'RAD68-021', expectedExit: 0 },
    {
      metadata: ({ entry }) => {
        const [one, two] = classificationsOf(entry, 'DocumentEntry.eventCodeList') as [XmlNode, XmlNode];
        [one.children[1], two.children[1]] = [two.children[1]!, one.children[1]!];
      },
    },
  ),
  sourceFault(
    { id: 'creationTime-is-study-time', title: 'gives the time of the study as creationTime of the manifest', breaks: 'ASY-RAD68-011', expectedExit: 0 },
    { metadata: ({ entry }, study) => setSlot(entry, 'creationTime', study.start ?? '20200101') },
  ),
];
