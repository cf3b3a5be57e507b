/**
 * The structured log: JSON lines on stderr (stdout belongs to results), its level by ASSAY_LOG (default `warn`).
 * Secrets never appear. Patient data (names, identifiers, contents of messages) goes under `patient` or the keys listed here,
 * and these are shown only at debug level, where a person asked for them.
 */
import { pino, type Logger } from 'pino';

const SECRETS = ['key', 'pfx', 'passphrase', 'password', 'secret', 'token', 'authorization', 'cookie'];
const PATIENT = ['patient', 'patientId', 'patientName', 'birthDate', 'accession', 'given', 'values', 'payload'];

/** What is hidden at a level; exported for its test. */
export function redactions(level: string): string[] {
  const names = level === 'debug' || level === 'trace' ? SECRETS : [...SECRETS, ...PATIENT];
  return names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
}

/** A logger with our rules; `stream` is for tests. */
export function createLog(level: string = process.env['ASSAY_LOG'] ?? 'warn', stream: { write(line: string): void } = process.stderr): Logger {
  const known = [...Object.keys(pino.levels.values), 'silent'].includes(level) ? level : 'warn';
  return pino({ level: known, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: redactions(known), censor: '[redacted]' } }, stream);
}

/** The process's log. */
export const log: Logger = createLog();
