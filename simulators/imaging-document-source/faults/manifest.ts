/** The manifest as a DICOM object: a Key Object Selection Document (PS3.3 A.35.4; PS3.10 section 7; PS3.16 TID 2010). */
import { dataSet, drop, element, find, itemsOf, put } from '../../emit/dicom-write.js';
import { THE_MANIFEST } from '../hidden.js';
import { sourceFault } from '../fault.js';

export const faults = [
  sourceFault({ id: 'manifest-modality-ot', title: 'gives its manifest the modality OT', breaks: 'ASY-KOS-004' }, { manifest: (set) => put(set, '00080060', 'OT') }),
  sourceFault({ id: 'manifest-no-continuity', title: 'leaves out Continuity of Content', breaks: 'ASY-KOS-002' }, { manifest: (set) => drop(set, '0040A050') }),
  sourceFault(
    { id: 'manifest-wrong-template', title: 'names template 2000 instead of 2010', breaks: 'ASY-KOS-003' },
    { manifest: (set) => put(set, '0040A504', [dataSet({ '00080105': 'DCMR', '0040DB00': '2000' })]) },
  ),
  sourceFault({ id: 'manifest-no-content-date', title: 'leaves Content Date empty', breaks: 'ASY-KOS-017' }, { manifest: (set) => put(set, '00080023', '') }),
  sourceFault(
    { id: 'manifest-out-of-order', title: 'writes two elements out of order', breaks: 'ASY-KOS-037' },
    {
      manifest: (set) => {
        const [a, b] = [find(set, '00080050')!, find(set, '00080060')!];
        const [i, j] = [set.indexOf(a), set.indexOf(b)];
        [set[i], set[j]] = [b, a];
      },
    },
  ),
  sourceFault(
    { id: 'manifest-by-reference', title: 'refers to a content item instead of containing it', breaks: 'ASY-KOS-031' },
    { manifest: (set) => void itemsOf(set, '0040A730')[0]!.push(element('0040DB73', [1, 1])) },
  ),
  sourceFault(
    { id: 'manifest-numeric-item', title: 'has a numeric content item in a plain manifest', breaks: 'ASY-KOS-032' },
    {
      manifest: (set) => {
        const code = (value: string, designator: string, meaning: string) => [dataSet({ '00080100': value, '00080102': designator, '00080104': meaning })];
        const measured = dataSet({ '004008EA': code('1', 'UCUM', 'no units'), '0040A30A': '5' });
        put(set, '0040A730', [...itemsOf(set, '0040A730'), dataSet({ '0040A010': 'CONTAINS', '0040A040': 'NUM', '0040A043': code('121140', 'DCM', 'Number of images'), '0040A300': [measured] })]);
      },
    },
  ),
  sourceFault(
    { id: 'manifest-title-without-meaning', title: 'leaves the meaning of the document title out', breaks: 'ASY-KOS-038' },
    { manifest: (set) => drop(itemsOf(set, '0040A043')[0]!, '00080104') },
  ),
  sourceFault(
    { id: 'manifest-meta-of-other-instance', title: 'names another instance in the File Meta Information', breaks: 'ASY-KOS-021' },
    { fileMeta: (meta) => void (find(meta, '00020003')!.value = '2.25.1') },
  ),
  sourceFault(
    { id: 'manifest-no-implementation-uid', title: 'leaves Implementation Class UID out of the File Meta Information', breaks: 'ASY-KOS-022' },
    { fileMeta: (meta) => drop(meta, '00020012') },
  ),
  sourceFault(
    { id: 'manifest-no-preamble', title: 'sends its manifest without preamble and prefix', breaks: 'ASY-KOS-036', alsoBreaks: ['RAD68-005'] },
    { manifestFile: (file) => file.subarray(132) },
  ),
  sourceFault(
    { id: 'manifest-not-dicom', title: 'sends a text file instead of a manifest', breaks: 'RAD68-003', hides: THE_MANIFEST },
    { manifestFile: () => Buffer.from('This is no DICOM object.\n') },
  ),
  sourceFault(
    { id: 'manifest-in-image-series', title: 'files its manifest in the series of the images', breaks: 'ASY-KOS-005' },
    { manifestModel: (model) => void (model.series = model.evidence[0]!.series[0]!.uid) },
  ),
];
