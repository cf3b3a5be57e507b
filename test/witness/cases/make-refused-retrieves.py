#!/usr/bin/env python3
"""
Makes the wire bytes of the conformant case refused-retrieves anew: retrieves that must fail in whole or in part, answered by the foreign
source over the study of share-ct-study. Deterministic. Needs DCMTK. Run: python3 test/witness/cases/make-refused-retrieves.py [FOLDER]
"""
import importlib.util
import os
import socket
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, 'refused-retrieves')
sys.argv = sys.argv[:1]
spec = importlib.util.spec_from_file_location('share', os.path.join(HERE, 'make-share-ct-study.py'))
base = importlib.util.module_from_spec(spec)
spec.loader.exec_module(base)

OWN_REPOSITORY = base.server.read_config()['repositoryUniqueId']
SYNTAX = f'<xdsi:TransferSyntaxUID>{base.EXPLICIT}</xdsi:TransferSyntaxUID>'


def cases(first, last):
    """By name: the documents asked for, and what is replaced in the request."""
    known = (first.study, first.series, first.sop)
    return {
        'rad-69-mixed': ([known, (first.study, first.series, base.UNKNOWN)], {}),
        'rad-69-foreign-repository': ([known], {f'{OWN_REPOSITORY}<': f'{OWN_REPOSITORY}.999<'}),
        'rad-69-other-series': ([(first.study, last.series, first.sop)], {}),
        'rad-69-unknown-syntax': ([known], {SYNTAX: '<xdsi:TransferSyntaxUID>1.2.840.10008.1.2.1.999</xdsi:TransferSyntaxUID>'}),
        'rad-69-empty-syntax': ([known], {SYNTAX: '<xdsi:TransferSyntaxUID/>'}),
        'rad-69-empty-study': ([known], {f'studyInstanceUID="{first.study}"': 'studyInstanceUID=""'}),
    }


def replaced(request, edits):
    """The request with other texts in its body, and the length that follows."""
    head, _, body = request.partition(b'\r\n\r\n')
    length = len(body)
    for old, new in edits.items():
        assert old.encode() in body, old
        body = body.replace(old.encode(), new.encode())
    return head.replace(f'Content-Length: {length}'.encode(), f'Content-Length: {len(body)}'.encode()) + b'\r\n\r\n' + body


def main():
    study = os.path.join(HERE, 'share-ct-study', 'study')
    instances = base.load_study(study, base.STUDY['uid'])
    source = base.server.create(study, base.server.read_config())
    threading.Thread(target=source.serve_forever, daemon=True).start()
    for name, (documents, edits) in cases(instances[0], instances[-1]).items():
        os.environ['FOREIGN_SUT_SEED'] = f'refused-retrieves {name}'
        request = replaced(base.consumer_request(documents, 'request'), edits)
        with socket.create_connection(source.server_address) as connection:
            connection.sendall(request)
            reply = base.read_message(connection)
        for side, octets in (('request', request), ('response', reply)):
            with open(os.path.join(FOLDER, f'{name}.{side}.http'), 'wb') as file:
                file.write(octets)
    source.shutdown()


if __name__ == '__main__':
    main()
