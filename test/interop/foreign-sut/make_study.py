"""
CT studies of two series made by dump2dcm from text: a head phantom that no scanner saw. Nothing of it is of a real person.
As a command: make_study.py FOLDER [explicit|deflated|jpeg|mixed] makes the study OTHER; prints what it is as one JSON line.
"""
import json
import os
import sys
import uuid

import dcmtk

CT = '1.2.840.10008.5.1.4.1.1.2'


def uid(name):
    """A UID made of a UUID that is always the same for a name."""
    return f'2.25.{uuid.uuid5(uuid.NAMESPACE_URL, name).int}'


def pixels(rows, columns, slice_number, sharp):
    """A skull of ellipses around a ventricle that grows from slice to slice, as text of 12 bit words with a CT number of 0 at 1024."""
    words = []
    for y in range(rows):
        for x in range(columns):
            u, v = (x - columns / 2 + 0.5) / (columns * 0.45), (y - rows / 2 + 0.5) / (rows * 0.48)
            r = (u * u + v * v) ** 0.5
            grain = (x * 7 + y * 13 + slice_number * 29) % (23 if sharp else 5)
            if r > 1:
                value = 24
            elif r > 0.88:
                value = 2000
            elif (u / 0.3) ** 2 + (v / (0.25 + 0.08 * slice_number)) ** 2 < 1:
                value = 1034
            else:
                value = 1060
            words.append(f'{value + grain:04x}')
    return '\\'.join(words)


def instance(study, series, index):
    """The data set of one slice. `study` and `series` are dicts of what differs."""
    rows = columns = study.get('rows', 32)
    z = f'{-10 + 5 * index}'
    moment = f"{int(series['time']) + index:06d}"
    head = [dcmtk.code('69536005', 'SCT', 'Head')]
    request = [
        ('00401001', 'SH', study['requestId']), ('00321060', 'LO', 'CT head'), ('0020000D', 'UI', study['uid']),
        ('00321064', 'SQ', [dcmtk.code('24725-4', 'LN', 'CT Head')]), ('00080050', 'SH', study['accession']),
        ('00400007', 'LO', 'CT head'), ('00400009', 'SH', 'SPS-1'),
    ]
    return [
        ('00080005', 'CS', 'ISO_IR 100'), ('00080008', 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'), ('00080012', 'DA', study['date']),
        ('00080013', 'TM', moment), ('00080016', 'UI', CT), ('00080018', 'UI', uid(f"{series['uid']} {index}")),
        ('00080020', 'DA', study['date']), ('00080021', 'DA', study['date']), ('00080022', 'DA', study['date']),
        ('00080023', 'DA', study['date']), ('00080030', 'TM', study['time']), ('00080031', 'TM', series['time']),
        ('00080032', 'TM', moment), ('00080033', 'TM', moment), ('00080050', 'SH', study['accession']),
        ('00080051', 'SQ', [[('00400032', 'UT', study['accessionAuthority']), ('00400033', 'CS', 'ISO')]]),
        ('00080060', 'CS', 'CT'), ('00080070', 'LO', 'Foreign Source Works'), ('00080080', 'LO', 'Shoreline Imaging'),
        ('00080090', 'PN', 'Okafor^Ngozi^^Dr'), ('00081030', 'LO', 'CT Head'),
        ('00081032', 'SQ', [dcmtk.code('24725-4', 'LN', 'CT Head')]), ('0008103E', 'LO', series['description']),
        ('00081090', 'LO', 'Phantom 1'), ('00082218', 'SQ', head),
        ('00100010', 'PN', study['patientName']), ('00100020', 'LO', study['patientId']), ('00100030', 'DA', study['birthDate']),
        ('00100040', 'CS', study['sex']), ('00101010', 'AS', study['age']),
        ('00180015', 'CS', 'HEAD'), ('00180050', 'DS', '5'), ('00180060', 'DS', '120'), ('00181000', 'LO', '1'),
        ('00181020', 'LO', '1.0'), ('00181030', 'LO', 'Head'), ('00181100', 'DS', '230'), ('00181120', 'DS', '0'),
        ('00181151', 'IS', '200'), ('00181210', 'SH', series['kernel']), ('00185100', 'CS', 'HFS'),
        ('0020000D', 'UI', study['uid']), ('0020000E', 'UI', series['uid']), ('00200010', 'SH', study['id']),
        ('00200011', 'IS', str(series['number'])), ('00200012', 'IS', str(series['number'])), ('00200013', 'IS', str(index + 1)),
        ('00200032', 'DS', f'-115\\-115\\{z}'), ('00200037', 'DS', '1\\0\\0\\0\\1\\0'), ('00200052', 'UI', study['frame']),
        ('00201040', 'LO', ''), ('00201041', 'DS', z),
        ('00280002', 'US', '1'), ('00280004', 'CS', 'MONOCHROME2'), ('00280010', 'US', str(rows)), ('00280011', 'US', str(columns)),
        ('00280030', 'DS', f'{230 / columns:.10g}\\{230 / rows:.10g}'), ('00280100', 'US', '16'), ('00280101', 'US', '12'),
        ('00280102', 'US', '11'), ('00280103', 'US', '0'), ('00281050', 'DS', '40'), ('00281051', 'DS', '80'),
        ('00281052', 'DS', '-1024'), ('00281053', 'DS', '1'), ('00281054', 'LO', 'HU'),
        ('00290010', 'LO', 'FOREIGN SOURCE WORKS'), ('00291001', 'LO', f'gantry {index}'),
        ('00400244', 'DA', study['date']), ('00400245', 'TM', study['time']), ('00400253', 'SH', 'PPS-1'),
        ('00400254', 'LO', 'CT head'), ('00400275', 'SQ', [request]),
        ('7FE00010', 'OW', pixels(rows, columns, index, series['kernel'] == 'sharp')),
        *([('00080201', 'SH', study['zone'])] if study['zone'] else []),
    ]


# Not the study of the witness case: another patient, other counts, no time zone in the images, a name in the default repertoire.
OTHER = {
    'uid': uid('other study'), 'frame': uid('other frame'), 'id': 'S-1', 'date': '20251030', 'time': '081500', 'zone': '', 'rows': 48,
    'accession': 'X9001', 'requestId': 'RP-1', 'accessionAuthority': '1.3.6.1.4.1.21367.13.202.2000', 'patientName': 'Quill^Tobias',
    'patientId': 'SH-4242', 'birthDate': '19880712', 'sex': 'M', 'age': '037Y',
    'series': [
        {'uid': uid('other series 1'), 'number': 3, 'time': '081600', 'instances': 4, 'kernel': 'soft', 'description': 'Soft'},
        {'uid': uid('other series 2'), 'number': 4, 'time': '081800', 'instances': 1, 'kernel': 'sharp', 'description': 'Bone'},
        {'uid': uid('other series 3'), 'number': 5, 'time': '081900', 'instances': 2, 'kernel': 'soft', 'description': 'Late'},
    ],
}
STORED_AS = {'explicit': None, 'deflated': ('dcmconv', '+td'), 'jpeg': ('dcmcjpeg', '+e1')}
# Of `mixed` the last series is JPEG.


def make(folder, study, stored_as='explicit'):
    """Writes the files of a study; gives back their paths."""
    os.makedirs(folder, exist_ok=True)
    paths = []
    for series in study['series']:
        for index in range(series['instances']):
            path = os.path.join(folder, f"series-{series['number']}-image-{index + 1}.dcm")
            dcmtk.write(instance(study, series, index), path, 'latin-1')
            form = ('jpeg' if series is study['series'][-1] else 'explicit') if stored_as == 'mixed' else stored_as
            if STORED_AS[form]:
                dcmtk.run(*STORED_AS[form], path, f'{path}.as')
                os.replace(f'{path}.as', path)
            paths.append(path)
    return paths


if __name__ == '__main__':
    make(sys.argv[1], OTHER, *sys.argv[2:3])
    print(json.dumps({key: value for key, value in OTHER.items() if isinstance(value, str)}))
