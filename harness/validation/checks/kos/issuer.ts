import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, notApplicable, violated } from '../../define.js';

/**
 * The issuer of Patient ID is named where the deployment asks for it: `domain.assigningAuthorities.issuerOfPatientId` of the system's
 * description. The framework itself does not ask (PS3.3 C.7.1.1, Type 3).
 */
export const issuerOfPatientId = defineCheck('ASY-KOS-024', manifestView, function* (manifest, { sut }) {
  const wanted = sut.domain.assigningAuthorities['issuerOfPatientId'];
  const { dataset } = manifest.object;
  const named = [dataset.text('00100021'), ...dataset.items('00100024').map((item) => item.text('00400032'))].filter(
    (issuer): issuer is string => !!issuer,
  );
  const at = manifest.at(dataset.get('00100024') ?? dataset.get('00100021') ?? dataset.get('00100020') ?? dataset);
  if (!wanted) yield notApplicable('The deployment does not ask for the issuer of Patient ID.', at);
  else if (named.includes(wanted)) yield met('The issuer of Patient ID is named.', at);
  else
    yield violated({
      because:
        named.length > 0
          ? 'Another issuer of Patient ID is named than the one that the deployment asks for'
          : 'The issuer of Patient ID is not named',
      expected: `${wanted} in (0010,0021), or in (0040,0032) of (0010,0024)`,
      found: named.join(', ') || 'absent',
      at,
      remedy: 'Copy the issuer of Patient ID from the images, or set it to the assigning authority of the department.',
    });
});
