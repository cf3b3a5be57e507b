/** DIMSE messages out of presentation data values (PS3.7 chapter 6 and annex E), live behind a tee or from stored octets. */
import { ByteSink } from './byte-sink.js';
import { BODIES_CAP, BODY_CAP } from './caps.js';
import { IMPLICIT_LITTLE, isNumeric, parseDicom, tagName } from './dicom.js';
import { keywordOf } from './dicom-dictionary.js';
import { note } from './headers.js';
import type { DimseAssociation, Problem } from './model.js';
import { type Associate, type PduEvent, PduReader } from './pdu.js';

export { type Associate, PDU_NAMES, type PduEvent, PduReader, type PresentationContext } from './pdu.js';

/** A command set has a few hundred octets. */
const COMMAND_CAP = 64 * 1024;
/** Messages of one association that are listed. */
const COMMANDS_CAP = 100_000;
/** (0000,0800) of a message without data set (PS3.7 section E.1). */
const NO_DATASET = 0x0101;

export const C_STORE_RQ = 0x0001;
export const C_STORE_RSP = 0x8001;
export const C_ECHO_RQ = 0x0030;
export const C_ECHO_RSP = 0x8030;

export interface DimseCommand {
  /** Message ID of a request, Message ID Being Responded To of an answer. */
  messageId: number;
  contextId: number;
  /** By keyword: `CommandField`, `AffectedSOPInstanceUID`, `Status`, … */
  fields: Record<string, string | number>;
  hasDataset: boolean;
  /** Of its first octet, in its direction of the stream. */
  offset: number;
}

/** Takes the octets of one data set. `end(false)`: it was cut off. */
export interface DatasetSink {
  write(bytes: Buffer): void | Promise<void>;
  end(complete: boolean): void | Promise<void>;
}

/** What a reassembler hands on. A data set without a sink is passed over. */
export interface DimseSink {
  command(command: DimseCommand): void | Promise<void>;
  dataset(command: DimseCommand): DatasetSink | undefined | Promise<DatasetSink | undefined>;
}

/** Puts the fragments of one direction together again. Awaits the sinks: back-pressure reaches whoever pushes. */
export class PdvReassembler {
  readonly problems: Problem[] = [];
  private command?: { contextId: number; offset: number; octets: ByteSink };
  private current?: { command: DimseCommand; sink: DatasetSink | undefined };

  constructor(private readonly sink: DimseSink) {}

  async push(event: Extract<PduEvent, { kind: 'pdv' }>): Promise<void> {
    if (event.command) await this.commandOctets(event);
    else await this.datasetOctets(event);
  }

  /** No more will come. */
  async finish(offset: number): Promise<void> {
    if (this.command) note(this.problems, 'dimse-truncated', 'The stream ends inside a command.', offset);
    delete this.command;
    await this.cutOff('The stream ends inside a data set.', offset);
  }

  private async cutOff(message: string, offset: number): Promise<void> {
    const { current } = this;
    if (!current) return;
    delete this.current;
    note(this.problems, 'dimse-truncated', message, offset);
    await current.sink?.end(false);
  }

  private async commandOctets(event: Extract<PduEvent, { kind: 'pdv' }>): Promise<void> {
    await this.cutOff('A command begins where a data set was expected to go on.', event.offset);
    this.command ??= { contextId: event.contextId, offset: event.offset, octets: new ByteSink(COMMAND_CAP) };
    if (this.command.contextId !== event.contextId) note(this.problems, 'dimse-context-changed', 'The fragments of a command are on different presentation contexts.', event.offset);
    this.command.octets.push(event.bytes);
    if (!event.last) return;
    const { contextId, offset, octets } = this.command;
    delete this.command;
    if (octets.overflowed) note(this.problems, 'dimse-command-too-long', `A command of more than ${COMMAND_CAP} octets: its end is not read.`, offset);
    const command = readCommand(octets.bytes(), contextId, offset, this.problems);
    await this.sink.command(command);
    if (command.hasDataset) this.current = { command, sink: await this.sink.dataset(command) };
  }

  private async datasetOctets(event: Extract<PduEvent, { kind: 'pdv' }>): Promise<void> {
    const { current } = this;
    if (!current) return note(this.problems, 'dimse-no-command', 'Octets of a data set without a command before it that announces one.', event.offset, event.bytes.length);
    if (current.command.contextId !== event.contextId) note(this.problems, 'dimse-context-changed', 'A data set is on another presentation context than its command.', event.offset);
    if (event.bytes.length > 0) await current.sink?.write(event.bytes);
    if (!event.last) return;
    delete this.current;
    await current.sink?.end(true);
  }
}

/** Reads a command set: implicit VR little endian, group 0000 alone (PS3.7 section 6.3.1). */
export function readCommand(bytes: Buffer, contextId: number, offset: number, problems: Problem[]): DimseCommand {
  const object = parseDicom(bytes, { transferSyntax: IMPLICIT_LITTLE });
  for (const problem of object.problems) note(problems, problem.code, problem.message, offset, problem.length);
  const fields: DimseCommand['fields'] = {};
  for (const element of object.dataset.elements) {
    if (!element.tag.startsWith('0000')) {
      note(problems, 'dimse-command-group', `(${element.tag.slice(0, 4)},${element.tag.slice(4)}) stands in a command set.`, offset);
      continue;
    }
    const value = object.dataset.text(element.tag) ?? '';
    fields[keywordOf(element.tag) ?? tagName(Number.parseInt(element.tag, 16))] = isNumeric(element.vr) && /^\d+$/.test(value) ? Number(value) : value;
  }
  const messageId = Number(fields['MessageIDBeingRespondedTo'] ?? fields['MessageID'] ?? -1);
  if (typeof fields['CommandField'] !== 'number') note(problems, 'dimse-no-command-field', '(0000,0100) Command Field is missing.', offset);
  if (typeof fields['CommandDataSetType'] !== 'number') note(problems, 'dimse-no-data-set-type', '(0000,0800) Command Data Set Type is missing: taken as “no data set”.', offset);
  const hasDataset = typeof fields['CommandDataSetType'] === 'number' && fields['CommandDataSetType'] !== NO_DATASET;
  return { messageId, contextId, fields, hasDataset, offset };
}

interface Direction {
  from: 'initiator' | 'responder';
  associate?: Associate;
  rejected?: boolean;
  firstKind?: PduEvent['kind'];
  commands: (DimseCommand & { octets?: ByteSink })[];
  problems: Problem[];
}

async function readDirection(source: AsyncIterable<Uint8Array>, from: Direction['from'], budget: { left: number }): Promise<Direction> {
  const direction: Direction = { from, commands: [], problems: [] };
  const reader = new PduReader();
  const reassembler = new PdvReassembler({
    command(command) {
      if (direction.commands.length < COMMANDS_CAP) direction.commands.push(command);
    },
    dataset(command) {
      const octets = new ByteSink(Math.min(BODY_CAP, budget.left));
      return {
        write: (bytes) => octets.push(bytes),
        end(complete) {
          const listed = direction.commands.at(-1);
          if (octets.overflowed) note(direction.problems, 'dimse-dataset-not-kept', 'A data set is too large to be kept.', command.offset);
          else if (complete && listed === command) {
            listed.octets = octets;
            budget.left -= octets.length;
          }
        },
      };
    },
  });
  let end = 0;
  for await (const chunk of source) {
    end += chunk.length;
    for (const event of reader.push(chunk)) {
      direction.firstKind ??= event.kind;
      if (event.kind === 'pdv') await reassembler.push(event);
      else if (event.kind === 'associate-rq' || event.kind === 'associate-ac') direction.associate ??= event.associate;
      else if (event.kind === 'associate-rj') direction.rejected = true;
    }
  }
  reader.finish();
  await reassembler.finish(end);
  direction.problems.unshift(...reader.problems, ...reassembler.problems);
  return direction;
}

/**
 * Reads both directions of one stored association. `commands` holds those of the initiator, then those of the responder, each with offsets in its
 * own direction; data sets beyond the caps are left out with a problem.
 */
export async function readAssociation(fromInitiator: AsyncIterable<Uint8Array>, fromResponder: AsyncIterable<Uint8Array>): Promise<DimseAssociation> {
  const budget = { left: BODIES_CAP };
  const initiator = await readDirection(fromInitiator, 'initiator', budget);
  const responder = await readDirection(fromResponder, 'responder', budget);
  const problems = [initiator, responder].flatMap(({ from, problems: list }) => list.map((problem) => ({ ...problem, message: `From the ${from}: ${problem.message}` })));
  if (initiator.firstKind !== undefined && initiator.firstKind !== 'associate-rq') note(problems, 'dimse-no-association', 'The initiator does not begin with A-ASSOCIATE-RQ.', 0);
  const accepted = !responder.rejected && responder.associate !== undefined;
  const answers = new Map(accepted ? responder.associate?.presentationContexts.map((context) => [context.id, context]) : []);
  const presentationContexts = (initiator.associate?.presentationContexts ?? []).map((context) => {
    const answer = answers.get(context.id);
    const syntax = answer?.result === 0 ? answer.transferSyntaxes[0] : undefined;
    // Without an answer a context counts as refused without reason (PS3.8 table 9-18: 2).
    const result = answer?.result ?? 2;
    return { id: context.id, abstractSyntax: context.abstractSyntax ?? '', transferSyntaxes: context.transferSyntaxes, result, ...(syntax !== undefined && { accepted: syntax }) };
  });
  const syntaxes = new Map(presentationContexts.map((context) => [context.id, context.accepted]));
  const commands = [initiator, responder].flatMap(({ from, commands: list }) =>
    list.map(({ messageId, contextId, fields, offset, octets }) => {
      const transferSyntax = syntaxes.get(contextId);
      if (accepted && transferSyntax === undefined) note(problems, 'dimse-context-not-accepted', `A message of the ${from} on presentation context ${contextId}, which was not accepted.`, offset);
      return { messageId, contextId, fields, from, offset, ...(octets && { dataset: { bytes: octets.bytes(), transferSyntax: transferSyntax ?? '' } }) };
    }),
  );
  const { calledAe = '', callingAe = '' } = initiator.associate ?? {};
  return { calledAe, callingAe, accepted, presentationContexts, commands, problems };
}
