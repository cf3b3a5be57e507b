/** Finds the browser that prints, keeps one for all PDFs of a process, and says how to get one where there is none. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Browser } from 'puppeteer';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

export class NoBrowserError extends Error {
  constructor() {
    super(
      'No browser was found to print the PDF with; everything else was made. Install Chromium (Debian: apt-get install chromium), ' +
        'or name one by PUPPETEER_EXECUTABLE_PATH, or run: assay doctor --install-browser. Then: assay report RUN',
    );
  }
}

const usable = (file: string): Promise<boolean> => access(file, constants.X_OK).then(() => true, () => false);

/** PUPPETEER_EXECUTABLE_PATH, a browser on the PATH, or one that `assay doctor --install-browser` fetched. */
export async function findBrowser(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const named = environment['PUPPETEER_EXECUTABLE_PATH'];
  if (named) return (await usable(named)) ? named : undefined;
  for (const folder of (environment['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    for (const name of NAMES) if (await usable(join(folder, name))) return join(folder, name);
  }
  const { executablePath } = await import('puppeteer');
  const own = await Promise.resolve(executablePath()).catch(() => undefined);
  return own && (await usable(own)) ? own : undefined;
}

let shared: Promise<Browser> | undefined;

export async function browser(): Promise<Browser> {
  const path = await findBrowser();
  if (!path) throw new NoBrowserError();
  shared ??= import('puppeteer').then(({ launch }) =>
    launch({
      executablePath: path,
      headless: true,
      args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    }),
  );
  shared.catch(() => (shared = undefined));
  return shared;
}

export async function closeBrowser(): Promise<void> {
  const open = shared;
  shared = undefined;
  await open?.then((b) => b.close()).catch(() => undefined);
}
