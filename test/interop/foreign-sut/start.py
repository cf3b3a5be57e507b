"""
Starts the source: DCMTK's storescp takes images in, a Python server gives them out by RAD-69. Prints its endpoints as one JSON line
and runs until SIGTERM. Ports of 0 are chosen. MUTANT=name breaks it.
"""
import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import server


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def start_storescp(archive, config, port, syntaxes):
    """storescp on a port; given back once it listens."""
    port = port or free_port()
    # Not --bit-preserving: DCMTK then writes lengths and group lengths its own way, as a product would.
    process = subprocess.Popen(
        ['storescp', '--quiet', '--fork', '--promiscuous', '--aetitle', config['aeTitle'], syntaxes, '--output-directory', archive,
         str(port)],
        stdout=sys.stderr)
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit(f'storescp ended with {process.returncode}')
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return process, port
        except OSError:
            time.sleep(0.02)
    raise SystemExit('storescp does not listen')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--archive', help='folder of the images; a temporary one where it is left out')
    parser.add_argument('--dicom-port', type=int, default=0)
    parser.add_argument('--rad69-port', type=int, default=0)
    parser.add_argument('--uncompressed-only', action='store_true', help='refuses compressed images')
    options = parser.parse_args()
    config = server.read_config()
    with tempfile.TemporaryDirectory() as temporary:
        archive = options.archive or temporary
        os.makedirs(archive, exist_ok=True)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        storescp, dicom_port = start_storescp(
            archive, config, options.dicom_port, '+x=' if options.uncompressed_only else '+xa')
        source = server.create(archive, config, options.rad69_port, os.environ.get('MUTANT'))
        threading.Thread(target=source.serve_forever, daemon=True).start()
        endpoints = {
            'dicom': f'127.0.0.1:{dicom_port}', 'aeTitle': config['aeTitle'], 'archive': archive,
            'rad69': f'http://127.0.0.1:{source.server_port}/xdsi/imaging-document-source',
        }
        print(json.dumps(endpoints), flush=True)
        stop.wait()
        source.shutdown()
        storescp.terminate()
        storescp.wait()


if __name__ == '__main__':
    main()
