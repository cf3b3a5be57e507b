#!/usr/bin/env python3
"""
Makes the wire bytes of the conformant case share-ct-study anew: a CT study by dump2dcm, and the messages of a source without a
line of Assay, taken from the socket. The consumer's request and the repository's answer are written here by hand.
Deterministic: fixed time, identifiers from a seed. Needs DCMTK and curl. Run: python3 test/witness/cases/make-share-ct-study.py [FOLDER]
"""
import os
import re
import socket
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
CASE = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, 'share-ct-study')
sys.path.insert(0, os.path.join(HERE, '..', '..', 'interop', 'foreign-sut'))
os.environ.update(FOREIGN_SUT_SEED='share-ct-study', FOREIGN_SUT_NOW='20250312030510')
import identity  # noqa: E402
import make_study  # noqa: E402
import mtom  # noqa: E402
import server  # noqa: E402
import share  # noqa: E402
from study import load_study  # noqa: E402

# 21:30 on the 11th in a zone five hours behind UTC is the 12th in UTC: whoever forgets the zone is a day off.
STUDY = {
    'uid': make_study.uid('share-ct-study study'), 'frame': make_study.uid('share-ct-study frame'), 'id': 'S-20177',
    'date': '20250311', 'time': '213000', 'zone': '-0500', 'accession': 'ACC-77120', 'requestId': 'RP-5512',
    'accessionAuthority': '1.3.6.1.4.1.21367.13.202.2000', 'patientName': 'Lindström^Märta^Ingrid^Dr', 'patientId': 'SH-0815',
    'birthDate': '19610204', 'sex': 'F', 'age': '064Y',
    'series': [
        {'uid': make_study.uid('share-ct-study series 1'), 'number': 1, 'time': '213200', 'instances': 3, 'kernel': 'soft',
         'description': 'Head 5 mm soft'},
        {'uid': make_study.uid('share-ct-study series 2'), 'number': 2, 'time': '213500', 'instances': 2, 'kernel': 'sharp',
         'description': 'Head 5 mm bone'},
    ],
}
PATIENT = 'AD-33871^^^&1.3.6.1.4.1.21367.2005.13.20.1000&ISO'
REPOSITORY, SOURCE = ('127.0.0.1:18210', '/xds/repository'), ('127.0.0.1:18269', '/xdsi/imaging-document-source')
UNKNOWN = make_study.uid('share-ct-study no such instance')
EXPLICIT = '1.2.840.10008.1.2.1'


def read_message(connection):
    """One HTTP message with a Content-Length, as its bytes came."""
    received = b''
    while b'\r\n\r\n' not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b'\r\n\r\n')
    length = int(re.search(rb'(?im)^content-length:\s*(\d+)', head).group(1))
    while len(body) < length:
        body += connection.recv(65536)
    return head + b'\r\n\r\n' + body


def keep(name, octets):
    with open(os.path.join(CASE, name), 'wb') as file:
        file.write(octets)


def http(start, headers, body):
    lines = [start, *(f'{name}: {value}' for name, value in headers), f'Content-Length: {len(body)}', '', '']
    return '\r\n'.join(lines).encode('latin-1') + body


def repository_answer(request):
    """What a Document Repository answers to the submission."""
    asked = re.search(rb'<wsa:MessageID>(.*?)</wsa:MessageID>', request).group(1).decode()
    action = 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse'
    body = (
        '    <rs:RegistryResponse xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"'
        ' status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"/>\n'
    )
    headers = [('Action', action, True), ('MessageID', f'urn:uuid:{identity.new_uuid("repository reply")}', False),
               ('RelatesTo', asked, False)]
    content_type, packed = mtom.package(mtom.envelope(headers, body), [], action, identity.new_uuid('repository').replace('-', ''))
    return http('HTTP/1.1 200 OK', [('Content-Type', content_type)], packed)


def consumer_request(instances, purpose):
    """What an Imaging Document Consumer asks: (study, series, instance) each."""
    by_series = {}
    for _, series, uid in instances:
        by_series.setdefault(series, []).append(uid)
    listed = ''
    for series, uids in by_series.items():
        listed += f'        <xdsi:SeriesRequest seriesInstanceUID="{series}">\n'
        for uid in uids:
            listed += (
                '          <xdsb:DocumentRequest>\n'
                f'            <xdsb:RepositoryUniqueId>{server.read_config()["repositoryUniqueId"]}</xdsb:RepositoryUniqueId>\n'
                f'            <xdsb:DocumentUniqueId>{uid}</xdsb:DocumentUniqueId>\n'
                '          </xdsb:DocumentRequest>\n'
            )
        listed += '        </xdsi:SeriesRequest>\n'
    body = (
        '    <xdsi:RetrieveImagingDocumentSetRequest xmlns:xdsi="urn:ihe:rad:xdsi-b:2009" xmlns:xdsb="urn:ihe:iti:xds-b:2007">\n'
        f'      <xdsi:StudyRequest studyInstanceUID="{STUDY["uid"]}">\n{listed}      </xdsi:StudyRequest>\n'
        '      <xdsi:TransferSyntaxUIDList>\n'
        f'        <xdsi:TransferSyntaxUID>{EXPLICIT}</xdsi:TransferSyntaxUID>\n'
        '      </xdsi:TransferSyntaxUIDList>\n'
        '    </xdsi:RetrieveImagingDocumentSetRequest>\n'
    )
    action = 'urn:ihe:rad:2009:RetrieveImagingDocumentSet'
    headers = [('Action', action, True), ('To', f'http://{SOURCE[0]}{SOURCE[1]}', True),
               ('MessageID', f'urn:uuid:{identity.new_uuid(purpose)}', False), ('ReplyTo', mtom.ANONYMOUS, False)]
    unique = identity.new_uuid(f'{purpose} package').replace('-', '')
    content_type, packed = mtom.package(mtom.envelope(headers, body), [], action, unique)
    return http(f'POST {SOURCE[1]} HTTP/1.1', [('Host', SOURCE[0]), ('Content-Type', content_type)], packed)


def submit():
    """Lets curl submit to a socket that keeps the bytes."""
    instances = load_study(os.path.join(CASE, 'study'), STUDY['uid'])
    _, (content_type, body) = share.prepare(instances, f'http://{REPOSITORY[0]}{REPOSITORY[1]}', PATIENT, server.read_config())
    listener = socket.create_server(('127.0.0.1', 0))

    def answer():
        connection, _ = listener.accept()
        with connection:
            request = read_message(connection)
            reply = repository_answer(request)
            connection.sendall(reply)
        keep('rad-68.request.http', request)
        keep('rad-68.response.http', reply)

    thread = threading.Thread(target=answer)
    thread.start()
    redirect = f'{REPOSITORY[0]}:127.0.0.1:{listener.getsockname()[1]}'
    status, _ = share.post(f'http://{REPOSITORY[0]}{REPOSITORY[1]}', content_type, body, ['--connect-to', redirect])
    thread.join()
    assert status == 200


def retrieve(instances):
    """Asks the RAD-69 endpoint over a socket, for all instances and for one that is not there."""
    source = server.create(os.path.join(CASE, 'study'), server.read_config())
    threading.Thread(target=source.serve_forever, daemon=True).start()
    first = instances[0]
    wanted = {'rad-69': [(i.study, i.series, i.sop) for i in instances], 'rad-69-unknown': [(first.study, first.series, UNKNOWN)]}
    for name, documents in wanted.items():
        os.environ['FOREIGN_SUT_SEED'] = f'share-ct-study {name}'
        request = consumer_request(documents, 'request')
        with socket.create_connection(source.server_address) as connection:
            connection.sendall(request)
            reply = read_message(connection)
        keep(f'{name}.request.http', request)
        keep(f'{name}.response.http', reply)
    source.shutdown()


def main():
    folder = os.path.join(CASE, 'study')
    for path in make_study.make(folder, STUDY):
        print(os.path.relpath(path))
    submit()
    retrieve(load_study(folder, STUDY['uid']))


if __name__ == '__main__':
    main()
