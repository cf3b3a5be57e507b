/**
 * The RAD-69 exchanges of an attempt, each with what was asked and what came. Whether a request was an ordinary one, or one that must be
 * refused and why, follows from its bytes, the delivered study and the manifest; never from the name of a step.
 */
import type { AttemptContext, Exchange, Location, Message } from '../../contracts.js';
import type { RetrieveRequest, RetrieveResponse } from '../../formats/model.js';
import { retrieveRequestView, retrieveResponseView } from '../../formats/retrieve.js';
import { STATUS_PARTIAL_SUCCESS, STATUS_SUCCESS } from '../tables/registry-responses.js';
import { isUnknownSyntax, pixelEncoding, UNCOMPRESSED_LITTLE_ENDIAN } from '../tables/transfer-syntaxes.js';
import { manifestsOf, type References } from './manifests.js';
import { deliveredStudy, type DeliveredInstance } from './study.js';

/** Why a requested document must not be returned. */
export type Objection = 'unknown instance' | 'other study or series' | 'foreign repository' | 'empty study or series';
export interface Asked {
  uid: string;
  study: string;
  series: string;
  repositoryUniqueId: string;
  objections: Objection[];
}
export interface Retrieve {
  exchange: Exchange;
  request: RetrieveRequest;
  /** The answer as sent, whatever it is. */
  answer?: Message;
  /** The answer, where it is a message that can be read as an answer to a retrieve. */
  response?: RetrieveResponse;
  asked: Asked[];
  /** The list of transfer syntaxes names nothing (`empty`), nothing that exists (`unknown`), or something that can be asked for. */
  syntaxes: 'usable' | 'empty' | 'unknown';
}

/** What the manifests and the delivered study say is there to be had. */
interface Known {
  delivered: ReadonlyMap<string, DeliveredInstance>;
  references: References;
  repositories: ReadonlySet<string>;
}

const listed = new WeakMap<AttemptContext['related'], Promise<Retrieve[]>>();

/** The RAD-69 exchanges with the system under test as responder, in order. */
export function retrievesOf(context: AttemptContext): Promise<Retrieve[]> {
  let retrieves = listed.get(context.related);
  if (!retrieves) listed.set(context.related, (retrieves = readRetrieves(context)));
  return retrieves;
}

async function readRetrieves(context: AttemptContext): Promise<Retrieve[]> {
  const { references } = await manifestsOf(context);
  const known: Known = { delivered: await deliveredStudy(context), references, repositories: ownRepositories(context, references) };
  const retrieves: Retrieve[] = [];
  for (const exchange of context.related) {
    const sent = exchange.messages.find(({ from }) => from === 'initiator');
    if (exchange.transaction !== 'RAD-69' || exchange.responder.role !== 'sut' || !sent) continue;
    const request = await context.view(sent.raw, retrieveRequestView);
    if (!request) continue;
    const answer = exchange.messages.find(({ from }) => from === 'responder');
    const response = answer && (await context.view(answer.raw, retrieveResponseView));
    retrieves.push({
      exchange,
      request,
      ...(answer && { answer }),
      ...(response && { response }),
      asked: askedFor(request, known),
      syntaxes: syntaxState(request.transferSyntaxes),
    });
  }
  return retrieves;
}

/** The repositoryUniqueIds that the system says are its own: by its description, else by its manifest. */
export function ownRepositories(context: Pick<AttemptContext, 'sut'>, references: References): ReadonlySet<string> {
  const described = Object.values(context.sut.systems).flatMap(({ oids }) => oids?.['repositoryUniqueId'] ?? []);
  return new Set([...described, ...[...references.values()].flatMap(({ locations }) => [...locations])]);
}

export function askedFor(request: RetrieveRequest, known: Known): Asked[] {
  return request.documents.map((document) => {
    const asked = {
      uid: document.documentUniqueId ?? '',
      study: document.study ?? '',
      series: document.series ?? '',
      repositoryUniqueId: document.repositoryUniqueId ?? '',
    };
    return { ...asked, objections: objectionsTo(asked, known) };
  });
}

function objectionsTo(asked: Omit<Asked, 'objections'>, { delivered, references, repositories }: Known): Objection[] {
  const truth = delivered.get(asked.uid)?.truth;
  const reference = references.get(asked.uid);
  const objections: Objection[] = [];
  if (asked.study === '' || asked.series === '') objections.push('empty study or series');
  if (!truth && !reference) objections.push('unknown instance');
  else if (!objections.length) {
    const real = truth ? truth.study === asked.study && truth.series === asked.series : false;
    const referred = reference?.hierarchies.some(({ study, series }) => study === asked.study && series === asked.series) ?? false;
    // The manifest's own hierarchy may be wrong; who asks by it does not ask for something that must be refused.
    if (!real && !referred) objections.push('other study or series');
  }
  if (repositories.size > 0 && !repositories.has(asked.repositoryUniqueId)) objections.push('foreign repository');
  return objections;
}

function syntaxState(syntaxes: readonly string[]): Retrieve['syntaxes'] {
  const named = syntaxes.filter((uid) => uid !== '');
  if (named.length === 0) return syntaxes.length === 0 ? 'usable' : 'empty';
  return named.every(isUnknownSyntax) ? 'unknown' : 'usable';
}

/** Nothing in the request calls for a refusal. */
export const isOrdinary = (retrieve: Retrieve): boolean =>
  retrieve.syntaxes === 'usable' && retrieve.asked.length > 0 && retrieve.asked.every(({ objections }) => objections.length === 0);

/**
 * An ordinary request that leaves the source no reason to refuse: for each instance it lists the syntax in which that was delivered, or an
 * uncompressed one, unless it was delivered encapsulated (a source need not be able to decode it).
 */
export function mustSucceed(retrieve: Retrieve, delivered: ReadonlyMap<string, DeliveredInstance>): boolean {
  if (!isOrdinary(retrieve)) return false;
  const accepted = retrieve.request.transferSyntaxes;
  const uncompressed = accepted.length === 0 || accepted.some((uid) => UNCOMPRESSED_LITTLE_ENDIAN.includes(uid));
  return retrieve.asked.every(({ uid }) => {
    const stored = delivered.get(uid)?.truth.transferSyntax;
    if (stored === undefined || pixelEncoding(stored) === 'native') return uncompressed || accepted.includes(stored ?? '');
    return accepted.includes(stored);
  });
}

/** Instances that came with this answer: asked for, with content. */
export const returned = (retrieve: Retrieve): ReadonlySet<string> =>
  new Set(
    (retrieve.response?.documents ?? []).flatMap(({ documentUniqueId, content }) =>
      documentUniqueId !== undefined && (content?.size ?? 0) > 0 ? documentUniqueId : [],
    ),
  );

/** A known instance that was asked for came, as an object that says it is that instance. */
function succeeded(retrieve: Retrieve): boolean {
  if (!isOrdinary(retrieve) || ![STATUS_SUCCESS, STATUS_PARTIAL_SUCCESS].includes(retrieve.response?.status ?? '')) return false;
  const asked = new Set(retrieve.asked.map(({ uid }) => uid));
  return (retrieve.response?.documents ?? []).some(
    ({ documentUniqueId, dicom }) => asked.has(documentUniqueId ?? '') && dicom?.dataset.text('00080018') === documentUniqueId,
  );
}

/**
 * The positive control of every case that must fail: another RAD-69 exchange of the attempt in which a known instance of the study came back.
 * Without it a refusal says nothing: the source may refuse everything.
 */
export const positiveControl = async (context: AttemptContext): Promise<boolean> => (await retrievesOf(context)).some(succeeded);

export const NO_CONTROL =
  'no known instance of the study came back from any RAD-69 request of this attempt, so a refusal shows nothing (no positive control)';

/** Where a finding about an answer stands: the RegistryResponse, else the answer, else the request that got none. */
export function placeOf(retrieve: Retrieve): Location {
  const { response, answer, request } = retrieve;
  if (response?.element) return response.message.at(response.element);
  if (answer) return { blob: answer.raw, offset: 0, length: Math.min(answer.raw.size, 1) };
  return request.message.at(request.message.payload ?? { offset: 0, length: 1 });
}

/** What came instead of an answer to a retrieve, in words. */
export const whatCame = (retrieve: Retrieve): string =>
  retrieve.answer ? 'an answer that holds no RegistryResponse' : `no answer (the exchange ended: ${retrieve.exchange.ended})`;
