/** Writes every form of a report into the run folder, signs, and closes it as a pack. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportModel } from '../harness/contracts.js';
import { canonicalJson } from '../harness/canonical-json.js';
import { renderHtml } from './html/render.js';
import { ctrfJson } from './machine/ctrf.js';
import { junitXml } from './machine/junit.js';
import { sealPack } from './pack/seal.js';
import { closeBrowser, NoBrowserError } from './pdf/browser.js';
import { printPdf } from './pdf/print.js';
import type { SigningKey } from './signing/key.js';
import { signPdf } from './signing/pades.js';

export interface Written {
  html: string;
  pdf?: string;
  /** Why there is no PDF, and how to get one. */
  noPdf?: string;
}

export async function writeReport(folder: string, model: ReportModel, key: SigningKey, options: { pdf?: boolean } = {}): Promise<Written> {
  const json = `${canonicalJson(model)}\n`;
  const html = await renderHtml(model, key);
  const files = { 'report.json': json, 'report.html': html, 'junit.xml': junitXml(model), 'ctrf.json': ctrfJson(model) };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  await rm(join(folder, 'report.pdf'), { force: true });
  let noPdf: string | undefined = options.pdf === false ? 'not asked for' : undefined;
  if (!noPdf) {
    try {
      const printed = await printPdf(html, { footer: `${model.id} · ${model.kind} · ${model.sut.product.name} ${model.sut.product.version}` });
      const signed = await signPdf(printed, key, {
        title: `Conformance test report ${model.sut.product.name} ${model.sut.product.version}`,
        subject: `${model.actor}: ${model.overall}`,
        reason: `Conformance test report ${model.id}`,
        attachment: { name: 'report.json', bytes: Buffer.from(json) },
        issued: new Date(model.issued),
      });
      await writeFile(join(folder, 'report.pdf'), signed);
    } catch (error) {
      if (!(error instanceof NoBrowserError)) throw error;
      noPdf = error.message;
    } finally {
      await closeBrowser();
    }
  }
  await sealPack(folder, model, key);
  return { html: join(folder, 'report.html'), pdf: noPdf ? undefined : join(folder, 'report.pdf'), noPdf };
}
