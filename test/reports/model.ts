/** A small report model by hand: every verdict, hostile text, a finding in text and one in bytes. */
import type { BlobRef, Exchange, ReportModel, Verdict } from '../../harness/contracts.js';

export const HOSTILE = '<script>alert(1)</script>"&\'';
const blob: BlobRef = { sha256: 'a'.repeat(64), size: 2000 };
const exchange: Exchange = {
  id: 'x1', run: 'run-1', connection: 'c1', protocol: 'http', vantage: 'terminated', transaction: 'RAD-68', ended: 'complete',
  initiator: { role: 'sut', system: 'sut', address: '127.0.0.1:5000' },
  responder: { role: 'simulator', system: 'document-repository', actor: 'Document Repository', address: '127.0.0.1:6000' },
  messages: [{ from: 'initiator', raw: blob, start: '2026-01-01T00:00:00.000Z', end: '2026-01-01T00:00:00.100Z', complete: true }],
};
const verdicts: Verdict[] = ['pass', 'warning', 'fail', 'not exercised', 'not applicable', 'inconclusive', 'error'];

export function sampleModel(): ReportModel {
  const at = { blob, offset: 700, length: 12, line: 14, column: 5, path: `/Envelope/Body/${HOSTILE}` };
  return {
    schema: 'assay-report/1', id: 'urn:uuid:00000000-0000-4000-8000-000000000001', kind: 'self-test', issued: '2026-01-01T00:00:10.000Z', run: 'run-1',
    actor: 'Imaging Document Source', overall: 'does not conform', scope: 'partial claim: tests T1 and T2',
    programme: { id: 'p', version: '1', sha256: 'b'.repeat(64), decisionRule: 'All mandatory requirements pass.' },
    catalogue: { sha256: 'c'.repeat(64), entries: 7 }, chainHead: 'd'.repeat(64),
    requirements: verdicts.map((verdict, i) => ({
      id: `REQ-${i}`, level: 'SHALL', mandatory: i < 5, verdict, why: verdict === 'error' ? 'the check broke' : undefined,
      findings: verdict === 'fail' || verdict === 'warning' ? [{ requirement: `REQ-${i}`, check: `REQ-${i}`, outcome: 'violated', exchange: 'x1', at, expected: 'this', found: HOSTILE, because: `Something ${HOSTILE} is wrong.`, remedy: 'Mend it.' }] : [],
    })),
    attempts: [{ id: 'a1', scenario: 'xds-i/ids/share-ct-study', sha256: 'e'.repeat(64), n: 1, superseded: false, start: '2026-01-01T00:00:00.000Z', end: '2026-01-01T00:00:05.000Z', verdict: 'fail' }],
    incidents: [{ at: '2026-01-01T00:00:03.000Z', what: HOSTILE }],
    sut: {
      schema: 'assay-sut/1', product: { vendor: HOSTILE, name: 'Edge', version: '1' },
      claims: [{ profile: 'XDS-I.b', edition: '2024', actor: 'Imaging Document Source', options: ['Set of DICOM Instances'], systems: ['ids'], tests: ['T1', 'T2'] }],
      systems: { ids: { endpoints: { rad69: 'http://127.0.0.1:1/rad69' } } }, domain: { codes: {}, assigningAuthorities: {} }, reach: { advertise: '127.0.0.1' }, timing: { submission: 10_000 }, exclusive: false, secrets: {},
    },
    tool: { name: 'Assay', version: '0', platform: 'test' },
    texts: Object.fromEntries(verdicts.map((_, i) => [`REQ-${i}`, { standard: 'IHE', section: '4.68', requirement: `The thing ${i} is right.`, transaction: 'RAD-68' }])),
    exchanges: [exchange], excerpts: { [`${blob.sha256}:700`]: { kind: 'text', firstLine: 12, lines: ['<a>', `  ${HOSTILE}`, '  <b x="y"/>', '</a>'], mark: { line: 2, from: 2, to: 12 } } },
    steps: [{ attempt: 'a1', index: 0, verb: 'deliver', summary: HOSTILE, outcome: 'done', start: '2026-01-01T00:00:00.000Z', end: '2026-01-01T00:00:01.000Z' }],
    attestations: [], redactions: [],
  };
}
