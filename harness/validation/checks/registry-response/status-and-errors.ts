/**
 * Status and errors of a registry response: ITI TF-3 4.2.4. Rules on refusals count as obeyed only where the positive control shows that the
 * system does not refuse everything; a form that is broken is broken in any case.
 */
import type { JudgeContext, Observation } from '../../../contracts.js';
import { registryResponseView } from '../../../formats/registry-response.js';
import { retrieveResponseView } from '../../../formats/retrieve.js';
import type { RegistryError, RegistryResponse, XmlElement } from '../../../formats/model.js';
import { attribute, childElements } from '../../../formats/xml.js';
import { defineCheck, met, notApplicable, notExercised, violated } from '../../define.js';
import { NO_CONTROL, positiveControl, retrievesOf, type Retrieve } from '../../imaging/retrieves.js';
import { valueText } from '../../imaging/places.js';
import {
  ERROR_CODES,
  ERROR_SEVERITIES,
  RESPONSE_STATUSES,
  SEVERITY_ERROR,
  SEVERITY_WARNING,
  shortName,
  STATUS_FAILURE,
  STATUS_PARTIAL_SUCCESS,
  STATUS_SUCCESS,
} from '../../tables/registry-responses.js';
import type { Observing, ObservingAsync } from '../../imaging/observing.js';

const placeOf = ({ message, element }: RegistryResponse) => message.at(element ?? message.payload ?? { offset: 0, length: 1 });
const severe = ({ errors }: RegistryResponse): RegistryError[] => errors.filter(({ severity }) => severity === SEVERITY_ERROR);

/** What is obeyed in a refusal counts only after the positive control. */
async function* afterControl(observations: Iterable<Observation>, context: JudgeContext): ObservingAsync {
  for (const observation of observations)
    yield observation.outcome === 'met' && !(await positiveControl(context)) ? notExercised(NO_CONTROL, observation.at) : observation;
}

type Rule = (response: RegistryResponse) => Observing;
const rule = (id: string, judge: Rule) => defineCheck(id, registryResponseView, judge);
/** What a rule on refusals, errors or warnings speaks of: how to tell it in an answer, and in words. */
interface Occasion {
  given: (response: RegistryResponse) => boolean;
  what: string;
}
const FAILURE: Occasion = { given: ({ status }) => status === STATUS_FAILURE, what: 'a Failure' };
const PARTIAL_SUCCESS: Occasion = { given: ({ status }) => status === STATUS_PARTIAL_SUCCESS, what: 'a PartialSuccess' };
const REGISTRY_ERROR: Occasion = { given: ({ errors }) => errors.length > 0, what: 'a RegistryError' };

/** For an answer without the occasion: another answer of the attempt gives it, or it was not provoked. */
async function withoutOccasion({ given, what }: Occasion, response: RegistryResponse, context: JudgeContext): Promise<Observation> {
  const drawn = (await retrievesOf(context)).some((retrieve: Retrieve) => retrieve.response && given(retrieve.response));
  return drawn
    ? notApplicable(`The response is without ${what}.`, placeOf(response))
    : notExercised(`No request of the attempt drew ${what}.`, placeOf(response));
}

const ruleOfRefusals = (id: string, occasion: Occasion, judge: Rule) =>
  defineCheck(id, registryResponseView, async function* (response, context): ObservingAsync {
    if (!occasion.given(response)) yield await withoutOccasion(occasion, response, context);
    else yield* afterControl(judge(response), context);
  });

export const status = rule('ASY-META-086', function* (response) {
  const element = response.element && attribute(response.element, 'status');
  const at = element ? response.message.at(element) : placeOf(response);
  if (RESPONSE_STATUSES.includes(response.status ?? '')) yield met(`The status is ${shortName(response.status)}.`, at);
  else
    yield violated({
      because: response.status === undefined ? 'The response has no status' : 'The status is none of the three that there are',
      expected: RESPONSE_STATUSES.join(', '),
      found: valueText(response.status),
      at,
      remedy: 'Write the whole URN: PartialSuccess is an IHE one, Success and Failure are of ebXML.',
    });
});

export const successWithoutErrors = rule('ASY-META-064', function* (response): Observing {
  if (response.status !== STATUS_SUCCESS) return yield notApplicable('The status is not Success.', placeOf(response));
  const found = severe(response);
  if (found.length === 0) yield met('The Success response has no error.', placeOf(response));
  for (const error of found)
    yield violated({
      because: 'A Success response contains an error',
      expected: 'no RegistryError of severity Error',
      found: `${valueText(error.errorCode)}: ${valueText(error.codeContext)}`,
      at: response.message.at(error.element),
      remedy: 'Answer PartialSuccess or Failure where something failed, or give what is no failure the severity Warning.',
    });
});

export const failureWithError = ruleOfRefusals('ASY-META-065', FAILURE, function* (response) {
  if (severe(response).length > 0) yield met('The Failure response says why.', placeOf(response));
  else
    yield violated({
      because: 'A Failure response contains no error',
      expected: 'at least one RegistryError of severity Error',
      found: `${response.errors.length} RegistryErrors, none of that severity`,
      at: placeOf(response),
      remedy: 'Report what failed in a RegistryErrorList, with the URN of the severity Error.',
    });
});

export const partialSuccessWithError = ruleOfRefusals('ASY-META-088', PARTIAL_SUCCESS, function* (response) {
  if (severe(response).length > 0) yield met('The PartialSuccess response says what failed.', placeOf(response));
  else
    yield violated({
      because: 'A PartialSuccess response contains no error',
      expected: 'at least one RegistryError of severity Error',
      found: `${response.errors.length} RegistryErrors, none of that severity`,
      at: placeOf(response),
      remedy: 'Report what failed by a RegistryError of severity Error; with warnings alone the status is Success.',
    });
});

/** One finding for each RegistryError. */
const ruleOfErrors = (id: string, judge: (error: RegistryError, response: RegistryResponse) => Observation) =>
  ruleOfRefusals(id, REGISTRY_ERROR, function* (response) {
    for (const error of response.errors) yield judge(error, response);
  });

export const severityUrn = ruleOfErrors('ASY-META-066', (error, { message }) =>
  ERROR_SEVERITIES.includes(error.severity ?? '')
    ? met('The severity is one of the two URNs.', message.at(error.element))
    : violated({
        because: 'The severity of a RegistryError is none of the two URNs',
        expected: ERROR_SEVERITIES.join(' or '),
        found: valueText(error.severity),
        at: message.at(error.element),
        remedy: 'Write the whole URN of the severity.',
      }),
);

const hasContent = (element: XmlElement): boolean =>
  element.children.some((child) => child.kind === 'element' || child.value.trim() !== '');

export const errorAttributes = ruleOfErrors('ASY-META-084', (error, { message }) => {
  const missing = [
    ...(error.errorCode?.trim() ? [] : ['errorCode']),
    ...(error.codeContext !== undefined ? [] : ['codeContext']),
    ...(error.severity?.trim() ? [] : ['severity']),
  ];
  const found = [...missing.map((name) => `no ${name}`), ...(hasContent(error.element) ? ['content inside the element'] : [])].join(', ');
  return found === ''
    ? met('The RegistryError has errorCode, codeContext and severity, and is empty.', message.at(error.element))
    : violated({
        because: `A RegistryError has ${found}`,
        expected: 'errorCode, codeContext and severity, and an empty element',
        found,
        at: message.at(error.element),
        remedy: 'Put code, explanation and severity into the attributes of rs:RegistryError; nothing goes inside.',
      });
});

export const errorCode = ruleOfErrors('ASY-META-089', (error, { message }) => {
  if (!error.errorCode?.trim()) return notApplicable('The RegistryError has no code (see ASY-META-084).', message.at(error.element));
  return ERROR_CODES.has(error.errorCode)
    ? met(`${error.errorCode} is a code of the framework.`, message.at(error.element))
    : violated({
        atMost: 'warning',
        because: 'The error code stands in no table of the framework',
        expected: 'a code of ITI TF-3 table 4.2.4.1-2 where one fits',
        found: valueText(error.errorCode),
        at: message.at(error.element),
        remedy:
          'Use XDSDocumentUniqueIdError for an unknown instance and XDSUnknownRepositoryId for a foreign repository; extensions are for what has no code.',
      });
});

export const highestSeverity = ruleOfRefusals('ASY-META-085', REGISTRY_ERROR, function* (response): Observing {
  const list = response.element && childElements(response.element, 'RegistryErrorList')[0];
  const at = list ? response.message.at(list) : placeOf(response);
  if (response.highestSeverity === undefined) return yield notApplicable('highestSeverity is not given.', at);
  const highest = [SEVERITY_ERROR, SEVERITY_WARNING].find((each) => response.errors.some(({ severity }) => severity === each));
  if (highest === undefined) yield notApplicable('No RegistryError has a severity to compare with.', at);
  else if (response.highestSeverity === highest) yield met('highestSeverity is that of the listed errors.', at);
  else
    yield violated({
      because: 'highestSeverity is not the highest severity of the listed errors',
      expected: highest,
      found: response.highestSeverity,
      at,
      remedy: 'Compute highestSeverity from the RegistryErrors of the list.',
    });
});

export const failureWithoutResults = defineCheck('ASY-META-087', retrieveResponseView, async function* (response, context): ObservingAsync {
  const [document] = response.documents;
  if (!FAILURE.given(response)) yield await withoutOccasion(FAILURE, response, context);
  else if (!document) yield* afterControl([met('The Failure response returns no document.', placeOf(response))], context);
  else
    yield violated({
      because: 'A Failure response returns documents',
      expected: 'no DocumentResponse',
      found: `${response.documents.length} DocumentResponses`,
      at: response.message.at(document.element),
      remedy: 'Answer PartialSuccess where some documents can be returned; with Failure return none.',
    });
});
