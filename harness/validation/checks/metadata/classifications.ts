/** The parts of a Classification: ITI TF-3 4.2.3.1.2. */
import type { Observation } from '../../../contracts.js';
import { attribute } from '../../../formats/xml.js';
import type { Classification, RegistryObject, Submission, XmlElement } from '../../../formats/model.js';
import { met, notExercised, violated } from '../../define.js';
import { at, defineSubmissionCheck, list, named, overAll, valuesOf } from '../../metadata.js';
import { CLASSIFICATION_TYPE, codedAttribute, EXTERNAL_IDENTIFIER_TYPE } from '../../tables/metadata.js';

const inObjects = (submission: Submission): { object: RegistryObject; classification: Classification }[] =>
  submission.objects.flatMap((object) => object.classifications.map((classification) => ({ object, classification })));

export const codedParts = defineSubmissionCheck('ASY-META-026', (submission) => {
  const coded = inObjects(submission).filter(({ classification }) => codedAttribute(classification.classificationScheme) !== undefined);
  return overAll(coded, 'the submission has no coded attribute', function* ({ object, classification }): Iterable<Observation> {
    const name = `${codedAttribute(classification.classificationScheme)} of ${named(object)}`;
    const schemes = valuesOf(classification, 'codingScheme');
    const missing = [
      ...(classification.nodeRepresentation?.trim() ? [] : ['nodeRepresentation (the code)']),
      ...(schemes.length === 1 && schemes[0] ? [] : [schemes.length > 1 ? `one value of codingScheme (there are ${schemes.length})` : 'a Slot codingScheme with a value']),
      ...(classification.displayName?.trim() ? [] : ['rim:Name (the display name)']),
    ];
    if (missing.length === 0) {
      yield met(`${name} has code, coding scheme and display name`, at(submission, classification));
      return;
    }
    yield violated({
      because: `${name} lacks ${missing.join(' and ')}`,
      expected: 'nodeRepresentation, one value of the Slot codingScheme, and rim:Name/rim:LocalizedString/@value',
      found: `nodeRepresentation '${classification.nodeRepresentation ?? ''}', codingScheme ${list(schemes)}, display name '${classification.displayName ?? ''}'`,
      at: at(submission, classification),
      remedy: 'Give all three parts of each code.',
    });
  });
});

export const classifiedObject = defineSubmissionCheck('ASY-META-027', function* (submission) {
  const inside = inObjects(submission);
  if (inside.length === 0) yield notExercised('no object of the submission has a Classification');
  for (const { object, classification } of inside) {
    const target = classification.classifiedObject;
    if (target !== undefined && target === object.id) yield met(`classifiedObject names ${named(object)}`, at(submission, classification));
    else
      yield violated({
        because: `a Classification inside ${named(object)} does not name it as classifiedObject`,
        expected: `classifiedObject="${object.id ?? ''}"`,
        found: target === undefined ? 'no classifiedObject' : `classifiedObject="${target}"`,
        at: at(submission, classification),
        remedy: 'Let classifiedObject repeat the id of the object that contains the Classification.',
      });
  }
});

/** Optional in a submission; where given, fixed by ebRIM. */
export const fixedObjectTypes = defineSubmissionCheck('ASY-META-081', function* (submission) {
  const parts: { element: XmlElement; fixed: string }[] = [
    ...[...inObjects(submission).map(({ classification }) => classification), ...submission.looseClassifications].map(({ element }) => ({ element, fixed: CLASSIFICATION_TYPE })),
    ...submission.objects.flatMap(({ externalIdentifiers }) => externalIdentifiers.map(({ element }) => ({ element, fixed: EXTERNAL_IDENTIFIER_TYPE }))),
  ];
  const wrong = parts.filter(({ element, fixed }) => ![undefined, fixed].includes(attribute(element, 'objectType')?.value));
  if (parts.length === 0) yield notExercised('the submission has no Classification and no ExternalIdentifier');
  else if (wrong.length === 0) yield met(`${parts.length} Classifications and ExternalIdentifiers have the objectType of their class, or none`);
  for (const { element, fixed } of wrong) {
    yield violated({
      because: `objectType of a ${element.local} is not the one of its class`,
      expected: `objectType="${fixed}", or none`,
      found: `objectType="${attribute(element, 'objectType')?.value}"`,
      at: submission.message.at(element),
      remedy: 'Write the fixed URN of ebRIM, or leave the attribute out.',
    });
  }
});
