import type { SutDescription } from '../contracts.js';
import { loadCatalogue } from '../requirements/catalogue.js';
import { loadProgramme } from '../requirements/programme.js';
import { loadSut } from '../sut/load.js';

/** The SUT file with its claims held against the programme: a misspelt actor or test is named before anything starts. */
export async function loadSutFile(file: string, programmeFile?: string): Promise<SutDescription> {
  const { programme } = await loadProgramme((await loadCatalogue()).entries, programmeFile);
  return loadSut(file, { programme });
}
