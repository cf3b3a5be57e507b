import { ConfigurationError, EXIT, UsageError } from './command.js';

/** Faults of the set-up that the rooms report by class name: they stay free of the command line. */
const CONFIGURATION = new Set(['ConfigurationError', 'YamlError']);
const CONFIGURATION_CODES = new Set(['EADDRINUSE', 'EACCES', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ECONNREFUSED', 'ENOTFOUND', 'EADDRNOTAVAIL']);

/** Maps what was thrown to an exit code and words; a stack is shown for Assay's own faults only. */
export function exitFor(error: unknown): { code: number; text: string } {
  if (!(error instanceof Error)) return { code: EXIT.ownError, text: String(error) };
  if (error instanceof UsageError) return { code: EXIT.usage, text: error.message };
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof ConfigurationError || CONFIGURATION.has(error.name) || (code && CONFIGURATION_CODES.has(code))) {
    return { code: EXIT.configuration, text: error.message };
  }
  return { code: EXIT.ownError, text: `an error of Assay itself, not of your product: ${error.stack ?? error.message}\nPlease report it with this text.` };
}
