/**
 * The good-behaviour SCP: dcmjs-dimse on top of the tee. It negotiates and answers; what arrives is stored below it, and it is told of a
 * C-STORE only when the instance is on disk and its status is known. Data sets never reach it, so it can neither alter nor hold them.
 */
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import dcmjsDimse from 'dcmjs-dimse';
import type { association, Dataset, requests, responses } from 'dcmjs-dimse';
import { VERIFICATION } from './dimse-command.js';

const { constants, responses: answers, Scp, log } = dcmjsDimse;
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
/** Storage and other composite objects, and private ones: whatever a source stores is taken as it is. */
const QUERY_RETRIEVE = /^1\.2\.840\.10008\.5\.1\.4\.(1\.2|31|32|33|37|38|39|41|42)(\.|$)/;
const STANDARD = /^1\.2\.840\.10008\./;

// Its log goes to stdout and can hold patient data.
log.setLevel('silent');
log.methodFactory = () => () => undefined;
log.rebuild();

export interface ScpQuestions {
  /** The DIMSE status of the C-STORE with this message id; undefined: no data set came. */
  status(messageId: number): number | undefined;
  /** What went wrong inside the library. */
  failed(error: Error): void;
}

/** Starts the SCP on a stream that stands in for a socket. */
export function startScp(stream: object, questions: ScpQuestions): void {
  const scp = new TeedScp(stream as Socket, questions);
  scp.on('networkError', (error: Error) => questions.failed(error));
}

class TeedScp extends Scp {
  readonly #questions: ScpQuestions;
  readonly #peer: Socket;

  constructor(socket: Socket, questions: ScpQuestions) {
    // Time-outs are the tee's.
    const never = 2 ** 31 - 1;
    super(socket, { connectTimeout: never, associationTimeout: never, pduTimeout: never });
    this.#questions = questions;
    this.#peer = socket;
  }

  override createStoreWritableStream(): Writable {
    return new Writable({ write: (_chunk, _encoding, done) => done() });
  }

  override createDatasetFromStoreWritableStream(_writable: Writable, _context: unknown, callback: (dataset: Dataset) => void): void {
    (callback as unknown as () => void)();
  }

  override associationRequested(requested: association.Association): void {
    for (const { id, context } of requested.getPresentationContexts()) {
      const negotiated = requested.getPresentationContext(id);
      const abstractSyntax = context.getAbstractSyntaxUid();
      const stored = abstractSyntax === VERIFICATION || (!QUERY_RETRIEVE.test(abstractSyntax) && (/^1\.2\.840\.10008\.5\.1\.4\./.test(abstractSyntax) || !STANDARD.test(abstractSyntax)));
      const proposed = context.getTransferSyntaxUids();
      // The proposer's first is what it likes best; the retired big endian only where there is nothing else.
      const chosen = proposed.find((syntax) => syntax !== BIG_ENDIAN) ?? proposed[0];
      if (stored && chosen) negotiated.setResult(constants.PresentationContextResult.Accept, chosen);
      else negotiated.setResult(stored ? constants.PresentationContextResult.RejectTransferSyntaxesNotSupported : constants.PresentationContextResult.RejectAbstractSyntaxNotSupported);
    }
    this.sendAssociationAccept();
  }

  override associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse();
  }

  override cEchoRequest(request: requests.CEchoRequest, callback: (response: responses.CEchoResponse) => void): void {
    const response = answers.CEchoResponse.fromRequest(request);
    response.setStatus(constants.Status.Success);
    callback(response);
  }

  override cStoreRequest(request: requests.CStoreRequest, callback: (response: responses.CStoreResponse) => void): void {
    const response = answers.CStoreResponse.fromRequest(request);
    // A C-STORE without a data set cannot be understood (PS3.4 table B.2-1).
    response.setStatus(this.#questions.status(request.getMessageId()) ?? 0xc000);
    callback(response);
  }

  override abort(): void {
    this.#peer.end();
  }
}
