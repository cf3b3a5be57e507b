#!/usr/bin/env node
/** The command line: finds the command, parses its words, maps what goes wrong to an exit code. */
import { readdir, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { codeEnding, codeFolder, dataFile } from '../root.js';
import { EXIT, UsageError, type Arguments, type Command, type CommandIo, type Options } from './command.js';
import { exitFor } from './errors.js';

const ORDER = ['demo', 'list', 'init', 'preflight', 'run', 'judge', 'simulate', 'validate', 'verify', 'report', 'fixtures', 'coverage', 'doctor'];

async function names(): Promise<string[]> {
  const files = await readdir(codeFolder('harness', 'cli', 'commands'));
  const found = files.filter((f) => f.endsWith(codeEnding) && !f.endsWith('.d.ts')).map((f) => f.slice(0, -codeEnding.length));
  return found.sort((a, b) => (ORDER.indexOf(a) + 1 || 99) - (ORDER.indexOf(b) + 1 || 99) || a.localeCompare(b));
}

async function load(name: string): Promise<Command> {
  const module = (await import(new URL(`./commands/${name}${codeEnding}`, import.meta.url).href)) as { command: Command };
  return module.command;
}

async function overview(): Promise<string> {
  const commands = await Promise.all((await names()).map(load));
  const width = Math.max(...commands.map((c) => c.name.length));
  return [
    'assay: proves that a product speaks the IHE profiles for medical images, requirement by requirement.',
    '',
    'Usage: assay COMMAND …        assay COMMAND --help explains one',
    '',
    ...commands.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`),
    '',
    'First:  assay demo                      the main job on built-in data, in seconds',
    'Then:   assay run SCENARIO --sut FILE   the same against your product',
    '',
    'Exit codes: 0 conforms, 1 does not conform, 2 not concluded, 3 configuration or unreachable, 4 error of Assay itself, 64 wrong usage.',
  ].join('\n');
}

function parse(command: Command, argv: string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({ args: argv, options: { ...command.options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true, strict: true });
    const options = values as Options;
    return {
      positionals,
      options,
      text: (name) => (typeof options[name] === 'string' ? options[name] : undefined),
      texts: (name) => (Array.isArray(options[name]) ? options[name].map(String) : typeof options[name] === 'string' ? [options[name]] : []),
      flag: (name) => options[name] === true,
    };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nUsage: assay ${command.name} ${command.usage}`);
  }
}

function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      process.stderr.write(`\n${name === 'SIGINT' ? 'Interrupted' : 'Asked to stop'}: closing what is open; once more to stop at once.\n`);
      controller.abort(new Error('interrupted'));
    });
  }
  return controller.signal;
}

async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  const io: CommandIo = {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    signal: stopOnSignals(),
    tty: process.stdout.isTTY,
  };
  if (!name || name === '--help' || name === '-h' || name === 'help') {
    const asked = name === 'help' && rest[0];
    io.out(asked ? (await load(asked)).help : await overview());
    return name ? EXIT.conforms : EXIT.usage;
  }
  if (name === '--version' || name === '-V') {
    io.out((JSON.parse(await readFile(dataFile('package.json'), 'utf8')) as { version: string }).version);
    return EXIT.conforms;
  }
  try {
    const known = await names();
    if (!known.includes(name)) throw new UsageError(`unknown command ${JSON.stringify(name)}; expected one of: ${known.join(', ')}`);
    const command = await load(name);
    const args = parse(command, rest);
    if (args.flag('help')) {
      io.out(`assay ${command.name} ${command.usage}\n\n${command.help}`);
      return EXIT.conforms;
    }
    return await command.run(args, io);
  } catch (error) {
    const { code, text } = exitFor(error);
    io.err(`assay ${name}: ${text}`);
    return code;
  }
}

// A reader that closes the pipe early (`assay list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : EXIT.ownError));
// npm runs a script in the package's folder; the paths that were typed are of the folder where it was typed.
if (process.env['npm_lifecycle_event'] === 'assay' && process.env['INIT_CWD']) process.chdir(process.env['INIT_CWD']);
process.exitCode = await main(process.argv.slice(2));
