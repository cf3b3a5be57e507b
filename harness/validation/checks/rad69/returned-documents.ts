/** The documents of an answer against those of its request: RAD TF-2 4.69. */
import { retrieveResponseView } from '../../../formats/retrieve.js';
import { defineCheck, met, undecidable, violated } from '../../define.js';
import { noObject, NO_REQUEST, placeOfAttribute, placeOfDocument, retrieveOf } from '../../imaging/answers.js';
import { placeOf } from '../../imaging/retrieves.js';
import { valueText } from '../../imaging/places.js';
import { brokenOff } from '../../imaging/unread.js';
import { listed, type ObservingAsync } from '../../imaging/observing.js';

/** Each requested object is returned, or an error is reported for it. */
export const nothingSkipped = defineCheck('RAD69-004', retrieveResponseView, async function* (response, context): ObservingAsync {
  const retrieve = await retrieveOf(context);
  if (!retrieve) return yield undecidable(NO_REQUEST);
  const came = new Set(response.documents.map(({ documentUniqueId }) => documentUniqueId));
  const missing = [...new Set(retrieve.asked.map(({ uid }) => uid))].filter((uid) => !came.has(uid));
  const named = missing.filter((uid) =>
    response.errors.some(({ location, codeContext }) => location?.trim() === uid || (uid !== '' && codeContext?.includes(uid))),
  );
  // Errors that name no document may stand for as many documents as there are such errors; one without a document may refuse the whole request.
  const unnamed =
    response.errors.length -
    response.errors.filter(({ location, codeContext }) => named.some((uid) => location?.trim() === uid || codeContext?.includes(uid)))
      .length;
  const silent = missing.filter((uid) => !named.includes(uid));
  if (silent.length === 0 || silent.length <= unnamed || (came.size === 0 && unnamed > 0))
    yield met(
      `${came.size} objects and ${response.errors.length} errors answer ${retrieve.asked.length} requested objects.`,
      placeOf(retrieve),
    );
  else
    yield* listed(
      silent.map((uid) =>
        violated({
          because: 'A requested object is neither returned nor reported as an error',
          expected: `a DocumentResponse or a RegistryError for ${uid}`,
          found: `${came.size} DocumentResponses, ${response.errors.length} RegistryErrors`,
          at: placeOf(retrieve),
          remedy:
            'Return each object that is asked for, and report each one that cannot be returned by a RegistryError whose location is its DocumentUniqueId.',
        }),
      ),
    );
});

/** No object is returned that was not asked for. */
export const nothingUnasked = defineCheck('ASY-RAD69-012', retrieveResponseView, async function* (response, context): ObservingAsync {
  const retrieve = await retrieveOf(context);
  if (!retrieve) return yield undecidable(NO_REQUEST);
  if (response.documents.length === 0) return yield await noObject(context);
  const asked = new Set(retrieve.asked.map(({ uid }) => uid));
  const surplus = response.documents.filter(({ documentUniqueId, dicom }) => {
    const sop = dicom?.dataset.text('00080018');
    return !asked.has(documentUniqueId ?? '') || (sop !== undefined && sop !== documentUniqueId && !asked.has(sop));
  });
  yield* listed(
    surplus.map((document) =>
      violated({
        because: 'An object comes that was not asked for',
        expected: `one of the ${asked.size} requested objects`,
        found: valueText(asked.has(document.documentUniqueId ?? '') ? document.dicom?.dataset.text('00080018') : document.documentUniqueId),
        at: placeOfDocument(response, document, 'DocumentUniqueId'),
        remedy: 'Return only the objects whose DocumentUniqueId is in the request, not the whole series or study.',
      }),
    ),
  );
  if (surplus.length === 0) yield met('Only requested objects came.', placeOf(retrieve));
});

/** No object comes twice. */
export const nothingTwice = defineCheck('ISV-003', retrieveResponseView, async function* (response, context): ObservingAsync {
  if (response.documents.length === 0) return yield await noObject(context);
  const seen = new Set<string | undefined>();
  const doubled = response.documents.filter(({ documentUniqueId }) => seen.size === seen.add(documentUniqueId).size);
  yield* listed(
    doubled.map((document) =>
      violated({
        because: 'An object comes twice in one answer',
        expected: 'each DocumentUniqueId once',
        found: valueText(document.documentUniqueId),
        at: placeOfDocument(response, document, 'DocumentUniqueId'),
        remedy: 'Return each object once, also where the archive holds several copies of it.',
      }),
    ),
  );
  if (doubled.length === 0)
    yield met('Each object came once.', placeOfDocument(response, response.documents[0] as (typeof response.documents)[number]));
});

/** The RepositoryUniqueId of each document is that of its request. */
export const sameRepository = defineCheck('ISV-002', retrieveResponseView, async function* (response, context): ObservingAsync {
  const retrieve = await retrieveOf(context);
  if (!retrieve) return yield undecidable(NO_REQUEST);
  const repositories = new Map<string, string[]>();
  for (const { uid, repositoryUniqueId } of retrieve.asked) repositories.set(uid, [...(repositories.get(uid) ?? []), repositoryUniqueId]);
  const requested = response.documents.filter(({ documentUniqueId }) => repositories.has(documentUniqueId ?? ''));
  if (requested.length === 0) return yield await noObject(context);
  for (const document of requested) {
    const wanted = repositories.get(document.documentUniqueId ?? '') ?? [];
    const at = placeOfDocument(response, document, 'RepositoryUniqueId');
    if (wanted.includes(document.repositoryUniqueId ?? '')) yield met('RepositoryUniqueId is that of the request.', at);
    else
      yield violated({
        because: 'RepositoryUniqueId of a document is not that of its request',
        expected: wanted.join(' or '),
        found: valueText(document.repositoryUniqueId),
        at,
        remedy:
          'Answer with the repositoryUniqueId by which the source was asked, the one that stands in the manifest as Retrieve Location UID.',
      });
  }
});

/** mimeType of each document is application/dicom. */
export const mimeType = defineCheck('ASY-RAD69-008', retrieveResponseView, async function* (response, context): ObservingAsync {
  if (response.documents.length === 0) return yield await noObject(context);
  for (const document of response.documents) {
    const at = placeOfDocument(response, document, 'mimeType');
    if (document.mimeType === 'application/dicom') yield met('mimeType is application/dicom.', at);
    else
      yield violated({
        because: 'mimeType of a returned object is not application/dicom',
        expected: 'application/dicom',
        found: valueText(document.mimeType),
        at,
        remedy: 'Set mimeType of each DocumentResponse to application/dicom.',
      });
  }
});

/** The SOP Instance UID of the returned object is its DocumentUniqueId. */
export const sopInstance = defineCheck('ASY-RAD69-009', retrieveResponseView, async function* (response, context): ObservingAsync {
  if (response.documents.length === 0) return yield await noObject(context);
  for (const document of response.documents) {
    const { dicom, documentUniqueId } = document;
    const sop = dicom?.dataset.text('00080018');
    const remedy = 'Return, under each DocumentUniqueId, the DICOM file of the instance with that SOP Instance UID.';
    const broken = dicom && brokenOff(dicom);
    if (!dicom && document.content && document.content.size === undefined)
      yield undecidable(
        'The octets of the document cannot be had: a dangling xop:Include, or no base64.',
        placeOfDocument(response, document),
      );
    else if (!dicom)
      yield violated({
        because: 'A returned document is no DICOM file',
        expected: `the DICOM file of ${valueText(documentUniqueId)}`,
        found: document.content?.size === undefined ? 'no content' : `${document.content.size} octets that do not begin like one`,
        at: placeOfDocument(response, document),
        remedy,
      });
    else if (broken && context.message.complete)
      yield violated({
        because: 'A returned object cannot be read to its end',
        expected: `the whole DICOM file of ${valueText(documentUniqueId)}`,
        found: broken.message,
        at: placeOfDocument(response, document),
        remedy: 'Compare the octets that the answer carries with the stored file: look for a stream that is closed too early, or a wrong length.',
      });
    else if (sop !== undefined && sop === documentUniqueId)
      yield met('The object is the one that was named.', placeOfAttribute(response, document, dicom, '00080018'));
    else
      yield violated({
        because: 'The returned object has another SOP Instance UID than its DocumentUniqueId',
        expected: valueText(documentUniqueId),
        found: valueText(sop),
        at: placeOfAttribute(response, document, dicom, '00080018'),
        remedy,
      });
  }
});
