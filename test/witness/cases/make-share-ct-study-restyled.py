#!/usr/bin/env python3
"""
Makes the case share-ct-study-restyled: the messages of share-ct-study as another stack could write them, each liberty one that the
standards leave. A check that fails here judges a habit, not a rule. Needs DCMTK. Run: python3 make-share-ct-study-restyled.py [FOLDER]

XML: default namespaces, single quotes, character references, comments, CDATA, a byte order mark, white space around URIs, no optional
attributes, objects in another order and with symbolic ids, the SubmissionSet's label inside the package, hash in capitals, a DTM to the
minute, an extra slot. MIME: preamble and epilogue, parameters in another order, the envelope not first, base64 parts, escaped cid, content
inline as base64 in lines. HTTP: names in lower case, chunks with extensions and a trailer. DICOM: implicit VR, undefined lengths.
"""
import base64
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import xml.etree.ElementTree as ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = os.path.join(HERE, 'share-ct-study')
CASE = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, 'share-ct-study-restyled')
SOAP, WSA = '{http://www.w3.org/2003/05/soap-envelope}', '{http://www.w3.org/2005/08/addressing}'
RIM, XDSB = '{urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0}', '{urn:ihe:iti:xds-b:2007}'


# ── reading the base case ───────────────────────────────────────────────────
def opened(name):
    """Start line, envelope as an element, and the other parts by content id."""
    with open(os.path.join(BASE, name), 'rb') as file:
        head, _, body = file.read().partition(b'\r\n\r\n')
    boundary = re.search(rb'boundary="([^"]*)"', head).group(1)
    parts = [part.partition(b'\r\n\r\n') for part in body.split(b'--' + boundary)[1:-1]]
    contents = {re.search(rb'(?i)content-id: <(.*?)>', fields).group(1).decode(): octets[:-2] for fields, _, octets in parts}
    envelope = ElementTree.fromstring(contents.pop(next(iter(contents))))
    return head.split(b'\r\n')[0].decode(), envelope, contents


# ── writing XML ─────────────────────────────────────────────────────────────
def written(element, outer=''):
    """An element with default namespaces; foreign attributes get a prefix of their own; text in character references."""
    namespace, _, local = element.tag[1:].partition('}')
    attributes = '' if namespace == outer else f" xmlns='{namespace}'"
    for number, (name, value) in enumerate(element.attrib.items()):
        if name.startswith('{'):
            owner, _, name = name[1:].partition('}')
            if owner == 'http://www.w3.org/XML/1998/namespace':
                attributes += f" xml:{name}='{text(value)}'"
                continue
            attributes += f" xmlns:a{number}='{owner}'"
            name = f'a{number}:{name}'
        attributes += f" {name} = '{text(value)}'"
    # White space between elements goes; Document stays as it is: an xop:Include has no siblings.
    inner = element.text if element.text and element.text.strip() else ''
    children = ''.join(written(child, namespace) for child in element)
    if local == 'Value' and inner.startswith('PID-8'):
        return f'<{local}{attributes}><![CDATA[{inner}]]></{local}>'
    return f'<{local}{attributes}>{text(inner)}{children}</{local}>'


def text(value):
    value = value.replace('&', '&#38;').replace('<', '&lt;').replace("'", '&apos;')
    return ''.join(c if ord(c) < 127 else f'&#x{ord(c):X};' for c in value)


def document(envelope):
    """The octets of an envelope: byte order mark, declaration in single quotes, a comment before and after the root."""
    return '\ufeff'.encode() + f"<?xml version='1.0' encoding='utf-8'?><!-- a -->\n{written(envelope)}\n<!-- z -->".encode()


def headers(envelope):
    """WS-Addressing in another dress: order, mustUnderstand as 1 and on Action alone, white space around a URI, more blocks."""
    header = envelope.find(f'{SOAP}Header')
    for block in list(header):
        block.attrib.pop(f'{SOAP}mustUnderstand', None)
        if block.tag == f'{WSA}Action':
            block.set(f'{SOAP}mustUnderstand', '1')
        if block.tag == f'{WSA}To':
            block.text = f'\n  {block.text}\n'
        if block.tag == f'{WSA}RelatesTo':
            block.set('RelationshipType', 'http://www.w3.org/2005/08/addressing/reply')
    header[:] = list(header)[::-1]
    sender = ElementTree.SubElement(header, f'{WSA}From')
    ElementTree.SubElement(sender, f'{WSA}Address').text = 'http://foreign-source.example/here'
    ElementTree.SubElement(header, '{urn:foreign-source.example:trace}Span').text = '7'


# ── writing MIME and HTTP ───────────────────────────────────────────────────
def package(xml, parts, root='<the.root@restyled.example>'):
    """The parts, the envelope behind the first of them; (header lines, octets) each."""
    boundary = "9_'()+_,-./:=? x"
    pieces = [(f'content-id: {root}\r\ncontent-type: application/xop+xml;type="application/soap+xml";charset="utf-8"\r\n'
               'content-transfer-encoding: 8bit\r\nx-extra: folded\r\n value', xml)]
    pieces = parts[:1] + pieces + parts[1:]
    body = b'This is the preamble.\r\n'
    for fields, octets in pieces:
        body += f'--{boundary} \t\r\n{fields}\r\n\r\n'.encode() + octets + b'\r\n'
    body += f'--{boundary}--\r\nAnd this the epilogue.\r\n'.encode()
    content_type = (
        f'Multipart/Related; boundary="{boundary}"; start-info="application/soap+xml"; start="{root}";\ttype="application/xop+xml"'
    )
    return content_type, body


def encoded(content_id, octets):
    """A part in base64."""
    lines = b'\r\n'.join(base64.b64encode(octets)[i:i + 76] for i in range(0, (len(octets) + 2) // 3 * 4, 76))
    return f'Content-ID:<{content_id}>\r\nContent-Type: application/dicom\r\nContent-Transfer-Encoding: BASE64', lines


def http(start, content_type, body):
    """Chunked, with extensions, odd sizes, and a trailer; names in lower case."""
    fields = [start, 'content-type:' + content_type, 'transfer-encoding: chunked', 'x-empty:', 'trailer: x-after']
    if start.startswith('POST'):
        fields.insert(1, 'host: ' + ('127.0.0.1:18210' if 'repository' in start else '127.0.0.1:18269'))
    message = ('\r\n'.join(fields) + '\r\n\r\n').encode()
    sizes = [1, 2, 700, 4093]
    while body:
        size = sizes.pop(0) if len(sizes) > 1 else sizes[0]
        chunk, body = body[:size], body[size:]
        message += f'{len(chunk):X};note="x"\r\n'.encode() + chunk + b'\r\n'
    return message + b'0\r\nx-after: 1\r\n\r\n'


def keep(name, octets):
    with open(os.path.join(CASE, name), 'wb') as file:
        file.write(octets)


# ── the messages ────────────────────────────────────────────────────────────
def implicit(octets):
    """The object in Implicit VR Little Endian with sequences of undefined length."""
    with tempfile.TemporaryDirectory() as folder:
        one, two = os.path.join(folder, 'one'), os.path.join(folder, 'two')
        with open(one, 'wb') as file:
            file.write(octets)
        subprocess.run(['dcmconv', '+ti', '-e', one, two], check=True)
        with open(two, 'rb') as file:
            return file.read()


def submission():
    start, envelope, contents = opened('rad-68.request.http')
    manifest = implicit(next(iter(contents.values())))
    headers(envelope)
    objects = envelope.find(f'.//{RIM}RegistryObjectList')
    entry, package_, label, link = list(objects)
    package_.insert([child.tag for child in package_].index(f'{RIM}ExternalIdentifier'), label)
    objects[:] = [link, package_, entry]
    for element in objects.iter():
        if element.tag != f'{RIM}ExtrinsicObject':
            element.attrib.pop('objectType', None)
    slots = {slot.get('name'): slot for slot in entry.findall(f'{RIM}Slot')}
    value = lambda name: slots[name].find(f'{RIM}ValueList/{RIM}Value')  # noqa: E731
    value('hash').text = hashlib.sha1(manifest).hexdigest().upper()
    value('size').text = str(len(manifest))
    value('serviceStartTime').text = value('serviceStartTime').text[:12]
    extra = ElementTree.Element(f'{RIM}Slot', {'name': 'urn:foreign-source.example:workstation'})
    values = ElementTree.SubElement(extra, f'{RIM}ValueList')
    ElementTree.SubElement(values, f'{RIM}Value').text = '7'
    entry.insert(0, extra)
    title = entry.find(f'{RIM}Name/{RIM}LocalizedString')
    title.set('{http://www.w3.org/XML/1998/namespace}lang', 'en-US')
    title.set('charset', 'UTF-8')
    envelope.find(f'.//{XDSB}Document').clear()
    envelope.find(f'.//{XDSB}Document').attrib.update({'id': entry.get('id')})
    envelope.find(f'.//{XDSB}Document').text = '\n' + '\n'.join(textwrap.wrap(base64.b64encode(manifest).decode(), 76)) + '\n'
    names = {element.get('id'): f'Object_{number}' for number, element in enumerate(objects.iter()) if element.get('id')}
    xml = document(envelope).decode()
    for uuid, name in names.items():
        xml = xml.replace(uuid, name)
    keep('rad-68.request.http', http(start, *package(xml.encode(), [])))
    start, answer, _ = opened('rad-68.response.http')
    headers(answer)
    keep('rad-68.response.http', http(start, *package(document(answer), [])))


def retrieve():
    for name in ('rad-69', 'rad-69-unknown'):
        start, request, _ = opened(f'{name}.request.http')
        headers(request)
        keep(f'{name}.request.http', http(start, *package(document(request), [])))
        start, answer, contents = opened(f'{name}.response.http')
        headers(answer)
        for errors in answer.iter('{urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0}RegistryErrorList'):
            errors.attrib.pop('highestSeverity')
        payload = answer.find(f'{SOAP}Body')[0]
        payload[:] = [payload[0], *list(payload)[:0:-1]]
        parts = []
        for number, include in enumerate(list(answer.iter(f'{XDSB}Document'))):
            octets = contents[include[0].get('href')[4:]]
            if number == 0:
                include.clear()
                include.text = base64.b64encode(octets).decode()
            elif number == 1:
                include[0].set('href', 'cid:100%25sure+1@restyled.example')
                parts.append(encoded('100%sure+1@restyled.example', octets))
            else:
                cid = include[0].get('href')[4:]
                fields = f'Content-ID: <{cid}>\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: Binary'
                parts.append((fields, octets))
        keep(f'{name}.response.http', http(start, *package(document(answer), parts)))


submission()
retrieve()
