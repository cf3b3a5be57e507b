/** What checks of a RAD-69 answer share: the request that it answers, and what is said where nothing came. */
import type { JudgeContext, Location, Observation } from '../../contracts.js';
import type { DicomObject, RetrieveResponse, XmlElement } from '../../formats/model.js';
import { notApplicable, notExercised } from '../define.js';
import { placeIn } from './places.js';
import { returned, retrievesOf, type Retrieve } from './retrieves.js';
import { deliveredStudy } from './study.js';

export type AnsweredDocument = RetrieveResponse['documents'][number];

/** The retrieve whose answer is judged; undefined where the request was not captured. */
export const retrieveOf = async (context: JudgeContext): Promise<Retrieve | undefined> =>
  (await retrievesOf(context)).find(({ exchange }) => exchange.id === context.exchange.id);

/** For an answer without an object: other answers decide, or nothing was ever returned. */
export async function noObject(context: JudgeContext): Promise<Observation> {
  const some = (await retrievesOf(context)).some((retrieve) => returned(retrieve).size > 0);
  return some ? notApplicable('This answer returns no object.') : notExercised('No RAD-69 answer of the attempt returned an object.');
}

/** For an answer of whose objects Assay delivered none: other answers decide, or there is nothing to compare with. */
export async function nothingDelivered(context: JudgeContext): Promise<Observation> {
  const study = await deliveredStudy(context);
  const some = (await retrievesOf(context)).some((retrieve) => [...returned(retrieve)].some((uid) => study.has(uid)));
  return some
    ? notApplicable('This answer returns no object that Assay delivered.')
    : notExercised('None of the returned objects was delivered by Assay, so there is nothing to compare with.');
}

export const NO_REQUEST = 'The request that this message answers was not captured.';

/** The DocumentResponse, or a child of it. */
export const placeOfDocument = (response: RetrieveResponse, document: AnsweredDocument, local?: string): Location => {
  const child =
    local === undefined
      ? undefined
      : document.element.children.find((each): each is XmlElement => each.kind === 'element' && each.local === local);
  return response.message.at(child ?? document.element);
};

/** An attribute of the returned object. */
export function placeOfAttribute(response: RetrieveResponse, document: AnsweredDocument, object: DicomObject, tag: string): Location {
  const part = document.content?.part;
  const otherwise = part ? response.message.at(part) : placeOfDocument(response, document);
  return placeIn(object, response.message.blob, object.dataset.get(tag) ?? object.meta.get(tag), otherwise);
}
