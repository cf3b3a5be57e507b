/** A Storage and Verification SCU of our own: files go out byte for byte, and both directions are kept. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { TLSSocket } from 'node:tls';
import type { BlobRef, DimseStoreOutcome, DimseStoreRequest, Exchange, Party } from '../contracts.js';
import { AssociationError, ClientAssociation, type AssociationRequest } from './dimse-association.js';
import { COMMAND, echoRequest, IMPLICIT_LITTLE_ENDIAN, storeRequest, storeStatus, VERIFICATION, type Command } from './dimse-command.js';
import { DimseDraft } from './dimse-draft.js';
import { readPart10, type Part10 } from './dimse-header.js';
import type { OwnDial } from './own-dials.js';
import { hostPort, type Recorder } from './recorder.js';
import { tlsFacts } from './tls.js';

export interface DimseDialOptions {
  recorder: Recorder;
  simulator: string;
  peer: Pick<Party, 'role' | 'system'>;
  signal?: AbortSignal;
}

/** Presentation context ids are odd numbers up to 255 (PS3.8 section 9.3.2.2). */
const MOST_CONTEXTS = 128;

export async function dialDimse(options: DimseDialOptions, request: DimseStoreRequest): Promise<DimseStoreOutcome> {
  const files: Part10[] = [];
  for (const file of request.files) files.push(await readPart10(file));
  return new StoreDial(options, request, files).run();
}

class StoreDial {
  readonly #options: DimseDialOptions;
  readonly #request: DimseStoreRequest;
  readonly #files: Part10[];
  readonly #draft: DimseDraft;
  readonly #own: OwnDial;
  readonly #statuses: Record<string, number> = {};
  readonly #problems: string[] = [];
  #ended: Exchange['ended'] = 'complete';
  #association?: ClientAssociation;
  #tls?: Party['tls'];

  constructor(options: DimseDialOptions, request: DimseStoreRequest, files: Part10[]) {
    this.#options = options;
    this.#request = request;
    this.#files = files;
    this.#draft = new DimseDraft(options.recorder, randomUUID());
    this.#own = { simulator: options.simulator, actor: request.actor };
    this.#draft.saw(files.length > 0 ? 'C-STORE' : 'C-ECHO');
  }

  async run(): Promise<DimseStoreOutcome> {
    const { host, port } = splitHostPort(this.#request.to);
    const abort = (): void => this.#association?.cancel(new AssociationError('reset', 'given up by Assay'));
    this.#options.signal?.addEventListener('abort', abort);
    let local = hostPort('127.0.0.1', 0);
    let forget: (() => void) | undefined;
    try {
      this.#options.signal?.throwIfAborted();
      const association = (this.#association = await ClientAssociation.connect(this.#associationRequest(host, port), this.#draft));
      const { localAddress, localPort } = association.socket;
      local = hostPort(localAddress, localPort);
      if (localAddress !== undefined && localPort !== undefined) forget = this.#options.recorder.dials.announce(localAddress, localPort, this.#own);
      if (association.socket instanceof TLSSocket) this.#tls = await tlsFacts(association.socket, this.#options.recorder.evidence);
      await this.#converse(association);
      await association.release();
    } catch (error) {
      this.#ended = error instanceof AssociationError ? error.ended : 'reset';
      this.#problems.push((error as Error).message);
      await this.#association?.abort();
    } finally {
      this.#options.signal?.removeEventListener('abort', abort);
      await this.#association?.close();
    }
    const exchange = await this.#record(local, hostPort(host, port));
    forget?.();
    const problem = this.#problems.join('; ');
    if (problem) this.#options.recorder.problem({ connection: this.#draft.connection, simulator: this.#options.simulator, what: problem, peer: `${this.#request.calledAe}@${hostPort(host, port)}` });
    return { exchange, statuses: this.#statuses, ...(problem ? { problem } : {}) };
  }

  #associationRequest(host: string, port: number): AssociationRequest {
    const { calledAe, callingAe, tls, timeoutMs } = this.#request;
    return { host, port, calledAe, callingAe, tls, timeoutMs: timeoutMs ?? 30_000, contexts: this.#contexts() };
  }

  /** One context for each pair of SOP class and transfer syntax: files are never transcoded. */
  #contexts(): AssociationRequest['contexts'] {
    const pairs = this.#files.length > 0 ? new Set(this.#files.map((file) => `${file.sopClass} ${file.transferSyntax}`)) : new Set([`${VERIFICATION} ${IMPLICIT_LITTLE_ENDIAN}`]);
    if (pairs.size > MOST_CONTEXTS) throw new Error(`expected at most ${MOST_CONTEXTS} pairs of SOP class and transfer syntax in one association, found ${pairs.size}; send the files in parts`);
    return [...pairs].map((pair, at) => {
      const [abstractSyntax = '', transferSyntax = ''] = pair.split(' ');
      return { id: 2 * at + 1, abstractSyntax, transferSyntaxes: [transferSyntax] };
    });
  }

  async #converse(association: ClientAssociation): Promise<void> {
    const contexts = this.#contexts();
    const accepted = await association.open();
    if (this.#files.length === 0) {
      const id = contexts[0]?.id ?? 1;
      if (!accepted.has(id)) throw new AssociationError('complete', 'the peer does not accept Verification (C-ECHO)');
      await association.command(id, echoRequest(1));
      this.#statuses['echo'] = statusOf(await association.response(), COMMAND.echoRsp, 1);
      return;
    }
    for (const [at, file] of this.#files.entries()) {
      const context = contexts.find((one) => one.abstractSyntax === file.sopClass && one.transferSyntaxes[0] === file.transferSyntax);
      if (!context || !accepted.has(context.id)) {
        this.#problems.push(`the peer does not accept SOP class ${file.sopClass} in transfer syntax ${file.transferSyntax}, in which ${file.sopInstance} is`);
        continue;
      }
      await this.#store(association, context.id, file, (at + 1) & 0xffff);
    }
  }

  async #store(association: ClientAssociation, context: number, file: Part10, messageId: number): Promise<void> {
    const writer = await this.#options.recorder.evidence.create();
    await association.command(context, storeRequest(messageId, file.sopClass, file.sopInstance));
    const source = createReadStream(file.path, { start: file.offset }) as AsyncIterable<Buffer>;
    await association.dataset(context, source, (piece) => writer.write(piece));
    const dataset: BlobRef = await writer.seal();
    let response: Command | undefined;
    try {
      response = await association.response();
      this.#statuses[file.sopInstance] = statusOf(response, COMMAND.storeRsp, messageId);
    } finally {
      // Of our own host's listener: it has recorded the instance.
      if (!this.#own.adopted) {
        const { sopClass, sopInstance, study, series, transferSyntax } = file;
        await this.#options.recorder.instance({ exchange: this.#draft.id, sopClass, sopInstance, study, series, transferSyntax, dataset, direction: 'sent', status: this.#statuses[sopInstance] });
      }
    }
    const status = this.#statuses[file.sopInstance];
    if (status !== undefined && status !== 0) this.#problems.push(`${file.sopInstance}: ${storeStatus(status)}${response?.errorComment ? `: ${response.errorComment}` : ''}`);
  }

  async #record(local: string, remote: string): Promise<Exchange> {
    if (this.#own.adopted) {
      await this.#draft.discard();
      return this.#own.adopted;
    }
    const initiator: Party = { role: 'simulator', system: this.#options.simulator, actor: this.#request.actor, address: `${this.#request.callingAe}@${local}` };
    await this.#draft.finish(this.#ended, initiator, { ...this.#options.peer, address: `${this.#request.calledAe}@${remote}`, ...(this.#tls ? { tls: this.#tls } : {}) });
    return this.#draft.over.promise;
  }
}

function statusOf(response: Command, field: number, messageId: number): number {
  if (response.field !== field || response.respondedTo !== messageId || response.status === undefined) {
    throw new AssociationError('malformed', `expected a response 0x${field.toString(16)} to message ${messageId} with a status, found 0x${response.field.toString(16)} to message ${response.respondedTo}`);
  }
  return response.status;
}

/** `host:port`, with brackets around an IPv6 address. */
export function splitHostPort(to: string): { host: string; port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(to);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65535) throw new Error(`expected host:port, found ${JSON.stringify(to)}`);
  return { host: match[1] ?? match[2] ?? '', port };
}
