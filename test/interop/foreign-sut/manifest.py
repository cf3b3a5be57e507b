"""The manifest: a Key Object Selection Document of a study (IHE RAD TF-2 4.68.4.1.2.1; PS3.3 A.35.4; PS3.16 TID 2010)."""
import dcmtk
from study import offset_of

KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59'

# Attributes of patient and study that the manifest takes over from the images: tag, VR. All of Type 2 or 1: present even if empty.
COPIED = [
    ('00080020', 'DA'), ('00080030', 'TM'), ('00080050', 'SH'), ('00080090', 'PN'), ('00100010', 'PN'), ('00100020', 'LO'),
    ('00100030', 'DA'), ('00100040', 'CS'), ('0020000D', 'UI'), ('00200010', 'SH'),
]
COPIED_WHERE_PRESENT = [('00081030', 'LO'), ('00100021', 'LO')]


def build(instances, config, clock, new_uid):
    """The data set of the manifest of these instances, which are of one study."""
    first = instances[0]
    zone = first['00080201']
    now = clock.astimezone(offset_of(zone)) if zone else clock
    date, time = now.strftime('%Y%m%d'), now.strftime('%H%M%S')
    dataset = [(tag, vr, first[tag]) for tag, vr in COPIED]
    dataset += [(tag, vr, first[tag]) for tag, vr in COPIED_WHERE_PRESENT if first[tag]]
    if zone:
        dataset.append(('00080201', 'SH', zone))
    procedure = dcmtk.items(first.header, '00081032')
    if procedure:
        dataset.append(('00081032', 'SQ', dcmtk.codes(procedure)))
    issuer = accession_issuer(first.header)
    if issuer:
        dataset.append(('00080051', 'SQ', [issuer]))
    dataset += [
        ('00100024', 'SQ', [[('00400032', 'UT', config['departmentalAuthority']), ('00400033', 'CS', 'ISO')]]),
        ('00080005', 'CS', 'ISO_IR 192'),
        ('00080012', 'DA', date), ('00080013', 'TM', time),
        ('00080016', 'UI', KEY_OBJECT_SELECTION), ('00080018', 'UI', new_uid('manifest')),
        ('00080023', 'DA', date), ('00080033', 'TM', time),
        ('00080060', 'CS', 'KO'), ('00080070', 'LO', 'Foreign Source Works'), ('00080080', 'LO', config['institution']),
        ('00081090', 'LO', 'Shell Archive'), ('00181000', 'LO', '1'), ('00181020', 'LO', '1.0'),
        ('00081111', 'SQ', []),
        ('0008103E', 'LO', 'Manifest'),
        ('0020000E', 'UI', new_uid('series')), ('00200011', 'IS', '9001'), ('00200013', 'IS', '1'),
        ('0040A040', 'CS', 'CONTAINER'), ('0040A043', 'SQ', [dcmtk.code('113030', 'DCM', 'Manifest')]), ('0040A050', 'CS', 'SEPARATE'),
        ('0040A504', 'SQ', [[('00080105', 'CS', 'DCMR'), ('0040DB00', 'CS', '2010')]]),
        ('0040A375', 'SQ', [evidence(instances, config)]),
        ('0040A730', 'SQ', content(instances, config)),
    ]
    requests = referenced_requests(instances)
    if requests:
        dataset.append(('0040A370', 'SQ', requests))
    return dataset


def evidence(instances, config):
    """The one study item of Current Requested Procedure Evidence Sequence: study, series, instances, and where to get them."""
    series = {}
    for instance in instances:
        series.setdefault(instance.series, []).append([('00081150', 'UI', instance.sop_class), ('00081155', 'UI', instance.sop)])
    listed = [
        [
            ('00080054', 'AE', config['aeTitle']),
            ('00081199', 'SQ', references),
            ('0020000E', 'UI', uid),
            ('0040E011', 'UI', config['repositoryUniqueId']),
        ]
        for uid, references in series.items()
    ]
    return [('00081115', 'SQ', listed), ('0020000D', 'UI', instances[0].study)]


def content(instances, config):
    """The content tree of TID 2010: language, the device that observes (TID 1002, 1004), a description, the references."""
    tree = [
        item('HAS CONCEPT MOD', 'CODE', ('121049', 'DCM', 'Language of Content Item and Descendants'),
             ('0040A168', 'SQ', [dcmtk.code('en-US', 'RFC5646', 'English (United States)')])),
        item('HAS OBS CONTEXT', 'CODE', ('121005', 'DCM', 'Observer Type'), ('0040A168', 'SQ', [dcmtk.code('121007', 'DCM', 'Device')])),
        item('HAS OBS CONTEXT', 'UIDREF', ('121012', 'DCM', 'Device Observer UID'), ('0040A124', 'UI', config['deviceUid'])),
        item('CONTAINS', 'TEXT', ('113012', 'DCM', 'Key Object Description'), ('0040A160', 'UT', 'All objects of the study')),
    ]
    for instance in instances:
        reference = [('00081150', 'UI', instance.sop_class), ('00081155', 'UI', instance.sop)]
        tree.append([('00081199', 'SQ', [reference]), ('0040A010', 'CS', 'CONTAINS'), ('0040A040', 'CS', instance.value_type)])
    return tree


def item(relationship, value_type, concept, value):
    """One content item with a concept name."""
    return [('0040A010', 'CS', relationship), ('0040A040', 'CS', value_type), ('0040A043', 'SQ', [dcmtk.code(*concept)]), value]


def accession_issuer(header):
    """Issuer of Accession Number Sequence (0008,0051), copied where the images have it."""
    found = dcmtk.items(header, '00080051')
    if not found:
        return None
    names = (('00400031', 'UT'), ('00400032', 'UT'), ('00400033', 'CS'))
    return [(tag, vr, dcmtk.text(found[0], tag)) for tag, vr in names if dcmtk.text(found[0], tag)]


def referenced_requests(instances):
    """Referenced Request Sequence (0040,A370): the requests which the images say that they fulfil, each once."""
    requests = {}
    for instance in instances:
        for request in dcmtk.items(instance.header, '00400275'):
            key = (dcmtk.text(request, '00401001'), dcmtk.text(request, '00080050'))
            requests.setdefault(key, (request, instance))
    written = []
    for request, instance in requests.values():
        described = [
            ('00080050', 'SH', dcmtk.text(request, '00080050') or instance['00080050']),
            ('00081110', 'SQ', []),
            ('0020000D', 'UI', instance.study),
            ('00321060', 'LO', dcmtk.text(request, '00321060')),
            ('00321064', 'SQ', dcmtk.codes(dcmtk.items(request, '00321064'))),
            ('00401001', 'SH', dcmtk.text(request, '00401001')),
            ('00402016', 'LO', instance['00402016']),
            ('00402017', 'LO', instance['00402017']),
        ]
        issuer = accession_issuer(instance.header)
        if issuer:
            described.append(('00080051', 'SQ', [issuer]))
        written.append(described)
    return written
