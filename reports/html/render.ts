import { readFile } from 'node:fs/promises';
import Handlebars from 'handlebars';
import type { ReportModel } from '../../harness/contracts.js';
import { dataFile } from '../../harness/root.js';
import { reportView, type Signer } from './view.js';

/** Self-contained HTML: no script, no request to anywhere; everything from a peer is escaped. */
export async function renderHtml(model: ReportModel, signer: Signer): Promise<string> {
  const [template, css] = await Promise.all(['report.hbs', 'report.css'].map((name) => readFile(dataFile('reports', 'html', name), 'utf8')));
  const environment = Handlebars.create();
  const render = environment.compile(template, { strict: false, noEscape: false });
  return render({ ...reportView(model, signer), css });
}
