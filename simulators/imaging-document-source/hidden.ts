/** What can no longer be exercised, by the step at which a thread breaks off: the lists that faults share. */

/** `1-3 7` of `ASY-KOS-` with three digits: ASY-KOS-001, -002, -003, -007. */
export function ids(prefix: string, digits: number, numbers: string): string[] {
  return numbers.split(' ').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => prefix + String(from + i).padStart(digits, '0'));
  });
}

/** The answer to the unknown instance tells no error. */
export const CODES_OF_A_REFUSAL: string[] = [
  ...ids('ASY-META-', 3, '65-66 84-85 87 89'),
];
/** The positive control failed: what is said of the unknown instance counts nothing. */
export const A_REFUSAL: string[] = [
  ...CODES_OF_A_REFUSAL,
  ...ids('RAD69-', 3, '16'),
];
/** No image is returned. */
export const RETURNED_IMAGES: string[] = [
  ...A_REFUSAL,
  ...ids('ASY-META-', 3, '64'),
  ...ids('ASY-RAD68-', 3, '16'),
  ...ids('ASY-RAD69-', 3, '8-10 12 21'),
  ...ids('ISV-', 3, '2-4'),
  ...ids('RAD69-', 3, '5'),
];
/** Retrieves are not answered. */
export const ANSWERS: string[] = [
  ...RETURNED_IMAGES,
  ...ids('ASY-META-', 3, '86'),
  ...ids('ASY-RAD69-', 3, '2'),
  ...ids('ASY-SOAP-', 3, '7 10-11 25'),
  ...ids('RAD69-', 3, '3'),
];
/** No manifest can be read, and so nothing can be retrieved. */
export const THE_MANIFEST: string[] = [
  ...ANSWERS,
  ...ids('ASY-KOS-', 3, '1-25 27-28 30-40'),
  ...ids('ASY-RAD68-', 3, '1 11 28'),
  ...ids('RAD68-', 3, '5-6 8-9'),
  ...ids('RAD69-', 3, '4'),
];
/** Nothing is submitted. */
export const THE_SUBMISSION: string[] = [
  ...THE_MANIFEST,
  ...ids('ASY-ITI41-', 3, '1-5 19 30'),
  ...ids('ASY-META-', 3, '1-15 17-24 26-33 35-39 41-44 49-51 56-60 69 73-77 81-82 90 92-98'),
  ...ids('ASY-MTOM-', 3, '1-9 13-14'),
  ...ids('ASY-RAD68-', 3, '2-10 12 14 17-21 29-32'),
  ...ids('ASY-SOAP-', 3, '1 4-6 8-9 13 15-20 26'),
  ...ids('ISV-', 3, '9'),
  ...ids('ITI41-', 1, '1'),
  ...ids('RAD68-', 3, '3-4 17-19 21-22'),
];
