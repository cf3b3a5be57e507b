/** Metadata of a submission (ITI TF-3 chapter 4): Provide and Register, Register, or bare registry objects in a file. */
import type { ViewKey } from '../contracts.js';
import { documentContent } from './document-content.js';
import { registryObjectsIn } from './ebrim-objects.js';
import type { Association, RegistryObject, Submission, XmlElement } from './model.js';
import { soapView } from './soap.js';
import { descendants } from './xml.js';

export { classificationOf, registryObjectOf, registryObjectsIn, slotsOf } from './ebrim-objects.js';

/** The message as a submission; undefined where it holds no SubmitObjectsRequest, RegistryObjectList or Provide and Register request. */
export const submissionView: ViewKey<Submission> = {
  name: 'submission',
  async parse(_source, blob, from) {
    const message = await from.view(blob, soapView);
    const top = message?.payload;
    if (!message || !top || !isSubmission(top)) return undefined;
    const submitObjectsRequest = top.local === 'SubmitObjectsRequest' ? top : descendants(top, 'SubmitObjectsRequest')[0];
    const { objects, looseClassifications } = registryObjectsIn(submitObjectsRequest ?? top);
    const of = (kind: RegistryObject['kind']): RegistryObject[] => objects.filter((object) => object.kind === kind);
    const submission: Submission = {
      message,
      objects,
      documentEntries: of('DocumentEntry'),
      submissionSets: of('SubmissionSet'),
      folders: of('Folder'),
      associations: objects.filter((object): object is Association => object.kind === 'Association'),
      looseClassifications,
      documents: descendants(top, 'Document').map((element) => documentContent(element, message)),
    };
    if (submitObjectsRequest) submission.submitObjectsRequest = submitObjectsRequest;
    return submission;
  },
};

/** Names of payloads that submit metadata: ITI-41, RAD-68, ITI-42, ITI-57, ITI-61, and a list alone. */
const SUBMISSIONS = /^(ProvideAndRegisterDocumentSetRequest|SubmitObjectsRequest|RegisterOnDemandDocumentEntryRequest|RegistryObjectList)$/;

function isSubmission(top: XmlElement): boolean {
  return SUBMISSIONS.test(top.local) || descendants(top, 'SubmitObjectsRequest').length > 0;
}
