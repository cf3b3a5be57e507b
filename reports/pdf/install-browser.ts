import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findBrowser } from './browser.js';

/** Fetches the browser that this puppeteer was made for into its cache; returns its path. */
export async function installBrowser(): Promise<string> {
  const puppeteer = dirname(createRequire(import.meta.url).resolve('puppeteer/package.json'));
  const cli = join(puppeteer, 'lib', 'cjs', 'puppeteer', 'node', 'cli.js');
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [cli, 'browsers', 'install', 'chrome'], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '' } });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the browser could not be fetched (see above); install one with your system's package manager instead and name it by PUPPETEER_EXECUTABLE_PATH`))));
  });
  const path = await findBrowser();
  if (!path) throw new Error('the browser was fetched but is not found; name it by PUPPETEER_EXECUTABLE_PATH');
  return path;
}
