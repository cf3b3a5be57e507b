/** DIMSE command sets (PS3.7 annex E): always implicit VR little endian. */

export const COMMAND = { storeRq: 0x0001, storeRsp: 0x8001, echoRq: 0x0030, echoRsp: 0x8030 } as const;
export const VERIFICATION = '1.2.840.10008.1.1';
export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
/** (0000,0800): no data set follows. */
const NO_DATASET = 0x0101;

export interface Command {
  field: number;
  sopClass: string;
  sopInstance: string;
  messageId: number;
  respondedTo: number;
  hasDataset: boolean;
  status?: number;
  errorComment?: string;
}

/** Reads what is needed; throws where the elements do not fit into the bytes. */
export function readCommand(bytes: Buffer): Command {
  const values = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const length = at + 8 <= bytes.length ? bytes.readUInt32LE(at + 4) : -1;
    if (length < 0 || at + 8 + length > bytes.length) throw new Error(`the command set is broken at its byte ${at}`);
    if (bytes.readUInt16LE(at) !== 0) throw new Error(`expected command elements (group 0000), found group ${bytes.readUInt16LE(at).toString(16).padStart(4, '0')}`);
    values.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  const short = (element: number): number | undefined => {
    const value = values.get(element);
    return value && value.length >= 2 ? value.readUInt16LE(0) : undefined;
  };
  const text = (element: number): string => values.get(element)?.toString('latin1').replace(/[\0 ]+$/, '') ?? '';
  const field = short(0x0100);
  if (field === undefined) throw new Error('the command set has no Command Field (0000,0100)');
  return {
    field,
    sopClass: text(0x0002) || text(0x0003),
    sopInstance: text(0x1000) || text(0x1001),
    messageId: short(0x0110) ?? 0,
    respondedTo: short(0x0120) ?? 0,
    hasDataset: (short(0x0800) ?? NO_DATASET) !== NO_DATASET,
    status: short(0x0900),
    errorComment: text(0x0902) || undefined,
  };
}

function element(number: number, value: Buffer): Buffer {
  const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(padded.length, 4);
  return Buffer.concat([head, padded]);
}

function us(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function commandSet(...elements: Buffer[]): Buffer {
  const body = Buffer.concat(elements);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([element(0, length), body]);
}

/** C-ECHO-RQ (PS3.7 table 9.3-12). */
export const echoRequest = (messageId: number): Buffer =>
  commandSet(element(0x0002, Buffer.from(VERIFICATION)), element(0x0100, us(COMMAND.echoRq)), element(0x0110, us(messageId)), element(0x0800, us(NO_DATASET)));

/** C-STORE-RQ (PS3.7 table 9.3-1), priority medium. */
export const storeRequest = (messageId: number, sopClass: string, sopInstance: string): Buffer =>
  commandSet(
    element(0x0002, Buffer.from(sopClass)),
    element(0x0100, us(COMMAND.storeRq)),
    element(0x0110, us(messageId)),
    element(0x0700, us(0)),
    element(0x0800, us(1)),
    element(0x1000, Buffer.from(sopInstance)),
  );

/** The class of a C-STORE status in words (PS3.4 table B.2-1). */
export function storeStatus(status: number): string {
  const hex = `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
  if (status === 0) return 'success';
  if ((status & 0xff00) === 0xa700) return `out of resources (${hex})`;
  if ((status & 0xff00) === 0xa900) return `the data set does not match the SOP class (${hex})`;
  if ((status & 0xf000) === 0xc000) return `the data set was not understood (${hex})`;
  if ((status & 0xff00) === 0xb000) return `stored with a warning (${hex})`;
  if (status === 0x0122) return `the SOP class is not supported (${hex})`;
  if (status === 0x0124) return `not authorized (${hex})`;
  return `failed (${hex})`;
}
