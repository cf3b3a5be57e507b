"""MTOM/XOP packages (ITI TF-2 Appendix V.3.6, W3C XOP 1.0, RFC 2387) by the standard library: written by hand, read by `email`."""
import email.parser
import email.policy
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

SOAP = 'http://www.w3.org/2003/05/soap-envelope'
WSA = 'http://www.w3.org/2005/08/addressing'
XOP = 'http://www.w3.org/2004/08/xop/include'
ANONYMOUS = 'http://www.w3.org/2005/08/addressing/anonymous'


def escape(value):
    """Text or attribute value of XML."""
    return value.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;')


def envelope(headers, body):
    """A SOAP 1.2 envelope; `headers` are WS-Addressing blocks as (name, text, mustUnderstand), `body` is XML."""
    blocks = []
    for name, value, must in headers:
        flag = ' soap:mustUnderstand="true"' if must else ''
        inner = f'<wsa:Address>{escape(value)}</wsa:Address>' if name in ('ReplyTo', 'From', 'FaultTo') else escape(value)
        blocks.append(f'    <wsa:{name}{flag}>{inner}</wsa:{name}>\n')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:wsa="{WSA}">\n'
        f'  <soap:Header>\n{"".join(blocks)}  </soap:Header>\n'
        f'  <soap:Body>\n{body}  </soap:Body>\n'
        '</soap:Envelope>\n'
    )


def include(content_id):
    """The element that stands for the content of a part."""
    return f'<xop:Include xmlns:xop="{XOP}" href="cid:{urllib.parse.quote(content_id, safe="@.-")}"/>'


def package(xml, parts, action, unique):
    """Content-Type and body of a package: the envelope, then the parts as (content id, media type, octets)."""
    boundary, root = f'----=_ForeignSource_{unique}', f'envelope.{unique}@foreign-source.example'
    content_type = (
        f'multipart/related; type="application/xop+xml"; start="<{root}>"; start-info="application/soap+xml"; '
        f'action="{action}"; boundary="{boundary}"'
    )
    pieces = [part_head(boundary, 'application/xop+xml; charset=UTF-8; type="application/soap+xml"', root), xml.encode('utf-8')]
    for content_id, media_type, octets in parts:
        pieces += [b'\r\n', part_head(boundary, media_type, content_id), octets]
    pieces.append(f'\r\n--{boundary}--\r\n'.encode())
    return content_type, b''.join(pieces)


def part_head(boundary, media_type, content_id):
    """The delimiter and the header of one part."""
    return (
        f'--{boundary}\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{content_id}>\r\n\r\n'
    ).encode()


def open_package(content_type, body):
    """The envelope of a package as an element. Raises ValueError with what is wrong."""
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        b'Content-Type: ' + content_type.encode('latin-1') + b'\r\n\r\n' + body
    )
    if message.get_content_type() != 'multipart/related' or not message.is_multipart():
        raise ValueError(f'expected an MTOM package (multipart/related), found {message.get_content_type()}')
    parts = list(message.iter_parts())
    start = message.get_param('start')
    roots = [part for part in parts if start and part.get('Content-ID', '').strip() == start] or parts[:1]
    xml = roots[0].get_payload(decode=True)
    if re.search(rb'<!DOCTYPE', xml):
        raise ValueError('a SOAP message holds no document type declaration (SOAP 1.2 part 1, section 5)')
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as problem:
        raise ValueError(f'the envelope is not well-formed: {problem}') from problem
    if root.tag != f'{{{SOAP}}}Envelope':
        raise ValueError(f'expected a SOAP 1.2 envelope, found {root.tag}')
    return root


def addressing(root, name):
    """The text of a WS-Addressing header block."""
    found = root.find(f'{{{SOAP}}}Header/{{{WSA}}}{name}')
    return (found.text or '').strip() if found is not None else ''
