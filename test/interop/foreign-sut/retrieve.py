"""RAD-69 Retrieve Imaging Document Set, the answering side (IHE RAD TF-3 4.69; errors of ITI TF-3 4.2.4)."""
import os
import tempfile

import dcmtk
import mtom

ACTION = 'urn:ihe:iti:2007:RetrieveDocumentSetResponse'  # the output action of the published WSDL of XDS-I.b
XDSI, XDSB = '{urn:ihe:rad:xdsi-b:2009}', '{urn:ihe:iti:xds-b:2007}'
SUCCESS = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success'
FAILURE = 'urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure'
PARTIAL = 'urn:ihe:iti:2007:ResponseStatusType:PartialSuccess'
ERROR = 'urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error'
EXPLICIT, IMPLICIT, DEFLATED = '1.2.840.10008.1.2.1', '1.2.840.10008.1.2', '1.2.840.10008.1.2.1.99'
JPEG_LOSSLESS = {'1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70'}
RLE = '1.2.840.10008.1.2.5'


def requested(root):
    """What a request asks for: documents as dicts, and the acceptable transfer syntaxes. ValueError where it is no such request."""
    request = root.find(f'{{{mtom.SOAP}}}Body/{XDSI}RetrieveImagingDocumentSetRequest')
    if request is None:
        raise ValueError('the Body holds no RetrieveImagingDocumentSetRequest')
    documents = []
    for study in request.findall(f'{XDSI}StudyRequest'):
        for series in study.findall(f'{XDSI}SeriesRequest'):
            for document in series.findall(f'{XDSB}DocumentRequest'):
                documents.append({
                    'study': study.get('studyInstanceUID', ''), 'series': series.get('seriesInstanceUID', ''),
                    'home': document.findtext(f'{XDSB}HomeCommunityId'),
                    'repository': (document.findtext(f'{XDSB}RepositoryUniqueId') or '').strip(),
                    'uid': (document.findtext(f'{XDSB}DocumentUniqueId') or '').strip(),
                })
    syntaxes = [(e.text or '').strip() for e in request.findall(f'{XDSI}TransferSyntaxUIDList/{XDSI}TransferSyntaxUID')]
    return documents, syntaxes


def answer(request, instances, config, new_uuid):
    """The answer to a request: envelope and parts. `instances` are all that is stored, by SOP Instance UID."""
    documents, syntaxes = requested(request)
    found, errors = [], []
    for document in documents:
        try:
            found.append((document, fetch(document, syntaxes, instances, config)))
        except Refused as refusal:
            errors.append((refusal.code, str(refusal), document['uid']))
    status = SUCCESS if not errors else PARTIAL if found else FAILURE
    xml = '      <rs:RegistryResponse xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"' f' status="{status}"'
    if errors:
        listed = ''.join(
            f'          <rs:RegistryError errorCode="{code}" codeContext="{mtom.escape(context)}" severity="{ERROR}"'
            f' location="{mtom.escape(uid)}"/>\n'
            for code, context, uid in errors
        )
        xml += f'>\n        <rs:RegistryErrorList highestSeverity="{ERROR}">\n{listed}        </rs:RegistryErrorList>\n'
        xml += '      </rs:RegistryResponse>\n'
    else:
        xml += '/>\n'
    parts = []
    for document, octets in found:
        content_id = f'{new_uuid(document["uid"])}@foreign-source.example'
        parts.append((content_id, 'application/dicom', octets))
        home = f'        <xdsb:HomeCommunityId>{mtom.escape(document["home"])}</xdsb:HomeCommunityId>\n' if document['home'] else ''
        xml += (
            f'      <xdsb:DocumentResponse>\n{home}'
            f'        <xdsb:RepositoryUniqueId>{mtom.escape(document["repository"])}</xdsb:RepositoryUniqueId>\n'
            f'        <xdsb:DocumentUniqueId>{mtom.escape(document["uid"])}</xdsb:DocumentUniqueId>\n'
            '        <xdsb:mimeType>application/dicom</xdsb:mimeType>\n'
            f'        <xdsb:Document>{mtom.include(content_id)}</xdsb:Document>\n'
            '      </xdsb:DocumentResponse>\n'
        )
    body = f'    <xdsb:RetrieveDocumentSetResponse xmlns:xdsb="urn:ihe:iti:xds-b:2007">\n{xml}    </xdsb:RetrieveDocumentSetResponse>\n'
    return mtom.envelope(reply_headers(request, ACTION, new_uuid), body), parts


def reply_headers(request, action, new_uuid):
    """WS-Addressing of a reply."""
    headers = [('Action', action, True), ('MessageID', f'urn:uuid:{new_uuid("reply")}', False)]
    asked = mtom.addressing(request, 'MessageID')
    return headers + ([('RelatesTo', asked, False)] if asked else [])


class Refused(Exception):
    """One object that cannot be given, with the error code of the framework."""

    def __init__(self, code, context):
        super().__init__(context)
        self.code = code


def fetch(document, syntaxes, instances, config):
    """The octets of one object as a Part 10 file in one of the transfer syntaxes."""
    if document['repository'] != config['repositoryUniqueId']:
        raise Refused('XDSUnknownRepositoryId', f'{document["repository"]} is not the repositoryUniqueId of this source')
    instance = instances.get(document['uid'])
    if instance is None or (instance.study, instance.series) != (document['study'], document['series']):
        raise Refused('XDSDocumentUniqueIdError', 'no such object in this series of this study')
    if instance.transfer_syntax in syntaxes:
        with open(instance.path, 'rb') as file:
            return file.read()
    return transcode(instance, syntaxes)


def transcode(instance, syntaxes):
    """An object decompressed by DCMTK, where one of the uncompressed transfer syntaxes is asked for."""
    tool = 'dcmdjpeg' if instance.transfer_syntax in JPEG_LOSSLESS else 'dcmdrle' if instance.transfer_syntax == RLE else 'dcmconv'
    for syntax, option in ((EXPLICIT, '+te'), (IMPLICIT, '+ti')):
        if syntax in syntaxes:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, 'object.dcm')
                try:
                    dcmtk.run(tool, option, instance.path, path)
                except RuntimeError as problem:
                    raise Refused('XDSRepositoryError', f'could not be decoded to {syntax}') from problem
                with open(path, 'rb') as file:
                    return file.read()
    raise Refused('XDSRepositoryError', f'stored as {instance.transfer_syntax}; none of the requested transfer syntaxes can be given')
