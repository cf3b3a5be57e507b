import { defineAttemptCheck, met, notExercised, violated } from '../../define.js';
import { valueText } from '../../imaging/places.js';
import { NO_CONTROL, positiveControl, retrievesOf } from '../../imaging/retrieves.js';
import { SEVERITY_WARNING } from '../../tables/registry-responses.js';
import type { ObservingAsync } from '../../imaging/observing.js';

/** The location of a warning is the DocumentUniqueId that it is about. */
export const warningLocation = defineAttemptCheck('RAD69-019', async function* (_facts, context): ObservingAsync {
  const warnings = (await retrievesOf(context)).flatMap((retrieve) =>
    (retrieve.response?.errors ?? []).filter(({ severity }) => severity === SEVERITY_WARNING).map((warning) => ({ retrieve, warning })),
  );
  if (warnings.length === 0) return yield notExercised('No answer to a retrieve holds a warning.');
  if (!(await positiveControl(context))) return yield notExercised(NO_CONTROL);
  for (const { retrieve, warning } of warnings) {
    const at = retrieve.response?.message.at(warning.element);
    if (retrieve.asked.some(({ uid }) => uid !== '' && uid === warning.location?.trim()))
      yield met('The warning names the document that it is about.', at);
    else
      yield violated({
        because: 'The location of a warning is not the DocumentUniqueId of a requested document',
        expected: retrieve.asked
          .slice(0, 3)
          .map(({ uid }) => uid)
          .join(' or '),
        found: valueText(warning.location),
        at,
        remedy: 'Write the DocumentUniqueId of the object that the warning is about into location.',
      });
  }
});
