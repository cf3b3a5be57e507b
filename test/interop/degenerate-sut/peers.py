"""What the degenerate systems share: an HTTP server with one answer, ports, and waiting for SIGTERM. Standard library only."""
import http.server
import json
import signal
import socket
import threading


def closed_port():
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def http_server(answer):
    """Answers each POST with `answer(body)`: status, Content-Type, body."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        timeout = 30

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get('Content-Length', '0')))
            status, content_type, octets = answer(body)
            self.send_response(status)
            self.send_header('Content-Type', content_type)
            self.send_header('Content-Length', str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def package(xml, parts=()):
    """An MTOM package of an envelope: Content-Type and body."""
    head = '--same\r\nContent-Type: {}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{}>\r\n\r\n'
    root = 'application/xop+xml; charset=UTF-8; type="application/soap+xml"'
    body = head.format(root, 'root@degenerate.example').encode() + xml.encode()
    for content_id, octets in parts:
        body += b'\r\n' + head.format('application/dicom', content_id).encode() + octets
    content_type = (
        'multipart/related; type="application/xop+xml"; start="<root@degenerate.example>"; start-info="application/soap+xml"; boundary="same"'
    )
    return content_type, body + b'\r\n--same--\r\n'


def envelope(relates_to, body):
    """A reply's envelope."""
    return (
        '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing">'
        '<soap:Header><wsa:Action soap:mustUnderstand="true">urn:ihe:iti:2007:RetrieveDocumentSetResponse</wsa:Action>'
        f'<wsa:RelatesTo>{relates_to}</wsa:RelatesTo></soap:Header><soap:Body>'
        f'<xdsb:RetrieveDocumentSetResponse xmlns:xdsb="urn:ihe:iti:xds-b:2007">{body}</xdsb:RetrieveDocumentSetResponse>'
        '</soap:Body></soap:Envelope>'
    )


def run(endpoints, stop=lambda: None):
    """Says where it is and waits for SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    print(json.dumps(endpoints), flush=True)
    ended.wait()
    stop()
