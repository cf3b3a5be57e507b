/**
 * Roles that an actor has besides its own name. A requirement obliges an actor when it names one of its roles;
 * which messages it then speaks of follows from side and topic (applicability.ts).
 */
const implied: Record<string, readonly string[]> = {
  // RAD TF-1 18.1: the source provides (RAD-68 is ITI-41 with a manifest), and makes the manifest that it provides.
  'Imaging Document Source': ['Document Source', 'Content Creator', 'SOAP Sender', 'SOAP Receiver'],
  'Imaging Document Consumer': ['Document Consumer', 'SOAP Sender', 'SOAP Receiver'],
  'Document Source': ['Content Creator', 'SOAP Sender', 'SOAP Receiver'],
  'Document Consumer': ['SOAP Sender', 'SOAP Receiver'],
  'Document Repository': ['SOAP Sender', 'SOAP Receiver'],
  'Document Registry': ['SOAP Sender', 'SOAP Receiver'],
  'Document Recipient': ['SOAP Sender', 'SOAP Receiver'],
  'Integrated Document Source/Repository': ['SOAP Sender', 'SOAP Receiver'],
  'On-Demand Document Source': ['SOAP Sender', 'SOAP Receiver'],
  'Metadata-Limited Document Source': ['SOAP Sender', 'SOAP Receiver'],
  'Initiating Gateway': ['SOAP Sender', 'SOAP Receiver'],
  'Responding Gateway': ['SOAP Sender', 'SOAP Receiver'],
  'Initiating Imaging Gateway': ['SOAP Sender', 'SOAP Receiver'],
  'Responding Imaging Gateway': ['SOAP Sender', 'SOAP Receiver'],
  'Edge Server': ['Imaging Document Source', 'Document Source', 'Content Creator', 'SOAP Sender', 'SOAP Receiver'],
};

const known = new Map<string, ReadonlySet<string>>();

/** The actor's own name and every role that it implies. */
export function rolesOf(actor: string): ReadonlySet<string> {
  let roles = known.get(actor);
  if (!roles) known.set(actor, (roles = new Set([actor, ...(implied[actor] ?? [])])));
  return roles;
}
