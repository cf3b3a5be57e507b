"""DICOM by DCMTK's command line tools alone: dcm2xml reads, dump2dcm writes. No DICOM library of Python is used."""
import os
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree


def run(*command, data=None):
    """Runs a tool and returns its standard output; its complaint becomes the exception's text."""
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


# ── reading ─────────────────────────────────────────────────────────────────
def read(path):
    """The data set and file meta information of a Part 10 file: text in UTF-8 by tag, a list of data sets for a sequence."""
    # dcm2json would be nearer, but it refuses compressed pixel data.
    document = ElementTree.fromstring(run('dcm2xml', '-q', '+U8', '+Ca', 'latin-1', path))
    return {tag: value for part in document for tag, value in data_set(part).items()}


def data_set(parent):
    """One data set of dcm2xml's own format."""
    found = {}
    for child in parent:
        tag = child.get('tag', '').replace(',', '').upper()
        if child.tag == 'sequence':
            found[tag] = [data_set(item) for item in child if item.tag == 'item']
        elif child.tag == 'element':
            found[tag] = child.text or ''
    return found


def text(dataset, tag):
    """The value of an attribute as text, several joined by a backslash; empty where it is absent."""
    value = dataset.get(tag, '')
    return value if isinstance(value, str) else ''


def items(dataset, tag):
    """The items of a sequence; none where it is absent or empty."""
    value = dataset.get(tag, [])
    return value if isinstance(value, list) else []


# ── writing ─────────────────────────────────────────────────────────────────
NUMERIC = {'US', 'UL', 'SS', 'SL', 'FL', 'FD', 'OW', 'OB'}


def dump(dataset, depth=0):
    """
    The text that dump2dcm reads. A data set is a list of (tag, VR, value): value is text, or a list of data sets for SQ.
    Elements are put in ascending order here, as PS3.5 section 7.1 demands.
    """
    lines = []
    pad = '  ' * depth
    for tag, vr, value in sorted(dataset, key=lambda element: element[0]):
        written = f'({tag[:4]},{tag[4:]})'.lower()
        if vr == 'SQ':
            lines.append(f'{pad}{written} SQ')
            for item in value:
                lines.append(f'{pad}(fffe,e000) na')
                lines.extend(dump(item, depth + 1))
                lines.append(f'{pad}(fffe,e00d) na')
            lines.append(f'{pad}(fffe,e0dd) na')
        elif value == '':
            lines.append(f'{pad}{written} {vr} (no value available)')
        elif vr in NUMERIC:
            lines.append(f'{pad}{written} {vr} {value}')
        else:
            lines.append(f'{pad}{written} {vr} [{value}]')
    return lines


def write(dataset, path, encoding='utf-8', options=()):
    """Makes a Part 10 file of a data set, Explicit VR Little Endian."""
    with tempfile.NamedTemporaryFile('wb', suffix='.dump', delete=False) as out:
        out.write(('\n'.join(dump(dataset)) + '\n').encode(encoding))
    try:
        run('dump2dcm', '-q', '+te', '+l', '1000000', *options, out.name, path)
    finally:
        os.unlink(out.name)


def codes(items_of_sequence):
    """Code items as read from a file, as data sets to be written."""
    written = []
    for item in items_of_sequence:
        code = [('00080100', 'SH', text(item, '00080100')), ('00080102', 'SH', text(item, '00080102'))]
        if text(item, '00080103'):
            code.append(('00080103', 'SH', text(item, '00080103')))
        code.append(('00080104', 'LO', text(item, '00080104')))
        written.append(code)
    return written


def code(value, scheme, meaning):
    """One code item to be written."""
    return [('00080100', 'SH', value), ('00080102', 'SH', scheme), ('00080104', 'LO', meaning)]
