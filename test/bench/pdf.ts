/** A PDF of about twenty pages: with a browser that runs already against one that is started for it. */
import { closeBrowser, findBrowser } from '../../reports/pdf/browser.js';
import { printPdf } from '../../reports/pdf/print.js';
import { inTurn, median } from './in-turn.js';
import type { Bench } from './main.js';

const PARAGRAPHS = 420;

export const bench: Bench = {
  name: 'pdf',
  async run() {
    const work = 'PDF with the browser at hand (cold / warm)';
    if (!(await findBrowser())) return [{ work, peer: 'a browser', ratio: NaN, detail: 'no browser is installed here' }];
    const html = `<!DOCTYPE html><html lang="en"><head><title>Pages</title></head><body>${Array.from({ length: PARAGRAPHS }, (_, n) => `<h3>Requirement ${n}</h3><p>${'What was seen, in the words of the standard. '.repeat(4)}</p>`).join('')}</body></html>`;
    let pages = 0;
    const print = async (): Promise<void> => {
      const pdf = Buffer.from(await printPdf(html, { footer: 'bench' })).toString('latin1');
      pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    };
    const cold = async (): Promise<void> => {
      await closeBrowser();
      await print();
    };
    try {
      const [first, again] = await inTurn([cold, print], 3);
      const seconds = (times: number[] | undefined): string => `${(median(times) / 1000).toFixed(2)} s`;
      return [{ work, peer: 'cold start', ratio: median(first) / median(again), goal: 1 / 0.45, detail: `${seconds(again)} against ${seconds(first)}, ${pages} pages` }];
    } finally {
      await closeBrowser();
    }
  },
};
