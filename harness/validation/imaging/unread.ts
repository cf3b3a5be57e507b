/** Objects that cannot be read to their end: what stands behind that place is known to nobody. */
import type { DicomObject, Problem } from '../../formats/model.js';

/** Problems behind which the reader gives nothing, since the object is broken there. */
const BROKEN: ReadonlySet<string> = new Set(['dicom-bad-vr', 'dicom-truncated', 'dicom-deflate', 'dicom-misplaced-delimiter', 'dicom-no-item', 'dicom-bad-fragment']);
/** The same, where the reader's own limits end it: DICOM knows none. */
const BEYOND: ReadonlySet<string> = new Set(['dicom-too-deep', 'dicom-too-large']);

export const brokenOff = ({ problems }: DicomObject): Problem | undefined => problems.find(({ code }) => BROKEN.has(code));
export const beyondLimits = ({ problems }: DicomObject): Problem | undefined => problems.find(({ code }) => BEYOND.has(code));
export const endsReading = (object: DicomObject): Problem | undefined => brokenOff(object) ?? beyondLimits(object);

/** For a rule on every element of an object of which not every element could be read. */
export const notAllRead = (problem: Problem): string => `Nothing wrong was found, but the object cannot be read to its end: ${problem.message}`;
