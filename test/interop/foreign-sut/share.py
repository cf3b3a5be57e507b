"""
Shares a study: makes its manifest and submits it with curl. Called as a trigger, with what to do in ASSAY_… variables
or as a JSON object on standard input; the archive is FOREIGN_SUT_ARCHIVE.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import dcmtk
import identity
import manifest
import mtom
import mutants
import server
import submission
from study import load_study


def asked():
    """The values of the order: `study.uid` is looked for as ASSAY_STUDY_UID, then in the JSON on standard input."""
    values = {name: value for name, value in os.environ.items() if name.startswith('ASSAY_')}
    if not any(name.startswith('ASSAY_STUDY') for name in values) and not sys.stdin.isatty():
        document = json.load(sys.stdin)
        for name, value in {**document, **document.get('values', {})}.items():
            if isinstance(value, str):
                values[f'ASSAY_{name}'] = value
    return {re.sub('[^a-z]', '', name[6:].lower()): value for name, value in values.items()}


def prepare(instances, to, patient_id, config, mutant=None):
    """The submission of a study: the manifest's octets, and Content-Type and body of the package."""
    clock = identity.now()
    listed = mutants.apply(mutant, 'instances', instances)
    dataset = mutants.apply(mutant, 'manifest', manifest.build(listed, config, clock, identity.new_uid))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'manifest.dcm')
        dcmtk.write(dataset, path)
        with open(path, 'rb') as file:
            octets = file.read()
        header = dcmtk.read(path)
    xml, part = submission.build(
        instances, (octets, header), to, patient_id, config, clock, identity.new_uuid, identity.new_uid)
    xml = mutants.apply(mutant, 'envelope', xml)
    packed = mtom.package(xml, [part], submission.ACTION, identity.new_uuid('package').replace('-', ''))
    return octets, mutants.apply(mutant, 'package', packed)


def post(url, content_type, body, extra=()):
    """Submits by curl; gives back the HTTP status and the body of the answer."""
    with tempfile.TemporaryDirectory() as folder:
        sent, received = os.path.join(folder, 'body'), os.path.join(folder, 'answer')
        with open(sent, 'wb') as file:
            file.write(body)
        done = subprocess.run(
            ['curl', '--silent', '--show-error', '--max-time', '60', '--user-agent', 'foreign-source (curl)', '--header',
             f'Content-Type: {content_type}', '--data-binary', f'@{sent}', '--output', received, '--write-out', '%{http_code}',
             *extra, url],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode('utf-8', 'replace').strip())
        with open(received, 'rb') as file:
            return int(done.stdout), file.read()


def main():
    order = asked()
    study, archive = order['studyuid'], os.environ['FOREIGN_SUT_ARCHIVE']
    mutant = os.environ.get('MUTANT')
    if mutants.silent(mutant):
        return 0
    instances = load_study(archive, study)
    if not instances:
        print(f'no object of study {study} in {archive}', file=sys.stderr)
        return 1
    _, (content_type, body) = prepare(instances, order['repositoryurl'], order['patientdomainid'], server.read_config(), mutant)
    status, answer = post(order['repositoryurl'], content_type, body)
    if status != 200 or b'ResponseStatusType:Success' not in answer:
        print(f'the repository did not take the submission: HTTP {status}\n{answer[:2000].decode("utf-8", "replace")}', file=sys.stderr)
        return 1
    print(f'shared {len(instances)} objects of study {study}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
