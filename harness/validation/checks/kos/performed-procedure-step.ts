import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, violated } from '../../define.js';

/** Referenced Performed Procedure Step Sequence is Type 2: present, with no item or one. */
export const performedProcedureStep = defineCheck('ASY-KOS-018', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const element = dataset.get('00081111');
  const count = dataset.items('00081111').length;
  const at = manifest.at(element ?? dataset);
  if (element && count <= 1) yield met(`Referenced Performed Procedure Step Sequence has ${count} items.`, at);
  else
    yield violated({
      because: element
        ? `Referenced Performed Procedure Step Sequence has ${count} items`
        : 'Referenced Performed Procedure Step Sequence is absent',
      expected: '(0008,1111) with no item or one',
      found: element ? `${count} items` : 'absent',
      at,
      remedy: 'Write (0008,1111) as an empty sequence where no performed procedure step is known: Type 2 may be empty, not absent.',
    });
});
