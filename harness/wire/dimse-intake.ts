/** Takes the values of an association apart into commands and data sets, and brings each instance to disk. */
import type { BlobWriter, DimseHandler } from '../contracts.js';
import { COMMAND, readCommand, type Command } from './dimse-command.js';
import type { DimseDraft } from './dimse-draft.js';
import { HEADER_BYTES, studyAndSeries } from './dimse-header.js';
import { ABORT, PduError, type Pdv } from './dimse-pdu.js';
import type { Recorder } from './recorder.js';

/** Command sets are short; what is longer is none. */
const COMMAND_CAP = 64 * 1024;
/** PS3.7 section C.4: processing failure. */
const PROCESSING_FAILURE = 0x0110;

interface Pending {
  command: Command;
  context: number;
  /** Of a C-STORE. */
  writer?: BlobWriter;
  head: Buffer[];
  headBytes: number;
}

export class StoreIntake {
  /** Transfer syntax by id of each accepted presentation context. */
  contexts = new Map<number, string>();
  callingAe = '';
  readonly #recorder: Recorder;
  readonly #handler: DimseHandler;
  readonly #draft: DimseDraft;
  readonly #simulator: string;
  readonly #statuses = new Map<number, number>();
  #command: Buffer[] = [];
  #commandBytes = 0;
  #pending?: Pending;

  constructor(recorder: Recorder, handler: DimseHandler, draft: DimseDraft, simulator: string) {
    this.#recorder = recorder;
    this.#handler = handler;
    this.#draft = draft;
    this.#simulator = simulator;
  }

  /** The status to answer a C-STORE with, once it is committed; asked once. */
  status(messageId: number): number | undefined {
    const status = this.#statuses.get(messageId);
    this.#statuses.delete(messageId);
    return status;
  }

  /** `committed`: the last fragment of a data set was here, and what it belongs to may be answered. */
  async take(pdv: Pdv): Promise<'more' | 'committed'> {
    const transferSyntax = this.contexts.get(pdv.context);
    if (transferSyntax === undefined) throw new PduError(`a value came in presentation context ${pdv.context}, which was not accepted`, ABORT.invalidParameter);
    if (pdv.command) {
      await this.#commandValue(pdv);
      return 'more';
    }
    const pending = this.#pending;
    if (!pending || pending.context !== pdv.context) throw new PduError('a fragment of a data set came without a command that announces it', ABORT.unexpectedPdu);
    await pending.writer?.write(pdv.bytes);
    if (pending.headBytes < HEADER_BYTES) {
      pending.head.push(Buffer.from(pdv.bytes.subarray(0, HEADER_BYTES - pending.headBytes)));
      pending.headBytes += pdv.bytes.length;
    }
    if (!pdv.last) return 'more';
    this.#pending = undefined;
    if (pending.writer) await this.#commit(pending, pending.writer, transferSyntax);
    return 'committed';
  }

  /** The association is over: what is half there is not an instance; its bytes are in the raw stream. */
  async giveUp(): Promise<void> {
    const writer: (BlobWriter & { discard?(): Promise<void> }) | undefined = this.#pending?.writer;
    this.#pending = undefined;
    await writer?.discard?.();
  }

  async #commandValue(pdv: Pdv): Promise<void> {
    if (this.#pending) throw new PduError('a command came in the middle of a data set', ABORT.unexpectedPdu);
    this.#command.push(Buffer.from(pdv.bytes));
    this.#commandBytes += pdv.bytes.length;
    if (this.#commandBytes > COMMAND_CAP) throw new PduError(`a command set is longer than ${COMMAND_CAP} bytes`, ABORT.invalidParameter);
    if (!pdv.last) return;
    const bytes = Buffer.concat(this.#command);
    this.#command = [];
    this.#commandBytes = 0;
    let command: Command;
    try {
      command = readCommand(bytes);
    } catch (error) {
      throw new PduError((error as Error).message, ABORT.invalidParameter);
    }
    if (command.field === COMMAND.echoRq) this.#draft.saw('C-ECHO');
    const store = command.field === COMMAND.storeRq;
    if (store) this.#draft.saw('C-STORE');
    if (!command.hasDataset) return;
    this.#pending = { command, context: pdv.context, head: [], headBytes: 0, ...(store ? { writer: await this.#recorder.evidence.create() } : {}) };
  }

  /** Evidence, then the simulator's word, then the event; only behind all three may an answer leave. */
  async #commit(pending: Pending, writer: BlobWriter, transferSyntax: string): Promise<void> {
    const dataset = await writer.seal();
    const { sopClass, sopInstance, messageId } = pending.command;
    const exchange = this.#draft.id;
    const status = await this.#handler.store({ exchange, sopClass, sopInstance, transferSyntax, callingAe: this.callingAe, dataset }).catch((error: Error) => {
      this.#recorder.incident(`${this.#simulator} could not take an instance: ${error.message}`);
      return PROCESSING_FAILURE;
    });
    const { study, series } = studyAndSeries(Buffer.concat(pending.head), transferSyntax);
    await this.#recorder.instance({ exchange, sopClass, sopInstance, study, series, transferSyntax, dataset, direction: 'received', status });
    this.#statuses.set(messageId, status);
  }
}
