"""The submission: ProvideAndRegisterDocumentSetRequest with its metadata (RAD-68, ITI-41; ITI TF-3 4.2)."""
import hashlib

import dcmtk
import mtom
from manifest import KEY_OBJECT_SELECTION
from study import ACQUISITION_MODALITIES, BODY_PARTS, dtm, moment, offset_of

ACTION = 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b'

# UIDs of coding schemes by designator: PS3.16 table 8-1.
CODING_SCHEMES = {
    'DCM': '1.2.840.10008.2.16.4', 'LN': '2.16.840.1.113883.6.1', 'RADLEX': '2.16.840.1.113883.6.256', 'SCT': '2.16.840.1.113883.6.96',
    'SRT': '2.16.840.1.113883.6.96', 'UCUM': '2.16.840.1.113883.6.8',
}

# Classification schemes and nodes of ITI TF-3 table 4.3.1 / 4.2.
ENTRY = {
    'author': '93606bcf-9494-43ec-9b4e-a7748d1a838d', 'classCode': '41a5887f-8865-4c09-adf7-e362475b143a',
    'confidentialityCode': 'f4f85eac-e6cb-4883-b524-f2705394840f', 'eventCodeList': '2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4',
    'formatCode': 'a09d5840-386c-46f2-b5ad-9c3699a4309d', 'healthcareFacilityTypeCode': 'f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1',
    'practiceSettingCode': 'cccf5598-8b07-4b77-a05e-ae952c785ead', 'typeCode': 'f0306f51-975f-434e-a61c-c59651d33983',
}
SET_AUTHOR = 'a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d'
SET_CONTENT_TYPE = 'aa543740-bdda-424e-8c96-df4873be8500'
SET_NODE = 'a54d6aa5-d40d-43f9-88c5-b4633d873bdd'
STABLE = '7edca82f-054d-47f2-a032-9b2a5b5186c1'
ENTRY_PATIENT, ENTRY_UNIQUE = '58a6f841-87b3-4a3e-92fd-a8ffeff98427', '2e82c1f6-a085-4c72-9da3-8640a32e42ab'
SET_PATIENT, SET_SOURCE, SET_UNIQUE = (
    '6b5aea1a-874d-4603-a4bc-96a0a7b38446', '554ac39e-e3fe-47fe-b233-965d2a147832', '96fdda7c-d067-4183-912e-bf5ee74998a8')
ORM = 'urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:'


def build(instances, manifest, to, patient_id, config, clock, new_uuid, new_uid):
    """
    The envelope of the submission of a manifest, and its one document as (content id, media type, octets).
    `manifest` is its file's octets with its header; `patient_id` the CX of the affinity domain.
    """
    octets, header = manifest
    first = instances[0]
    entry, submission_set, link = (f'urn:uuid:{new_uuid(name)}' for name in ('entry', 'set', 'link'))
    content_id = f'{new_uuid("manifest part")}@foreign-source.example'
    objects = (
        document_entry(entry, first, instances, octets, header, patient_id, config, new_uuid)
        + registry_package(submission_set, patient_id, config, clock, new_uuid, new_uid)
        + f'          <rim:Classification id="urn:uuid:{new_uuid("set label")}" objectType="{ORM}Classification"'
        f' classificationNode="urn:uuid:{SET_NODE}" classifiedObject="{submission_set}"/>\n'
        + f'          <rim:Association id="{link}" objectType="{ORM}Association"'
        f' associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"'
        f' sourceObject="{submission_set}" targetObject="{entry}">\n'
        + slot('SubmissionSetStatus', ['Original'], 12)
        + '          </rim:Association>\n'
    )
    body = (
        '    <xdsb:ProvideAndRegisterDocumentSetRequest xmlns:xdsb="urn:ihe:iti:xds-b:2007">\n'
        '      <lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0">\n'
        '        <rim:RegistryObjectList xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">\n'
        f'{objects}'
        '        </rim:RegistryObjectList>\n'
        '      </lcm:SubmitObjectsRequest>\n'
        f'      <xdsb:Document id="{entry}">{mtom.include(content_id)}</xdsb:Document>\n'
        '    </xdsb:ProvideAndRegisterDocumentSetRequest>\n'
    )
    headers = [
        ('Action', ACTION, True), ('To', to, True), ('MessageID', f'urn:uuid:{new_uuid("message")}', False),
        ('ReplyTo', mtom.ANONYMOUS, False),
    ]
    return mtom.envelope(headers, body), (content_id, 'application/dicom', octets)


def document_entry(entry, first, instances, octets, header, patient_id, config, new_uuid):
    """The DocumentEntry of the manifest (RAD TF-2 4.68.4.1.2.3)."""
    zone = offset_of(first['00080201']) if first['00080201'] else config['zone']
    slots = slot('creationTime', [dtm(moment(dcmtk.text(header, '00080012'), dcmtk.text(header, '00080013'), zone))])
    slots += slot('hash', [hashlib.sha1(octets).hexdigest()])
    slots += slot('languageCode', ['en-US'])
    started = moment(first['00080020'], first['00080030'], zone)
    stopped = last_acquisition(instances, zone)
    if started:
        slots += slot('serviceStartTime', [dtm(started)])
        if stopped and stopped[0] >= started[0]:
            slots += slot('serviceStopTime', [dtm(stopped)])
    slots += slot('size', [str(len(octets))])
    departmental = f"{hl7(first['00100020'])}^^^&{config['departmentalAuthority']}&ISO"
    slots += slot('sourcePatientId', [departmental])
    slots += slot('sourcePatientInfo', patient_info(first, departmental))
    slots += slot('urn:ihe:iti:xds:2013:referenceIdList', references(first, config))
    procedures = dcmtk.items(first.header, '00081032')
    type_code = read_code(procedures[0]) if procedures else tuple(config['codes']['typeCode'])
    classified = author(entry, ENTRY['author'], config, new_uuid('entry author'))
    fixed = {name: [tuple(config['codes'][name])] for name in config['codes'] if name in ENTRY}
    coded = {**fixed, 'eventCodeList': event_codes(instances), 'typeCode': [type_code],
             'formatCode': [(KEY_OBJECT_SELECTION, '1.2.840.10008.2.6.1', 'Key Object Selection Document')]}
    for name in sorted(coded):
        for value in coded[name]:
            classified += classification(entry, ENTRY[name], value, new_uuid(f'entry {name} {value[0]}'))
    identifiers = identifier(entry, ENTRY_PATIENT, patient_id, 'XDSDocumentEntry.patientId', new_uuid('entry patientId'))
    identifiers += identifier(entry, ENTRY_UNIQUE, dcmtk.text(header, '00080018'), 'XDSDocumentEntry.uniqueId', new_uuid('entry uniqueId'))
    title = f"Manifest: {first['00081030'] or type_code[2]}"[:127]
    return (
        f'          <rim:ExtrinsicObject id="{entry}" objectType="urn:uuid:{STABLE}" mimeType="application/dicom">\n'
        f'{slots}{international("Name", title)}{classified}{identifiers}'
        '          </rim:ExtrinsicObject>\n'
    )


def registry_package(submission_set, patient_id, config, clock, new_uuid, new_uid):
    """The SubmissionSet (ITI TF-3 4.2.3.3)."""
    return (
        f'          <rim:RegistryPackage id="{submission_set}" objectType="{ORM}RegistryPackage">\n'
        + slot('submissionTime', [clock.strftime('%Y%m%d%H%M%S')])
        + international('Name', 'Imaging study')
        + author(submission_set, SET_AUTHOR, config, new_uuid('set author'))
        + classification(submission_set, SET_CONTENT_TYPE, tuple(config['codes']['contentTypeCode']), new_uuid('set contentTypeCode'))
        + identifier(submission_set, SET_PATIENT, patient_id, 'XDSSubmissionSet.patientId', new_uuid('set patientId'))
        + identifier(submission_set, SET_SOURCE, config['sourceId'], 'XDSSubmissionSet.sourceId', new_uuid('set sourceId'))
        + identifier(submission_set, SET_UNIQUE, new_uid('submission'), 'XDSSubmissionSet.uniqueId', new_uuid('set uniqueId'))
        + '          </rim:RegistryPackage>\n'
    )


# ── values ──────────────────────────────────────────────────────────────────
def hl7(value):
    """Data of an HL7 v2 field: its separators escaped (HL7 v2.5 chapter 2.7)."""
    for character, escaped in (('\\', '\\E\\'), ('|', '\\F\\'), ('^', '\\S\\'), ('&', '\\T\\'), ('~', '\\R\\')):
        value = value.replace(character, escaped)
    return value


def patient_info(first, departmental):
    """sourcePatientInfo: PID-3, -5, -7, -8 of the department."""
    # PN of DICOM is family^given^middle^prefix^suffix, XPN of HL7 family^given^middle^suffix^prefix.
    name = (first['00100010'].split('=')[0].split('^') + [''] * 5)[:5]
    xpn = '^'.join(hl7(name[i]) for i in (0, 1, 2, 4, 3)).rstrip('^')
    values = [f'PID-3|{departmental}', f'PID-5|{xpn}']
    if first['00100030']:
        values.append(f"PID-7|{first['00100030']}")
    if first['00100040']:
        values.append(f"PID-8|{first['00100040']}")
    return values


def references(first, config):
    """referenceIdList in CXi form: the accession number under its authority, and the study."""
    values = []
    issuer = dcmtk.items(first.header, '00080051')
    authority = dcmtk.text(issuer[0], '00400032') if issuer else ''
    if first['00080050']:
        values.append(
            f"{hl7(first['00080050'])}^^^&{authority or config['accessionAuthority']}&ISO^urn:ihe:iti:xds:2013:accession")
    return values + [f'{first.study}^^^^urn:ihe:iti:xds:2016:studyInstanceUID']


def event_codes(instances):
    """eventCodeList: the acquisition modalities and the anatomic regions of the study, each once."""
    found = {}
    for instance in instances:
        modality = instance['00080060']
        if modality in ACQUISITION_MODALITIES:
            found[('m', modality)] = (modality, CODING_SCHEMES['DCM'], ACQUISITION_MODALITIES[modality])
    for instance in instances:
        regions = [read_code(region) for region in dcmtk.items(instance.header, '00082218')]
        if not regions and instance['00180015'] in BODY_PARTS:
            value, meaning = BODY_PARTS[instance['00180015']]
            regions = [(value, CODING_SCHEMES['SCT'], meaning)]
        for region in regions:
            found[('r', *region[:2])] = region
    return list(found.values())


def read_code(item):
    """A code item of DICOM as (code, coding scheme, display name)."""
    designator = dcmtk.text(item, '00080102')
    value = dcmtk.text(item, '00080100') or dcmtk.text(item, '00080119') or dcmtk.text(item, '00080120')
    return value, CODING_SCHEMES.get(designator, designator), dcmtk.text(item, '00080104')


def last_acquisition(instances, zone):
    """The latest acquisition of the study, where the images tell it."""
    times = [moment(i['00080022'], i['00080032'], zone) for i in instances if i['00080022'] and i['00080032']]
    return max(times, key=lambda when: when[0]) if times else None


# ── ebRIM ───────────────────────────────────────────────────────────────────
def slot(name, values, indent=12):
    """A slot, one value a line."""
    pad = ' ' * indent
    lines = ''.join(f'{pad}    <rim:Value>{mtom.escape(value)}</rim:Value>\n' for value in values)
    return f'{pad}<rim:Slot name="{name}">\n{pad}  <rim:ValueList>\n{lines}{pad}  </rim:ValueList>\n{pad}</rim:Slot>\n'


def international(element, value, indent=12):
    """rim:Name or rim:Description."""
    pad = ' ' * indent
    return f'{pad}<rim:{element}>\n{pad}  <rim:LocalizedString value="{mtom.escape(value)}"/>\n{pad}</rim:{element}>\n'


def classification(parent, scheme, value, uuid):
    """A coded attribute: code, coding scheme, display name."""
    return (
        f'            <rim:Classification id="urn:uuid:{uuid}" objectType="{ORM}Classification"'
        f' classificationScheme="urn:uuid:{scheme}" classifiedObject="{parent}" nodeRepresentation="{mtom.escape(value[0])}">\n'
        + slot('codingScheme', [value[1]], 14) + international('Name', value[2], 14)
        + '            </rim:Classification>\n'
    )


def author(parent, scheme, config, uuid):
    """The author: the person who shares, and the institution."""
    return (
        f'            <rim:Classification id="urn:uuid:{uuid}" objectType="{ORM}Classification"'
        f' classificationScheme="urn:uuid:{scheme}" classifiedObject="{parent}" nodeRepresentation="">\n'
        + slot('authorPerson', [config['authorPerson']], 14) + slot('authorInstitution', [config['authorInstitution']], 14)
        + slot('authorRole', ['Radiologist'], 14)
        + '            </rim:Classification>\n'
    )


def identifier(parent, scheme, value, name, uuid):
    """An ExternalIdentifier."""
    return (
        f'            <rim:ExternalIdentifier id="urn:uuid:{uuid}" objectType="{ORM}ExternalIdentifier" registryObject="{parent}"'
        f' identificationScheme="urn:uuid:{scheme}" value="{mtom.escape(value)}">\n'
        + international('Name', name, 14) + '            </rim:ExternalIdentifier>\n'
    )
