/** From a finished run folder to verdict, report and pack. */
import type { Judgement } from '../contracts.js';
import { buildReportModel } from '../engine/report-model.js';
import { openRun } from '../engine/run-record.js';
import { writeReport, type Written } from '../../reports/write.js';
import type { SigningKey } from '../../reports/signing/key.js';
import { judgeInOwnProcess, type JudgeArguments } from './judge-process.js';

export interface Finished {
  judgement: Judgement;
  written: Written;
}

export async function finishRun(folder: string, key: SigningKey, options: JudgeArguments & { pdf: boolean; supersedes?: string }): Promise<Finished> {
  const judgement = await judgeInOwnProcess(folder, options);
  const model = await buildReportModel(await openRun(folder), judgement, { issued: new Date(), supersedes: options.supersedes });
  return { judgement, written: await writeReport(folder, model, key, { pdf: options.pdf }) };
}
