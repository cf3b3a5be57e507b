/** Rules on refusals, errors and warnings stay open in an attempt that drew none: their condition was not looked at and found wanting, it was not provoked. */
import { defineAttemptCheck, notApplicable, notExercised } from '../../define.js';
import { retrievesOf, type Retrieve } from '../../imaging/retrieves.js';
import { STATUS_FAILURE, STATUS_PARTIAL_SUCCESS } from '../../tables/registry-responses.js';

const provoked = (id: string, drew: (retrieve: Retrieve) => boolean, what: string) =>
  defineAttemptCheck(`${id}/provoked`, async function* (_facts, context) {
    if ((await retrievesOf(context)).some(drew)) yield notApplicable(`The attempt drew ${what}, which is judged where it stands.`);
    else yield notExercised(`No request of the attempt drew ${what}.`);
  });

const failure = (retrieve: Retrieve): boolean => retrieve.response?.status === STATUS_FAILURE;
const error = (retrieve: Retrieve): boolean => (retrieve.response?.errors.length ?? 0) > 0;

export const failureDrawn = provoked('ASY-META-065', failure, 'a Failure');
export const failureOfRetrieveDrawn = provoked('ASY-META-087', failure, 'a Failure');
export const partialSuccessDrawn = provoked('ASY-META-088', (retrieve) => retrieve.response?.status === STATUS_PARTIAL_SUCCESS, 'a PartialSuccess');
export const severityDrawn = provoked('ASY-META-066', error, 'a RegistryError');
export const attributesDrawn = provoked('ASY-META-084', error, 'a RegistryError');
export const highestSeverityDrawn = provoked('ASY-META-085', error, 'a RegistryError');
export const errorCodeDrawn = provoked('ASY-META-089', error, 'a RegistryError');
