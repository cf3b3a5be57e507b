import { browser } from './browser.js';

export interface PageFurniture {
  /** Stands in the footer of every page, left of "page x of y". */
  footer: string;
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Prints self-contained HTML to an A4 PDF. Scripts are off and every request but the page itself is refused. */
export async function printPdf(html: string, furniture: PageFurniture): Promise<Uint8Array> {
  const page = await (await browser()).newPage();
  try {
    await page.setJavaScriptEnabled(false);
    await page.setRequestInterception(true);
    page.on('request', (request) => void (request.url().startsWith('data:') || request.url() === 'about:blank' ? request.continue() : request.abort()));
    await page.setContent(html, { waitUntil: 'load' });
    return await page.pdf({
      format: 'A4',
      printBackground: true,
      tagged: true,
      outline: true,
      displayHeaderFooter: true,
      margin: { top: '16mm', bottom: '18mm', left: '14mm', right: '14mm' },
      headerTemplate: '<span></span>',
      footerTemplate: `<div style="font:7px sans-serif;color:#555;width:100%;padding:0 14mm;display:flex;justify-content:space-between"><span>${escape(furniture.footer)}</span><span>page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>`,
    });
  } finally {
    await page.close();
  }
}
