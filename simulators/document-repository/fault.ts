/** A fault of the repository: what it answers instead. */
import type { Fault, HttpAnswer, SimulatorHost } from '../../harness/contracts.js';
import type { SoapRequest } from '../common/soap.js';
import type { RepositorySettings } from './settings.js';

export interface RepositoryFault extends Fault {
  answer(context: { make: () => Promise<HttpAnswer>; host: SimulatorHost; request: SoapRequest; settings: RepositorySettings }): Promise<HttpAnswer>;
}
