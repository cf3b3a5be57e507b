/** ITI TF-3 4.2.3.1.4. */
import { met, notApplicable, violated } from '../../define.js';
import { at, defineSubmissionCheck, list, named, slotPlace, slotsOf, valuesOf } from '../../metadata.js';
import { authorsOf } from '../../metadata-values.js';

const NONE = 'the submission gives no author';
const TELLING = ['authorPerson', 'authorInstitution', 'authorTelecommunication'];

export const authorParts = defineSubmissionCheck('ASY-META-033', function* (submission) {
  const authors = authorsOf(submission);
  if (authors.length === 0) yield notApplicable(NONE);
  for (const { object, author } of authors) {
    const told = TELLING.filter((name) => valuesOf(author, name).some((value) => value !== ''));
    const place = at(submission, author);
    const node = author.nodeRepresentation;
    if (told.length > 0 && node === '') yield met(`an author of ${named(object)} has ${told.join(', ')}`, place);
    if (told.length === 0)
      yield violated({
        because: `an author of ${named(object)} has neither person nor institution nor telecommunication`,
        expected: `one of the Slots ${TELLING.join(', ')} with a value`,
        found: list(author.slots.map(({ name }) => name)),
        at: place,
        remedy: 'Name at least the institution, or leave the author out.',
      });
    if (node !== '')
      yield violated({
        because: `nodeRepresentation of an author of ${named(object)} is ${node === undefined ? 'missing' : 'not empty'}`,
        expected: 'nodeRepresentation=""',
        found: node === undefined ? 'no nodeRepresentation' : `nodeRepresentation="${node}"`,
        at: place,
        remedy: 'Write the attribute, empty: an author is no code.',
        // Without the attribute nothing is represented either.
        ...(node === undefined && { atMost: 'warning' as const }),
      });
  }
});

export const singlePerson = defineSubmissionCheck('ASY-META-093', function* (submission) {
  const authors = authorsOf(submission).filter(({ author }) => slotsOf(author, 'authorPerson').length > 0);
  if (authors.length === 0) yield notApplicable('the submission gives no authorPerson');
  for (const { object, author } of authors) {
    const persons = valuesOf(author, 'authorPerson');
    const place = slotPlace(submission, { ...object, slots: author.slots }, 'authorPerson');
    if (persons.length <= 1) yield met(`an author of ${named(object)} is one person`, place);
    else
      yield violated({
        because: `one author Classification of ${named(object)} names ${persons.length} persons`,
        expected: 'one value of authorPerson in each author Classification',
        found: list(persons),
        at: place,
        remedy: 'Give each further author a Classification of his own.',
      });
  }
});
