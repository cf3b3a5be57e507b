/**
 * Requests that must fail, in whole or in part: RAD TF-2 4.69.4.2.3, 4.69.5. Which requests these are follows from their bytes. Each of these
 * requirements counts only after the positive control; without it a refusal shows nothing.
 */
import type { AttemptContext, Observation } from '../../../contracts.js';
import type { RegistryError } from '../../../formats/model.js';
import { defineAttemptCheck, met, notExercised, violated, type Violation } from '../../define.js';
import { valueText } from '../../imaging/places.js';
import {
  NO_CONTROL,
  placeOf,
  positiveControl,
  retrievesOf,
  returned,
  whatCame,
  type Asked,
  type Objection,
  type Retrieve,
} from '../../imaging/retrieves.js';
import {
  CODE_UNKNOWN_DOCUMENT,
  CODE_UNKNOWN_REPOSITORY,
  SEVERITY_ERROR,
  shortName,
  STATUS_FAILURE,
  STATUS_PARTIAL_SUCCESS,
} from '../../tables/registry-responses.js';
import type { Observing, ObservingAsync } from '../../imaging/observing.js';

type Judge = (retrieve: Retrieve) => Iterable<Observation>;

/** Asked of each retrieve that `provokes`. */
const refusal = (id: string, provokes: (retrieve: Retrieve) => boolean, unprovoked: string, judge: Judge) =>
  defineAttemptCheck(id, async function* (_facts, context: AttemptContext): ObservingAsync {
    const provoked = (await retrievesOf(context)).filter(provokes);
    if (provoked.length === 0) return yield notExercised(unprovoked);
    if (!(await positiveControl(context))) return yield notExercised(NO_CONTROL);
    for (const retrieve of provoked) yield* judge(retrieve);
  });

const objected = (retrieve: Retrieve, objection?: Objection): Asked[] =>
  retrieve.asked.filter(({ objections }) => (objection === undefined ? objections.length > 0 : objections.includes(objection)));
const only = (retrieve: Retrieve, objection: Objection): Asked[] =>
  objected(retrieve, objection).filter(({ objections }) => objections.length === 1);

const errorsFor = (retrieve: Retrieve, uid: string): RegistryError[] =>
  (retrieve.response?.errors ?? []).filter(({ location }) => location?.trim() === uid);
const severe = (errors: readonly RegistryError[]): RegistryError[] => errors.filter(({ severity }) => severity === SEVERITY_ERROR);
const errors = (retrieve: Retrieve): RegistryError[] => severe(retrieve.response?.errors ?? []);

/** A document that must not come has come. */
function* delivered(retrieve: Retrieve, asked: readonly Asked[], because: string, atMost?: 'warning'): Observing {
  for (const { uid } of asked)
    if (returned(retrieve).has(uid))
      yield violated({
        ...(atMost && { atMost }),
        because,
        expected: `a RegistryError for ${uid}`,
        found: `a DocumentResponse for ${uid}`,
        at: placeOf(retrieve),
        remedy: 'Look the instance up by repository, study, series and instance together, and report what does not match as an error.',
      });
}

const refused = (retrieve: Retrieve, expected: string, because: string, remedy: string): Violation => ({
  because,
  expected,
  found: retrieve.response
    ? `status ${shortName(retrieve.response.status)}, ${errors(retrieve).length} errors of severity Error`
    : whatCame(retrieve),
  at: placeOf(retrieve),
  remedy,
});

/** Whether nothing was returned, and the status is Failure with at least one error. */
const failsWhole = (retrieve: Retrieve): boolean =>
  retrieve.response?.status === STATUS_FAILURE && errors(retrieve).length > 0 && returned(retrieve).size === 0;
/** Failure, or PartialSuccess where some of the request could be answered. */
const failsInPart = (retrieve: Retrieve, failing: readonly Asked[]): boolean =>
  errors(retrieve).length > 0 &&
  (retrieve.response?.status === STATUS_FAILURE ||
    (failing.length < retrieve.asked.length && retrieve.response?.status === STATUS_PARTIAL_SUCCESS));

export const errorPerDocument = refusal(
  'RAD69-016',
  (retrieve) => objected(retrieve, 'unknown instance').length > 0,
  'No unknown instance was asked for.',
  function* (retrieve): Observing {
    const remedy =
      'Report each object that cannot be returned by a RegistryError with severity Error, errorCode, codeContext, and location = DocumentUniqueId.';
    const failing = objected(retrieve, 'unknown instance');
    if (!retrieve.response)
      return yield violated(
        refused(
          retrieve,
          'a RetrieveDocumentSetResponse with a RegistryError',
          `A request for an unknown instance gets ${whatCame(retrieve)}`,
          remedy,
        ),
      );
    const surplus = [...delivered(retrieve, failing, 'An object comes for an instance that is not there')];
    yield* surplus;
    for (const { uid } of failing) {
      const complete = severe(errorsFor(retrieve, uid)).find(({ errorCode, codeContext }) => errorCode?.trim() && codeContext?.trim());
      if (complete) {
        if (surplus.length === 0)
          yield met('The unknown instance is reported by an error of its own.', retrieve.response.message.at(complete.element));
        continue;
      }
      const [near] = retrieve.response.errors;
      yield violated({
        because: near ? 'The error for an unknown instance lacks what it must say' : 'An unknown instance is reported by no error',
        expected: `a RegistryError of severity Error with errorCode, codeContext and location ${uid}`,
        found: near
          ? `severity ${shortName(near.severity)}, errorCode ${valueText(near.errorCode)}, codeContext ${valueText(near.codeContext)}, location ${valueText(near.location)}`
          : `status ${shortName(retrieve.response.status)} without an error`,
        at: near ? retrieve.response.message.at(near.element) : placeOf(retrieve),
        remedy,
      });
    }
  },
);

export const partialSuccess = refusal(
  'ASY-RAD69-006',
  (retrieve) =>
    retrieve.syntaxes === 'usable' &&
    objected(retrieve).length > 0 &&
    objected(retrieve).length === only(retrieve, 'unknown instance').length &&
    objected(retrieve).length < retrieve.asked.length,
  'No request named a known and an unknown instance.',
  function* (retrieve): Observing {
    const unknown = objected(retrieve);
    const known = retrieve.asked.filter(({ objections }) => objections.length === 0);
    const remedy = 'Return the objects that are there, report the others by an error each, and set the status to PartialSuccess.';
    const missing = known.filter(({ uid }) => !returned(retrieve).has(uid));
    const unreported = unknown.filter(({ uid }) => severe(errorsFor(retrieve, uid)).length === 0);
    if (retrieve.response?.status !== STATUS_PARTIAL_SUCCESS)
      return yield violated(
        refused(retrieve, 'status PartialSuccess', 'A request of which one instance is unknown does not end in PartialSuccess', remedy),
      );
    for (const { uid } of missing)
      yield violated(refused(retrieve, `the object ${uid}`, 'A known instance is withheld because another one is unknown', remedy));
    for (const { uid } of unreported)
      yield violated(
        refused(retrieve, `a RegistryError with location ${uid}`, 'The unknown instance is not reported by an error of its own', remedy),
      );
    yield* delivered(retrieve, unknown, 'An object comes for an instance that is not there');
    for (const error of unknown
      .flatMap(({ uid }) => severe(errorsFor(retrieve, uid)))
      .filter(({ errorCode }) => errorCode !== CODE_UNKNOWN_DOCUMENT))
      yield violated({
        atMost: 'warning',
        because: 'Another error code is used than that for an unknown document',
        expected: CODE_UNKNOWN_DOCUMENT,
        found: valueText(error.errorCode),
        at: retrieve.response.message.at(error.element),
        remedy: `Use ${CODE_UNKNOWN_DOCUMENT}.`,
      });
    if (missing.length + unreported.length === 0) yield met('The known instances came, the unknown one is reported.', placeOf(retrieve));
  },
);

export const foreignRepository = refusal(
  'ASY-RAD69-007',
  (retrieve) => only(retrieve, 'foreign repository').length > 0,
  'No foreign repositoryUniqueId was asked for.',
  function* (retrieve) {
    const failing = only(retrieve, 'foreign repository');
    const remedy = `Compare RepositoryUniqueId with that of the source, and report ${CODE_UNKNOWN_REPOSITORY} where they differ.`;
    const came = [...delivered(retrieve, failing, 'An object comes although it was asked of another repository')];
    yield* came;
    if (came.length > 0) return;
    const [error] = errors(retrieve);
    if (!error || !failsInPart(retrieve, failing))
      yield violated(
        refused(retrieve, 'status Failure with a RegistryError', 'A request to a foreign repository is not refused with an error', remedy),
      );
    else if (errors(retrieve).some(({ errorCode }) => errorCode === CODE_UNKNOWN_REPOSITORY))
      yield met('The foreign repository is refused.', placeOf(retrieve));
    else
      yield violated({
        atMost: 'warning',
        because: 'A foreign repository is refused with another error code',
        expected: CODE_UNKNOWN_REPOSITORY,
        found: valueText(error.errorCode),
        at: retrieve.response?.message.at(error.element) ?? placeOf(retrieve),
        remedy,
      });
  },
);

export const wrongHierarchy = refusal(
  'ASY-RAD69-011',
  (retrieve) => only(retrieve, 'other study or series').length > 0,
  'No instance was asked for under another series or study than its own.',
  function* (retrieve) {
    const failing = only(retrieve, 'other study or series');
    const came = [...delivered(retrieve, failing, 'An instance comes although it is not in the study and series that the request names')];
    yield* came;
    if (came.length > 0) return;
    if (failsInPart(retrieve, failing)) yield met('The instance is treated as not found.', placeOf(retrieve));
    else
      yield violated(
        refused(
          retrieve,
          'a RegistryError, as for an unknown instance',
          'An instance of another series or study is not reported as not found',
          'Look the instance up by study, series and instance together.',
        ),
      );
  },
);

const WHOLE_REMEDY =
  'Compare the listed transfer syntaxes with those that can be produced; where none fits, answer Failure with a RegistryError for each object.';
const syntaxRefused: Judge = function* (retrieve) {
  const uncovered = retrieve.asked.length - errors(retrieve).length;
  const came = [
    ...delivered(
      retrieve,
      retrieve.asked,
      `An object comes although the request lists ${retrieve.syntaxes === 'empty' ? 'an empty transfer syntax' : 'no transfer syntax that exists'}`,
    ),
  ];
  yield* came;
  if (came.length > 0) return;
  if (failsWhole(retrieve) && uncovered <= 0) yield met('The request is refused with an error per object.', placeOf(retrieve));
  else
    yield violated(
      refused(
        retrieve,
        `status Failure with ${retrieve.asked.length} errors`,
        failsWhole(retrieve)
          ? 'The refusal does not name an error for each object'
          : 'A request whose transfer syntaxes cannot be produced is not refused with Failure',
        WHOLE_REMEDY,
      ),
    );
};
export const noSyntaxFits = refusal(
  'ASY-RAD69-014',
  (retrieve) => retrieve.syntaxes === 'unknown',
  'No request listed only transfer syntaxes that cannot be produced.',
  syntaxRefused,
);
export const syntaxEmptyOrUnknown = refusal(
  'ASY-RAD69-018',
  (retrieve) => retrieve.syntaxes !== 'usable',
  'No request listed an empty or unknown transfer syntax.',
  syntaxRefused,
);

export const emptyStudyOrSeries = refusal(
  'ASY-RAD69-017',
  (retrieve) => objected(retrieve, 'empty study or series').length > 0,
  'No request had an empty study or series UID.',
  function* (retrieve) {
    const failing = objected(retrieve, 'empty study or series');
    const came = [...delivered(retrieve, failing, 'An object comes although study or series UID of the request is empty', 'warning')];
    yield* came;
    if (came.length > 0) return;
    if (failsInPart(retrieve, failing)) yield met('The request is refused.', placeOf(retrieve));
    else
      yield violated(
        refused(
          retrieve,
          'status Failure with at least one error',
          'A request with an empty study or series UID is not refused',
          'Refuse requests without study and series UID.',
        ),
      );
  },
);
