/** Joins a run with its judgement into the one model that every report renders. It computes no verdict. */
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import type { Excerpt, Judgement, ReportModel, RunRecord } from '../contracts.js';
import { dataFile } from '../root.js';
import { excerptOf } from './excerpt.js';

export interface ReportOptions {
  issued: Date;
  supersedes?: string;
  id?: string;
}

export async function buildReportModel(record: RunRecord, judgement: Judgement, options: ReportOptions): Promise<ReportModel> {
  const texts: ReportModel['texts'] = {};
  const known = new Map(record.catalogue.map((r) => [r.id, r]));
  for (const { id } of judgement.requirements) {
    const entry = known.get(id);
    if (entry) texts[id] = { standard: entry.standard, section: entry.section, requirement: entry.requirement, transaction: entry.transaction };
  }
  return {
    ...judgement,
    schema: 'assay-report/1',
    id: options.id ?? `urn:uuid:${randomUUID()}`,
    supersedes: options.supersedes,
    kind: record.kind,
    issued: options.issued.toISOString(),
    sut: record.sut,
    tool: await describeTool(),
    texts,
    exchanges: record.exchanges,
    excerpts: await collectExcerpts(record, judgement),
    steps: record.steps,
    attestations: record.attestations,
    redactions: [],
  };
}

export const excerptKey = (at: { blob: { sha256: string }; offset: number }): string => `${at.blob.sha256}:${at.offset}`;

async function collectExcerpts(record: RunRecord, judgement: Judgement): Promise<Record<string, Excerpt>> {
  const excerpts: Record<string, Excerpt> = {};
  for (const finding of judgement.requirements.flatMap((r) => r.findings)) {
    if (!finding.at || (finding.outcome !== 'violated' && finding.outcome !== 'undecidable')) continue;
    const key = excerptKey(finding.at);
    const excerpt = excerpts[key] ?? (await excerptOf(record.evidence, finding.at));
    if (excerpt) excerpts[key] = excerpt;
  }
  return excerpts;
}

export async function describeTool(): Promise<ReportModel['tool']> {
  const { version } = JSON.parse(await readFile(dataFile('package.json'), 'utf8')) as { version: string };
  const lock = await readFile(dataFile('package-lock.json')).catch(() => undefined);
  return {
    name: 'Assay',
    version,
    commit: process.env['ASSAY_COMMIT'],
    platform: `${platform()} ${release()} ${arch()}, Node ${process.versions.node}`,
    lockfile: lock && createHash('sha256').update(lock).digest('hex'),
  };
}
