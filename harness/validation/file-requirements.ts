/** Which requirements a file is held against: those of whoever sends such a message. */
import type { Requirement } from '../contracts.js';
import { rolesOf } from '../requirements/roles.js';
import { transactionsOf } from '../requirements/topics.js';
import type { Direction, FileKind } from './file-kind.js';

/** Who sends what, by transaction: request, response. */
const senders: Record<string, [request: string, response: string]> = {
  'RAD-68': ['Imaging Document Source', 'Document Repository'],
  'RAD-69': ['Imaging Document Consumer', 'Imaging Document Source'],
  'RAD-75': ['Initiating Imaging Gateway', 'Responding Imaging Gateway'],
  'ITI-18': ['Document Consumer', 'Document Registry'],
  'ITI-38': ['Initiating Gateway', 'Responding Gateway'],
  'ITI-39': ['Initiating Gateway', 'Responding Gateway'],
  'ITI-41': ['Document Source', 'Document Repository'],
  'ITI-42': ['Document Repository', 'Document Registry'],
  'ITI-43': ['Document Consumer', 'Document Repository'],
  'ITI-57': ['Document Administrator', 'Document Registry'],
};

/** The options that a message shows by itself. */
const optionsOf = (transaction: string): readonly string[] => (transaction === 'RAD-68' ? ['Set of DICOM Instances'] : []);

/** Requirements that one message alone can break, whoever is obliged to send it so. */
export function requirementsFor(catalogue: readonly Requirement[], kind: FileKind, transaction: string | undefined, direction: Direction): Requirement[] {
  const side = direction === 'request' ? 'initiator' : 'responder';
  const sender = senders[transaction ?? '']?.[direction === 'request' ? 0 : 1];
  const roles = sender === undefined ? new Set(['SOAP Sender', 'SOAP Receiver']) : rolesOf(sender);
  const options = optionsOf(transaction ?? '');
  return catalogue.filter((requirement) => {
    // What needs the other message, the stored state, the real study or a person is no matter of a file.
    if (requirement.id.startsWith('DEP-') || requirement.scope === 'run' || requirement.scope === 'attest') return false;
    if (kind === 'manifest' ? requirement.transaction !== 'KOS' : transaction !== undefined && transaction !== '' ? !transactionsOf(requirement.transaction).includes(transaction) : requirement.transaction !== 'SOAP') return false;
    if ((requirement.side === 'initiator' || requirement.side === 'responder') && requirement.side !== side) return false;
    if (requirement.when.options.length > 0 && !requirement.when.options.some((option) => options.includes(option))) return false;
    return requirement.obliged.some((obliged) => roles.has(obliged));
  });
}
