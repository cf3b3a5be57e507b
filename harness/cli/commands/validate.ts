import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verdict } from '../../contracts.js';
import { loadCatalogue } from '../../requirements/catalogue.js';
import { parseCodes } from '../../validation/file-codes.js';
import { closeSharedPool } from '../../validation/schema-validator.js';
import { validateFile, type FileResult } from '../../validation/validate-file.js';
import { ConfigurationError, EXIT, UsageError, type Command } from '../command.js';

const MARK: Record<Verdict, string> = { pass: '✓', warning: '△', fail: '✗', error: '!', inconclusive: '?', 'not exercised': '○', 'not applicable': '–' };

/** Files as named; a folder stands for every file below it, `-` for standard input. */
async function* filesOf(names: string[]): AsyncGenerator<string> {
  for (const name of names) {
    const known = name === '-' ? undefined : await stat(name).catch((error: NodeJS.ErrnoException) => Promise.reject(new ConfigurationError(`${name}: expected a file or folder to judge, but it cannot be read (${error.code}). Check the path.`)));
    if (!known?.isDirectory()) yield name;
    else for (const entry of (await readdir(name, { recursive: true, withFileTypes: true })).sort((a, b) => join(a.parentPath, a.name).localeCompare(join(b.parentPath, b.name)))) if (entry.isFile()) yield join(entry.parentPath, entry.name);
  }
}

async function readAll(name: string): Promise<Uint8Array> {
  if (name !== '-') return readFile(name);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function words(result: FileResult): string[] {
  const lines = [`${MARK[result.verdict]} ${result.file}: ${result.verdict} (${result.kind}${result.transaction ? `, ${result.transaction}` : ''})`];
  for (const f of result.findings.filter((one) => one.verdict !== 'pass' && one.verdict !== 'not applicable' && one.verdict !== 'not exercised')) {
    const at = f.location;
    lines.push(`    ${MARK[f.verdict]} ${f.requirement}: ${f.message}`);
    if (at) lines.push(`        at ${at.line ? `line ${at.line}, column ${at.column ?? 1}, ` : ''}byte ${at.offset}${at.path ? `  ${at.path}` : ''}`);
    if (f.expected) lines.push(`        expected ${f.expected}`);
    if (f.found) lines.push(`        found    ${f.found}`);
    if (f.remedy) lines.push(`        mend     ${f.remedy}`);
  }
  if (result.kind === 'unknown') lines.push('    expected a SOAP message, an MTOM capture, bare metadata or a manifest; for a message that is not recognised name its --transaction');
  return lines;
}

export const command: Command = {
  name: 'validate',
  summary: 'judge messages and objects in files: SOAP, MTOM, metadata, manifests, retrieves',
  usage: 'FILE… [--transaction T] [--codes FILE] [--json]',
  help: `Judges files by the same checks as a run: SOAP messages, MTOM captures with or without their HTTP head, bare metadata,
manifests (KOS), RAD-69 requests and answers. Folders stand for the files below them, - for standard input. What needs the
rest of an exchange or the study is not exercised.

  --transaction T    RAD-68, ITI-41, ITI-42, RAD-69 …; without it the message says
  --codes FILE       code sets of the affinity domain (codes.xml)
  --schemas DIR      official schemas to consult as well
  --json             one JSON object a file and line: {file, kind, transaction, verdict,
                     findings: [{requirement, level, verdict, message, expected, found, remedy, location}]}

Exit: 0 no file fails, 1 a file fails, 2 nothing in a file could be judged.`,
  options: { transaction: { type: 'string' }, codes: { type: 'string' }, schemas: { type: 'string' }, json: { type: 'boolean' } },
  async run(args, io) {
    if (args.positionals.length === 0) throw new UsageError('expected a file; Usage: assay validate FILE…');
    const { entries } = await loadCatalogue();
    const codes = args.text('codes');
    const options = { catalogue: entries, transaction: args.text('transaction'), codes: codes === undefined ? undefined : parseCodes(await readFile(codes)), schemasDir: args.text('schemas') };
    let code: number = EXIT.conforms;
    try {
      for await (const file of filesOf(args.positionals)) {
        if (io.signal.aborted) return EXIT.notConcluded;
        const result = await validateFile(file, await readAll(file), options);
        if (args.flag('json')) io.out(JSON.stringify(result));
        else for (const line of words(result)) io.out(line);
        if (result.verdict === 'fail') code = EXIT.doesNotConform;
        else if (code === EXIT.conforms && ['not exercised', 'inconclusive', 'error'].includes(result.verdict)) code = EXIT.notConcluded;
      }
    } finally {
      closeSharedPool();
    }
    return code;
  },
};
