"""Always the same answer: takes every C-STORE with 0000 (storescp, which throws the images away), gives one image for every retrieve."""
import os
import socket
import subprocess
import sys
import time

import peers

CASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'witness', 'cases', 'share-ct-study')
with open(os.path.join(CASE, 'study', 'series-1-image-1.dcm'), 'rb') as file:
    IMAGE = file.read()
XML = peers.envelope(
    'urn:uuid:00000000-0000-4000-8000-000000000000',
    '<rs:RegistryResponse xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"'
    ' status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"/>'
    '<xdsb:DocumentResponse><xdsb:RepositoryUniqueId>1.3.6.1.4.1.21367.13.80.110</xdsb:RepositoryUniqueId>'
    '<xdsb:DocumentUniqueId>2.25.93522702304876713659365270822821680988</xdsb:DocumentUniqueId>'
    '<xdsb:mimeType>application/dicom</xdsb:mimeType><xdsb:Document>'
    '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:image@degenerate.example"/>'
    '</xdsb:Document></xdsb:DocumentResponse>',
)
ANSWER = (200, *peers.package(XML, [('image@degenerate.example', IMAGE)]))

port = peers.closed_port()
storescp = subprocess.Popen(['storescp', '--quiet', '--promiscuous', '--ignore', '+xa', str(port)], stdout=sys.stderr)
for _ in range(200):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        break
    except OSError:
        time.sleep(0.02)
peers.run({'dicom': f'127.0.0.1:{port}', 'rad69': f'http://127.0.0.1:{peers.http_server(lambda _: ANSWER)}/xdsi'}, storescp.terminate)
