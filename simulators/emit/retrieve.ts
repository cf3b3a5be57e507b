/** Retrieve Imaging Document Set: request and answer (RAD TF-2 section 4.69). */
import { registryResponse, type RegistryErrorModel } from './registry-response.js';
import { declare, x, type XmlNode } from './xml.js';

export interface InstanceReference {
  study: string;
  series: string;
  sop: string;
  repositoryUniqueId: string;
  /** Home community, as `urn:oid:…`; only towards a gateway. */
  home?: string;
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** xdsi:RetrieveImagingDocumentSetRequest: instances by study and series, in the order given. */
export function retrieveRequest(instances: readonly InstanceReference[], transferSyntaxes: readonly string[]): XmlNode {
  const studies = [...grouped(instances, (i) => i.study)].map(([studyInstanceUID, ofStudy]) =>
    x(
      'xdsi:StudyRequest',
      { studyInstanceUID },
      ...[...grouped(ofStudy, (i) => i.series)].map(([seriesInstanceUID, ofSeries]) =>
        x(
          'xdsi:SeriesRequest',
          { seriesInstanceUID },
          ...ofSeries.map((i) =>
            x(
              'xdsb:DocumentRequest',
              {},
              i.home === undefined ? undefined : x('xdsb:HomeCommunityId', {}, i.home),
              x('xdsb:RepositoryUniqueId', {}, i.repositoryUniqueId),
              x('xdsb:DocumentUniqueId', {}, i.sop),
            ),
          ),
        ),
      ),
    ),
  );
  return x('xdsi:RetrieveImagingDocumentSetRequest', declare('xdsi', 'xdsb'), ...studies, x('xdsi:TransferSyntaxUIDList', {}, ...transferSyntaxes.map((uid) => x('xdsi:TransferSyntaxUID', {}, uid))));
}

export interface DocumentResponseModel {
  home?: string;
  repositoryUniqueId: string;
  documentUniqueId: string;
  mimeType: string;
  /** Content-ID of its part, without angle brackets. */
  contentId: string;
}
export interface RetrieveAnswerModel {
  status: string;
  errors: RegistryErrorModel[];
  documents: DocumentResponseModel[];
}

/** xdsb:RetrieveDocumentSetResponse with its documents as XOP references. */
export function retrieveResponse({ status, errors, documents }: RetrieveAnswerModel): XmlNode {
  return x(
    'xdsb:RetrieveDocumentSetResponse',
    declare('xdsb'),
    registryResponse(status, errors),
    ...documents.map((d) =>
      x(
        'xdsb:DocumentResponse',
        {},
        d.home === undefined ? undefined : x('xdsb:HomeCommunityId', {}, d.home),
        x('xdsb:RepositoryUniqueId', {}, d.repositoryUniqueId),
        x('xdsb:DocumentUniqueId', {}, d.documentUniqueId),
        x('xdsb:mimeType', {}, d.mimeType),
        x('xdsb:Document', {}, x('xop:Include', { ...declare('xop'), href: `cid:${d.contentId}` })),
      ),
    ),
  );
}
