/** What a command is: one file in `commands/`, found by where it lies. It puts parts together and holds no domain logic. */
import type { ParseArgsConfig } from 'node:util';

export const EXIT = { conforms: 0, doesNotConform: 1, notConcluded: 2, configuration: 3, ownError: 4, usage: 64 } as const;

export interface CommandIo {
  out(line: string): void;
  err(line: string): void;
  /** Aborted by Ctrl-C; a second one ends the process at once. */
  signal: AbortSignal;
  /** Output goes to a terminal: colour and live lines are welcome. */
  tty: boolean;
}
export type Options = Record<string, string | boolean | (string | boolean)[] | undefined>;
export interface Arguments {
  positionals: string[];
  options: Options;
  text(name: string): string | undefined;
  texts(name: string): string[];
  flag(name: string): boolean;
}
export interface Command {
  name: string;
  /** One line for `assay --help`. */
  summary: string;
  /** What follows the name: `SCENARIO… --sut FILE`. */
  usage: string;
  /** Teaches: what it does, each option, examples. */
  help: string;
  options: NonNullable<ParseArgsConfig['options']>;
  run(args: Arguments, io: CommandIo): Promise<number>;
}

/** Wrong words on the command line: exit 64. */
export class UsageError extends Error {}
export { ConfigurationError } from '../configuration-error.js';
