/** Register Document Set-b (ITI-42) of a submission that the repository has taken in. */
import type { SimulatorHost, TlsSettings } from '../../harness/contracts.js';
import type { Submission } from '../../harness/formats/model.js';
import { registryResponseView } from '../../harness/formats/registry-response.js';
import { Views } from '../../harness/formats/viewer.js';
import { toNode, walk } from '../common/rim.js';
import { setSlot, slotOf } from '../emit/ebrim.js';
import { ACTIONS, ANONYMOUS, envelope } from '../emit/envelope.js';
import { registryError, SEVERITY, STATUS, type RegistryErrorModel } from '../emit/registry-response.js';
import { newUuidUrn } from '../emit/uid.js';
import { declare, type XmlNode } from '../emit/xml.js';

export interface Registration {
  to: string;
  submission: Submission;
  repositoryUniqueId: string;
  /** Exchange of the submission. */
  cause: string;
  timeoutMs: number;
  tls?: TlsSettings;
}

/** The metadata as received, with repositoryUniqueId set and hash and size added where they are missing (ITI TF-2 section 3.41.4.1.3.2). */
export function registrationOf(submission: Submission, repositoryUniqueId: string): XmlNode {
  const request = toNode(submission.submitObjectsRequest!);
  Object.assign(request.attributes, declare('lcm', 'rim'));
  for (const node of walk(request)) {
    if (node.name !== 'rim:ExtrinsicObject') continue;
    const content = submission.documents.find((d) => d.id === node.attributes.id);
    setSlot(node, 'repositoryUniqueId', repositoryUniqueId);
    if (content?.sha1 !== undefined && !slotOf(node, 'hash')) setSlot(node, 'hash', content.sha1);
    if (content?.size !== undefined && !slotOf(node, 'size')) setSlot(node, 'size', String(content.size));
  }
  return request;
}

/** Sends the registration; what the registry says is passed on to the source. */
export async function register(host: SimulatorHost, r: Registration): Promise<{ status: string; errors: RegistryErrorModel[] }> {
  const xml = envelope({ action: ACTIONS.register, messageId: newUuidUrn(host.random), to: r.to, replyTo: ANONYMOUS }, registrationOf(r.submission, r.repositoryUniqueId));
  const unreachable = (why: string) => ({ status: STATUS.failure, errors: [registryError('XDSRegistryNotAvailable', `The registry at ${r.to} did not answer: ${why}`)] });
  const body = Buffer.from(xml, 'utf8');
  const { exchange, response, status } = await host.dialHttp({
    to: r.to,
    method: 'POST',
    headers: [
      ['Content-Type', `application/soap+xml; charset=UTF-8; action="${ACTIONS.register}"`],
      ['Content-Length', String(body.length)],
    ],
    body,
    transaction: 'ITI-42',
    actor: 'Document Repository',
    cause: r.cause,
    timeoutMs: r.timeoutMs,
    ...(r.tls && { tls: r.tls }),
  });
  if (!response) return unreachable(exchange.ended);
  const answer = await new Views(host.evidence).view(response, registryResponseView);
  if (!answer?.element) return unreachable(`HTTP ${status ?? '?'} without a RegistryResponse`);
  const errors = answer.errors.map((e) => ({
    errorCode: e.errorCode ?? 'XDSRegistryError',
    codeContext: e.codeContext ?? '',
    severity: e.severity ?? SEVERITY.error,
    ...(e.location !== undefined && { location: e.location }),
  }));
  if (answer.status === STATUS.success) return { status: STATUS.success, errors };
  return { status: STATUS.failure, errors: errors.length > 0 ? errors : [registryError('XDSRegistryError', `The registry answered ${answer.status ?? 'without a status'}.`)] };
}
