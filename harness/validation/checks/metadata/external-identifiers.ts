import { met, notExercised, violated } from '../../define.js';
import { at, defineSubmissionCheck, named } from '../../metadata.js';
import { identifierName } from '../../tables/metadata.js';

/** ITI TF-3 4.2.3.1.3. White space around the name does not count: the framework's own example has it. */
export const externalIdentifierParts = defineSubmissionCheck('ASY-META-028', function* (submission) {
  const all = submission.objects.flatMap((object) => object.externalIdentifiers.map((identifier) => ({ object, identifier })));
  if (all.length === 0) yield notExercised('the submission has no ExternalIdentifier');
  for (const { object, identifier } of all) {
    const name = identifierName(identifier.identificationScheme);
    const wrongParent = identifier.registryObject === undefined || identifier.registryObject !== object.id;
    const wrongName = name !== undefined && identifier.name?.trim() !== name;
    const place = at(submission, identifier);
    if (!wrongParent && !wrongName) yield met(`${identifier.name?.trim() ?? 'an ExternalIdentifier'} names its object ${object.id}`, place);
    if (wrongParent)
      yield violated({
        because: `an ExternalIdentifier inside ${named(object)} does not name it as registryObject`,
        expected: `registryObject="${object.id ?? ''}"`,
        found: identifier.registryObject === undefined ? 'no registryObject' : `registryObject="${identifier.registryObject}"`,
        at: place,
        remedy: 'Let registryObject repeat the id of the object that contains the identifier.',
      });
    if (wrongName)
      yield violated({
        because: `rim:Name of an ExternalIdentifier inside ${named(object)} is not the full name of the attribute`,
        expected: `'${name}'`,
        found: identifier.name === undefined ? 'no rim:Name' : `'${identifier.name}'`,
        at: place,
        remedy: 'Write the fixed name that belongs to the identificationScheme.',
      });
  }
});
