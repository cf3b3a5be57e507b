/** From a finished run folder to verdict, report and pack. */
import type { Judgement, RunRecord } from '../contracts.js';
import { buildReportModel } from '../engine/report-model.js';
import { openRun } from '../engine/run-record.js';
import { writeReport, type Written } from '../../reports/write.js';
import type { SigningKey } from '../../reports/signing/key.js';
import { judgeInOwnProcess, type JudgeArguments } from './judge-process.js';

export interface Finished {
  judgement: Judgement;
  written: Written;
  /** Why the product could not be reached: steps towards it failed, and not one byte of it came. */
  unreachable?: string;
}

export async function finishRun(folder: string, key: SigningKey, options: JudgeArguments & { pdf: boolean; supersedes?: string }): Promise<Finished> {
  const judgement = await judgeInOwnProcess(folder, options);
  const record = await openRun(folder);
  const model = await buildReportModel(record, judgement, { issued: new Date(), supersedes: options.supersedes });
  return { judgement, written: await writeReport(folder, model, key, { pdf: options.pdf }), unreachable: unreachableBy(record) };
}

function unreachableBy(record: RunRecord): string | undefined {
  const heard = record.exchanges.some((e) => e.messages.some((m) => m.raw.size > 0 && (m.from === 'initiator' ? e.initiator : e.responder).role === 'sut'));
  return heard ? undefined : record.attempts.flatMap((a) => a.facts.failures).find((f) => !f.ours)?.message;
}
