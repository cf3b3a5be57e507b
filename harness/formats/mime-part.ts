/** One body part while it streams by: sizes, hashes, and the octets as far as the caps allow. */
import { createHash } from 'node:crypto';
import { ByteSink } from './byte-sink.js';
import { BODY_CAP, DICOM_CAP } from './caps.js';
import { header } from './headers.js';
import { parseMediaType } from './media-type.js';
import type { HeaderField, MimePart } from './model.js';
import { type TransferDecoder, transferDecoder } from './transfer-decoding.js';

export class PartBuilder {
  readonly part: MimePart;
  private readonly sha1 = createHash('sha1');
  private readonly sink: ByteSink;
  private readonly decoder: TransferDecoder | undefined;

  /** `keep`: decoded octets to keep; beyond it the first `DICOM_CAP` of them stay. */
  constructor(
    index: number,
    headers: HeaderField[],
    offset: number,
    private readonly keep = BODY_CAP,
  ) {
    const contentId = header(headers, 'Content-ID')?.value;
    const contentType = header(headers, 'Content-Type');
    const transferEncoding = header(headers, 'Content-Transfer-Encoding')?.value;
    this.part = { index, headers, offset, size: 0, decodedSize: 0, sha1: '', complete: false };
    if (contentId !== undefined) this.part.contentId = contentId;
    if (contentType) this.part.mediaType = parseMediaType(contentType.value, contentType);
    if (transferEncoding !== undefined) this.part.transferEncoding = transferEncoding;
    this.decoder = transferDecoder(transferEncoding);
    this.sink = new ByteSink(Math.max(keep, DICOM_CAP));
  }

  push(bytes: Buffer): void {
    this.part.size += bytes.length;
    this.decoded(this.decoder ? this.decoder.push(bytes) : bytes);
  }

  /** Octets that the transfer encoding does not allow. */
  get stray(): number {
    return this.decoder?.stray ?? 0;
  }

  /** `trim` cuts first octets down to those that are worth keeping. */
  finish(complete: boolean, trim: (head: Buffer) => Buffer = (head) => head): MimePart {
    if (this.decoder) this.decoded(this.decoder.finish());
    this.part.complete = complete;
    this.part.sha1 = this.sha1.digest('hex');
    if (this.part.decodedSize <= this.keep) this.part.bytes = this.sink.bytes();
    else {
      this.sink.shrink(DICOM_CAP);
      this.part.head = trim(this.sink.bytes());
    }
    return this.part;
  }

  private decoded(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.part.decodedSize += bytes.length;
    this.sha1.update(bytes);
    if (this.sink.overflowed) return;
    this.sink.push(bytes);
    if (this.sink.overflowed) this.sink.shrink(DICOM_CAP);
  }
}
