import { met, notApplicable, notExercised, violated } from '../../define.js';
import { studyFacts } from '../../imaging/study-facts.js';
import { defineManifestEntryCheck } from '../../manifest-entries.js';
import { isPrescribed, isSameCode, prescribedText } from '../../metadata-codes.js';
import { at, codesOf, codeText, named } from '../../metadata.js';

/** RAD TF-2 4.68.4.1.2.3.2: the code of the procedure that was performed, or what the domain maps it to. */
export const procedureAsType = defineManifestEntryCheck(
  'ASY-RAD68-002',
  async (context) => ({ study: await studyFacts(context), prescribed: context.sut.domain.codes.typeCode ?? [] }),
  function* (entry, { study, prescribed }, submission) {
    const [code] = codesOf(entry, 'typeCode');
    if (!study) {
      yield notExercised('no study was delivered, so its procedure is not known independently');
      return;
    }
    if (study.procedures.length === 0 || !code) {
      yield notApplicable(code ? 'the study has no Procedure Code Sequence (0008,1032)' : `${named(entry)} has no typeCode; ASY-META-005 speaks of that`);
      return;
    }
    const procedures = study.procedures.map(({ value, scheme, meaning }) => `'${value}' in scheme '${scheme}' (${meaning})`).join(' or ');
    const listed = prescribed.some(({ code: own }) => study.procedures.some(({ value }) => value === own));
    if (study.procedures.some((procedure) => isSameCode(code, procedure))) yield met(`typeCode is the procedure code ${codeText(code)}`, at(submission, code));
    else if (!listed && isPrescribed(code, prescribed)) yield met(`typeCode ${codeText(code)} is what the affinity domain maps the procedure to`, at(submission, code));
    else
      yield violated({
        because: 'typeCode is not the procedure code of the study',
        expected: `${procedures}${prescribed.length > 0 ? `; the domain lists ${prescribedText(prescribed)}` : ''}`,
        found: codeText(code),
        at: at(submission, code),
        remedy: 'Copy code and scheme from the Procedure Code Sequence (0008,1032) of the images; a mapping of the domain belongs in the SUT file (domain.codes.typeCode).',
      });
  },
);
