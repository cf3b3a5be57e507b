"""The RAD-69 endpoint: http.server of the standard library over the folder in which storescp stores."""
import http.server
import json
import os
import sys
from datetime import timezone
from email.utils import format_datetime

import identity
import mtom
import mutants
import retrieve
from study import read_all

LARGEST_REQUEST = 16 * 1024 * 1024


class Archive:
    """What is stored, by SOP Instance UID; each file is read once."""

    def __init__(self, folder):
        self.folder = folder
        self.read = {}

    def instances(self):
        """The objects that are there now."""
        fresh = {}
        for root, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(root, name)
                found = os.stat(path)
                fresh[path] = found.st_mtime_ns, found.st_size
        unread = [path for path, stamp in fresh.items() if self.read.get(path, (None,))[0] != stamp]
        self.read.update({path: (fresh[path], instance) for path, instance in zip(unread, read_all(unread))})
        return {instance.sop: instance for _, instance in self.read.values() if instance}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = 30

    def do_POST(self):
        try:
            body = self.receive()
        except ValueError as problem:
            self.close_connection = True
            return self.send(400, 'text/plain; charset=utf-8', f'{problem}\n'.encode())
        try:
            request = mtom.open_package(self.headers.get('Content-Type', ''), body)
            archive = mutants.apply(self.server.mutant, 'archive', self.server.archive.instances())
            xml, parts = retrieve.answer(request, archive, self.server.config, identity.new_uuid)
        except ValueError as problem:
            return self.fault(str(problem))
        content_type, answer = mtom.package(xml, parts, retrieve.ACTION, identity.new_uuid('package').replace('-', ''))
        content_type, answer = mutants.apply(self.server.mutant, 'answer', (content_type, answer))
        return self.send(200, content_type, answer)

    def receive(self):
        """The body, by length or in chunks."""
        if 'chunked' in self.headers.get('Transfer-Encoding', '').lower():
            chunks = []
            while True:
                size = int(self.rfile.readline(64).split(b';')[0].strip(), 16)
                if size == 0:
                    while self.rfile.readline(8192).strip():
                        pass
                    return b''.join(chunks)
                if size + sum(map(len, chunks)) > LARGEST_REQUEST:
                    raise ValueError('request too large')
                chunks.append(self.rfile.read(size))
                self.rfile.readline(8)
        length = int(self.headers.get('Content-Length', '0'))
        if length > LARGEST_REQUEST:
            raise ValueError('request too large')
        return self.rfile.read(length)

    def fault(self, reason):
        """A SOAP 1.2 fault of the sender."""
        body = (
            '    <soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code>'
            f'<soap:Reason><soap:Text xml:lang="en">{mtom.escape(reason)}</soap:Text></soap:Reason></soap:Fault>\n'
        )
        xml = mtom.envelope([('Action', 'http://www.w3.org/2005/08/addressing/soap/fault', True)], body)
        self.send(400, 'application/soap+xml; charset=utf-8', xml.encode('utf-8'))

    def send(self, status, content_type, body):
        self.send_response(status)
        self.send_header('Content-Type', content_type)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def version_string(self):
        return 'foreign-source'

    def date_time_string(self, timestamp=None):
        return format_datetime(identity.now().astimezone(timezone.utc), usegmt=True)

    def log_message(self, format, *args):
        if self.server.verbose:
            print(format % args, file=sys.stderr)


def create(folder, config, port=0, mutant=None):
    """A server that listens; `serve_forever` answers."""
    server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
    server.archive = Archive(folder)
    server.config = config
    server.mutant = mutant
    server.verbose = False
    return server


def read_config():
    """config.json beside this file, with a time zone for studies that name none."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'config.json'), encoding='utf-8') as file:
        return {**json.load(file), 'zone': timezone.utc}
