"""Refuses everything, in good form: A-ASSOCIATE-RJ to each association, Failure with an error for each requested object."""
import re
import socketserver
import threading

import peers

# PS3.8 table 9-21: rejected permanently, by the service user, no reason given.
REJECT = bytes([3, 0, 0, 0, 0, 4, 0, 1, 1, 1])
ERROR = 'urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error'


class Association(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(30)
        head = self.request.recv(6, 0x100)  # MSG_WAITALL
        if len(head) == 6:
            self.request.recv(int.from_bytes(head[2:6], 'big'), 0x100)
            self.request.sendall(REJECT)
            self.request.recv(1)  # the requester closes


def answer(body):
    asked = re.search(rb'MessageID[^>]*>([^<]*)<', body)
    uids = re.findall(rb'<[^/>]*DocumentUniqueId>([^<]*)<', body)
    errors = ''.join(
        f'<rs:RegistryError errorCode="XDSDocumentUniqueIdError" codeContext="no" severity="{ERROR}" location="{uid.decode()}"/>'
        for uid in uids
    )
    response = (
        '<rs:RegistryResponse xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"'
        ' status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure">'
        f'<rs:RegistryErrorList highestSeverity="{ERROR}">{errors}</rs:RegistryErrorList></rs:RegistryResponse>'
    )
    return 200, *peers.package(peers.envelope(asked.group(1).decode() if asked else '', response))


dicom = socketserver.ThreadingTCPServer(('127.0.0.1', 0), Association)
dicom.daemon_threads = True
threading.Thread(target=dicom.serve_forever, daemon=True).start()
peers.run({'dicom': f'127.0.0.1:{dicom.server_address[1]}', 'rad69': f'http://127.0.0.1:{peers.http_server(answer)}/xdsi'})
