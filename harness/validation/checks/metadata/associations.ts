/** Associations: ITI TF-3 4.2.1.5, 4.2.2, 4.2.2.2. */
import { met, notApplicable, notExercised, violated } from '../../define.js';
import { isUuidLike } from '../../hl7-types.js';
import { at, codesOf, defineSubmissionCheck, indexOf, named } from '../../metadata.js';
import { DOCUMENT_RELATIONSHIPS, HAS_MEMBER, UPDATE_RELATIONSHIPS } from '../../tables/metadata.js';

export const relationships = defineSubmissionCheck('ASY-META-051', function* (submission, context) {
  const others = submission.associations.filter(({ associationType }) => !/(^|:)HasMember$/.test(associationType ?? ''));
  if (others.length === 0) {
    yield notApplicable('the submission has no document relationship');
    return;
  }
  const ids = indexOf(submission).objects;
  const updates = context.exchange.transaction === 'ITI-57' ? UPDATE_RELATIONSHIPS : [];
  for (const link of others) {
    const type = link.associationType ?? '';
    const wrongType = ![...DOCUMENT_RELATIONSHIPS, ...updates].includes(type);
    const outside = !updates.includes(type) && !ids.has(link.sourceObject ?? '');
    if (!wrongType && !outside) yield met(`${named(link)} is a ${type.split(':').pop()} of this submission`, at(submission, link));
    else
      yield violated({
        because: `the relationship ${link.id ?? ''} has ${[...(wrongType ? ['a type that the framework does not define'] : []), ...(outside ? ['a source outside the submission'] : [])].join(' and ')}`,
        expected: `associationType one of ${DOCUMENT_RELATIONSHIPS.join(', ')}; sourceObject an entry of this submission`,
        found: `associationType="${type}" sourceObject="${link.sourceObject ?? ''}"`,
        at: at(submission, link),
        remedy: 'Write the full URN of the relationship, from the new entry to the registered one.',
      });
  }
});

export const documentation = defineSubmissionCheck('ASY-META-073', function* (submission) {
  const documented = submission.associations.map((link) => ({ link, codes: codesOf(link, 'associationDocumentation') })).filter(({ codes }) => codes.length > 0);
  if (documented.length === 0) yield notApplicable('no association is documented');
  for (const { link, codes } of documented) {
    if (codes.length === 1 && link.associationType !== HAS_MEMBER) yield met(`${named(link)} is documented once`, at(submission, link));
    else
      yield violated({
        because: link.associationType === HAS_MEMBER ? 'a HasMember association has an association documentation' : `an association has ${codes.length} documentations`,
        expected: 'documentation on relationships between documents only, at most once',
        found: `${link.associationType} with ${codes.length} documentation Classifications`,
        at: at(submission, codes[0] ?? link),
        remedy: 'Document only replacements, additions, transformations and signatures.',
      });
  }
});

export const notToItself = defineSubmissionCheck('ASY-META-075', function* (submission) {
  if (submission.associations.length === 0) yield notExercised('the submission has no association');
  for (const link of submission.associations) {
    const missing = !link.sourceObject || !link.targetObject;
    const itself = link.id !== undefined && [link.sourceObject, link.targetObject].includes(link.id);
    if (!missing && !itself) yield met(`${named(link)} names two other objects`, at(submission, link));
    else
      yield violated({
        because: itself ? 'an association refers to itself' : 'an association does not name both its ends',
        expected: 'sourceObject and targetObject that name two other objects',
        found: `id="${link.id ?? ''}" sourceObject="${link.sourceObject ?? ''}" targetObject="${link.targetObject ?? ''}"`,
        at: at(submission, link),
        remedy: 'Refer to the ids of the two objects that belong together.',
      });
  }
});

export const symbolicIdsResolve = defineSubmissionCheck('ASY-META-076', function* (submission) {
  const ids = indexOf(submission).objects;
  const ends = submission.associations.flatMap((link) => [link.sourceObject, link.targetObject].flatMap((end) => (end ? [{ link, end }] : [])));
  if (ends.length === 0) {
    yield notExercised('the submission has no association');
    return;
  }
  const dangling = ends.filter(({ end }) => !isUuidLike(end) && !ids.has(end));
  if (dangling.length === 0) yield met('every symbolic id that an association names is that of an object of the submission');
  for (const { link, end } of dangling) {
    yield violated({
      because: `the symbolic id '${end}' names no object of the submission`,
      expected: 'the id of an object in this submission, or the UUID URN of one that is registered',
      found: `'${end}'`,
      at: at(submission, link),
      remedy: 'A symbolic id means something within its own submission only.',
    });
  }
});
