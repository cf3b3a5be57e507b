"""A study as this source knows it: what its files say, read once."""
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import dcmtk

# PS3.3 C.17.6.3: a reference to an image, to a waveform, or to any other composite object.
WAVEFORM_CLASSES = '1.2.840.10008.5.1.4.1.1.9.'

# PS3.16 CID 29: modalities that acquire. Presentation states, key objects, reports, segmentations are none.
ACQUISITION_MODALITIES = {
    'AR': 'Autorefraction', 'BMD': 'Bone Mineral Densitometry', 'CR': 'Computed Radiography', 'CT': 'Computed Tomography',
    'DX': 'Digital Radiography', 'ECG': 'Electrocardiography', 'EPS': 'Cardiac Electrophysiology', 'ES': 'Endoscopy',
    'GM': 'General Microscopy', 'IO': 'Intra-oral Radiography', 'IVUS': 'Intravascular Ultrasound', 'KER': 'Keratometry',
    'LEN': 'Lensometry', 'MG': 'Mammography', 'MR': 'Magnetic Resonance', 'NM': 'Nuclear Medicine',
    'OCT': 'Optical Coherence Tomography', 'OP': 'Ophthalmic Photography', 'OPM': 'Ophthalmic Mapping',
    'OPT': 'Ophthalmic Tomography', 'OPV': 'Ophthalmic Visual Field', 'PT': 'Positron emission tomography',
    'PX': 'Panoramic X-Ray', 'RF': 'Radiofluoroscopy', 'SM': 'Slide Microscopy', 'SRF': 'Subjective Refraction',
    'US': 'Ultrasound', 'VA': 'Visual Acuity', 'XA': 'X-Ray Angiography', 'XC': 'External-camera Photography',
}

# PS3.16 Annex L: Body Part Examined as a code, for images without Anatomic Region Sequence. A few common ones.
BODY_PARTS = {
    'ABDOMEN': ('818981001', 'Abdomen'), 'ANKLE': ('70258002', 'Ankle joint'), 'BREAST': ('76752008', 'Breast'),
    'CHEST': ('43799004', 'Chest'), 'FOOT': ('56459004', 'Foot'), 'HAND': ('85562004', 'Hand'), 'HEAD': ('69536005', 'Head'),
    'HEART': ('80891009', 'Heart'), 'HIP': ('24136001', 'Hip joint'), 'KNEE': ('72696002', 'Knee'), 'NECK': ('45048000', 'Neck'),
    'PELVIS': ('816092008', 'Pelvis'), 'SHOULDER': ('16982005', 'Shoulder'),
}


class Instance:
    """One stored object."""

    def __init__(self, path):
        self.path = path
        self.header = dcmtk.read(path)
        self.study = self['0020000D']
        self.series = self['0020000E']
        self.sop = self['00080018']
        self.sop_class = self['00080016']
        self.transfer_syntax = self['00020010']
        self.has_pixels = '7FE00010' in self.header

    def __getitem__(self, tag):
        return dcmtk.text(self.header, tag)

    @property
    def value_type(self):
        """The kind of content item that may refer to this object."""
        if self.has_pixels:
            return 'IMAGE'
        return 'WAVEFORM' if self.sop_class.startswith(WAVEFORM_CLASSES) else 'COMPOSITE'


def read_all(paths):
    """Instances of files, in the order of the paths; None for a file that is no DICOM object (storescp may still be writing it)."""

    def one(path):
        try:
            return Instance(path)
        except RuntimeError:
            return None

    with ThreadPoolExecutor(4) as readers:
        return list(readers.map(one, paths))


def load_study(folder, study_uid=None):
    """The instances of one study, in the order of series and instance numbers."""
    paths = [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]
    found = [instance for instance in read_all(paths) if instance and study_uid in (None, instance.study)]
    return sorted(found, key=lambda i: (number(i['00200011']), i.series, number(i['00200013']), i.sop))


def number(value):
    """A sort key of an integer string that may be empty."""
    return int(value) if value.strip().lstrip('+-').isdigit() else 0


def offset_of(value):
    """Timezone Offset From UTC (0008,0201), +hhmm or -hhmm, as a time zone."""
    sign = -1 if value.startswith('-') else 1
    return timezone(sign * timedelta(hours=int(value[1:3]), minutes=int(value[3:5])))


def moment(date, time, zone):
    """DICOM date and time of a zone as a moment with the precision that was given: (datetime in UTC, digits of DTM)."""
    digits = ''.join(c for c in time.split('.')[0] if c.isdigit())[:6]
    digits = digits[: len(digits) // 2 * 2]
    if len(date) != 8 or not date.isdigit():
        return None
    if not digits:
        return datetime.strptime(date, '%Y%m%d').replace(tzinfo=timezone.utc), 8
    local = datetime.strptime(date + digits.ljust(6, '0'), '%Y%m%d%H%M%S').replace(tzinfo=zone)
    return local.astimezone(timezone.utc), 8 + max(4, len(digits))


def dtm(when):
    """A DTM of ITI TF-3 4.2.3.1.7: UTC, without a zone, no more digits than are known."""
    return when[0].strftime('%Y%m%d%H%M%S')[: when[1]]
