import { demoSigningKey, loadSigningKey, type SigningKey } from '../../reports/signing/key.js';
import { UsageError, type Arguments } from './command.js';

export const signingOptions = { key: { type: 'string' }, certificate: { type: 'string' }, 'no-pdf': { type: 'boolean' } } as const;

export const signingHelp = `  --key FILE --certificate FILE   sign with your own key (PKCS#8 PEM) and certificates (PEM, signer first);
                       without them a key made on this computer signs, and the report says so in its face
  --no-pdf             leave the PDF out`;

export function signingKey(args: Arguments): Promise<SigningKey> {
  const [key, certificate] = [args.text('key'), args.text('certificate')];
  if (Boolean(key) !== Boolean(certificate)) throw new UsageError('--key and --certificate belong together');
  return key && certificate ? loadSigningKey(key, certificate) : demoSigningKey();
}
