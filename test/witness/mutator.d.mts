export type Edit = Record<string, unknown> & { in?: string };
export interface CaseDescription {
  sut: unknown;
  given: unknown;
  stimulus?: boolean;
  exchanges: { name: string; transaction: string; initiator: 'sut' | 'simulator'; request: string; response?: string; dropped?: boolean | string; ended?: string }[];
  delivered?: string;
  [key: string]: unknown;
}
export function applyEdits(
  files: Record<string, Buffer>,
  description: CaseDescription,
  edits: readonly Edit[],
  options?: { refresh?: readonly string[]; keepContentLength?: boolean },
): void;
export interface EditableDicom {
  preamble: Buffer;
  elements: { tag: string; vr: string; value?: Buffer; items?: unknown[] }[];
  /** Offset of the data set, behind preamble and group 0002. */
  datasetAt: number;
}
export function readDicom(bytes: Buffer): EditableDicom;
export function textOf(object: EditableDicom, tag: string): string | undefined;
