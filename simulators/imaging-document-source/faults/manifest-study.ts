/** The manifest against the study as it is, and its retrieve keys (RAD TF-3 section 4.68.4.1.2.1). */
import { put } from '../../emit/dicom-write.js';
import type { ManifestModel } from '../../emit/kos.js';
import { RETURNED_IMAGES } from '../hidden.js';
import { sourceFault } from '../fault.js';

const lastSeries = (model: ManifestModel) => model.evidence[0]!.series.at(-1)!;

export const faults = [
  sourceFault(
    { id: 'manifest-omits-instance', title: 'leaves one image out of the manifest', breaks: 'ASY-KOS-012' },
    {
      manifestModel: (model) => {
        const omitted = lastSeries(model).instances.pop()!;
        model.tree = model.tree.filter((i) => i.sop !== omitted.sop);
      },
    },
  ),
  sourceFault(
    { id: 'manifest-wrong-class', title: 'lists a CT image as an MR image', breaks: 'ASY-KOS-013' },
    { manifestModel: (model) => void (lastSeries(model).instances[0]!.sopClass = '1.2.840.10008.5.1.4.1.1.4') },
  ),
  sourceFault(
    { id: 'manifest-wrong-series', title: 'lists an image under the other series', breaks: 'ASY-KOS-014', alsoBreaks: ['ASY-KOS-030', 'RAD68-006'], hides: ['ASY-META-064'] },
    {
      manifestModel: (model) => {
        const moved = lastSeries(model).instances.pop()!;
        model.evidence[0]!.series[0]!.instances.push(moved);
      },
    },
  ),
  sourceFault(
    { id: 'manifest-ghost-instance', title: 'lists an image that it does not hold', breaks: 'ASY-KOS-030', alsoBreaks: ['ASY-KOS-012', 'RAD68-006'], hides: ['ASY-META-064'] },
    {
      manifestModel: (model) => {
        const ghost = { sop: '2.25.304205917823645091827364510928374651', sopClass: '1.2.840.10008.5.1.4.1.1.2', valueType: 'IMAGE' as const };
        lastSeries(model).instances.push(ghost);
        model.tree.push(ghost);
      },
    },
  ),
  sourceFault(
    { id: 'manifest-tree-only-instance', title: 'names an image in the content tree only', breaks: 'ASY-KOS-016', alsoBreaks: ['ASY-KOS-012'] },
    { manifestModel: (model) => void lastSeries(model).instances.pop() },
  ),
  sourceFault({ id: 'manifest-birth-date', title: 'gives the patient another birth date than the images', breaks: 'ASY-KOS-007' }, { manifest: (set) => put(set, '00100030', '19700101') }),
  sourceFault({ id: 'manifest-no-accession', title: 'leaves out the accession number', breaks: 'ASY-KOS-008' }, { manifest: (set) => put(set, '00080050', '') }),
  sourceFault({ id: 'manifest-no-retrieve-ae', title: 'leaves out Retrieve AE Title in one series', breaks: 'ASY-KOS-009', alsoBreaks: ['RAD68-009'] }, { manifestModel: (model) => void (lastSeries(model).retrieveAe = '') }),
  sourceFault(
    { id: 'manifest-wrong-location', title: 'names a Retrieve Location UID that is not its own', breaks: 'ASY-KOS-010', alsoBreaks: ['ASY-KOS-030', 'RAD68-006'], hides: RETURNED_IMAGES },
    { manifestModel: (model) => model.evidence[0]!.series.forEach((s) => void (s.retrieveLocation = '1.3.6.1.4.1.21367.13.80.999')) },
  ),
  sourceFault(
    { id: 'manifest-other-study', title: 'files its manifest in a study of its own', breaks: 'ASY-KOS-006' },
    { manifest: (set) => put(set, '0020000D', '2.25.30420591782364509182736451092837') },
  ),
];
