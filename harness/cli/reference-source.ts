/** The reference Imaging Document Source as a system under test, in a process of its own: nothing but sockets lies between it and the run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SutDescription } from '../contracts.js';
import { codeEnding, codeFolder } from '../root.js';

export interface ReferenceSource {
  sut: SutDescription;
  /** Address of the hook that makes it share a study. */
  control: string;
  stop(): Promise<void>;
}

export async function startReferenceSource(fault?: string): Promise<ReferenceSource> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-reference-'));
  const main = codeFolder('harness', 'cli', `main${codeEnding}`);
  const words = ['simulate', 'imaging-document-source', '--json', '--dir', dir, ...(fault ? ['--fault', fault] : [])];
  const child = spawn(process.execPath, [...process.execArgv, main, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  // Ctrl-C reaches the whole group; the source ends when the run tells it to.
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const endpoints = await endpointsOf(child);
    return { sut: describeReference(endpoints), control: endpoints['control'] ?? '', stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function endpointsOf(child: ChildProcess): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    let err = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (err = (err + text).slice(-2000)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the reference source ended with code ${code} before it was ready: ${err}`)));
    if (!child.stdout) return reject(new Error('the reference source has no output'));
    createInterface({ input: child.stdout }).once('line', (line) => {
      const { simulators } = JSON.parse(line) as { simulators: Record<string, Record<string, string>> };
      resolve(simulators['imaging-document-source'] ?? {});
    });
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

const SNOMED = '2.16.840.1.113883.6.96';

/** What a vendor writes in a SUT file, for this one. */
export function describeReference(endpoints: Record<string, string>): SutDescription {
  return {
    schema: 'assay-sut/1',
    product: { vendor: 'Assay', name: 'Reference Imaging Document Source', version: '1' },
    claims: [
      {
        profile: 'XDS-I.b',
        edition: '2024',
        actor: 'Imaging Document Source',
        options: ['Set of DICOM Instances'],
        systems: ['ids'],
        tests: ['ids_2018-4801b', 'ids_2018-4803b'],
      },
    ],
    systems: {
      ids: {
        endpoints: { dicom: endpoints['dicom'] ?? '', rad69: endpoints['rad69'] ?? '' },
        aeTitles: { dicom: endpoints['aeTitle'] ?? '' },
        oids: { repositoryUniqueId: endpoints['repositoryUniqueId'] ?? '', sourceId: endpoints['sourceId'] ?? '' },
      },
    },
    domain: {
      codes: {
        classCode: [{ code: 'IMAGES', system: '1.3.6.1.4.1.19376.1.2.6.1' }],
        confidentialityCode: [{ code: 'R', system: '2.16.840.1.113883.5.25' }],
        healthcareFacilityTypeCode: [{ code: '35971002', system: SNOMED }],
        practiceSettingCode: [{ code: 'Practice-A', system: '1.3.6.1.4.1.21367.2017.3' }],
        formatCode: [{ code: '1.2.840.10008.5.1.4.1.1.88.59', system: '1.2.840.10008.2.6.1' }],
      },
      assigningAuthorities: { patient: '1.3.6.1.4.1.21367.2005.13.20.1000', departmental: '1.3.6.1.4.1.21367.1800.13.20.1000', accession: '1.3.6.1.4.1.21367.13.202.2000' },
    },
    reach: { advertise: '127.0.0.1' },
    timing: { submission: 5_000, answer: 5_000 },
    exclusive: false,
    secrets: {},
  };
}
