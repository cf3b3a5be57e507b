import { writeFile } from 'node:fs/promises';
import { sutTemplate } from '../../sut/template.js';
import { ConfigurationError, EXIT, type Command } from '../command.js';

export const command: Command = {
  name: 'init',
  summary: 'write a SUT file to start from',
  usage: '[FILE]',
  help: `Writes a description of an Imaging Document Source with every place that is yours to fill (default: sut.yaml). Editors
complete it with harness/sut/sut.schema.json. Then: assay preflight sut.yaml`,
  options: {},
  async run(args, io) {
    const file = args.positionals[0] ?? 'sut.yaml';
    try {
      await writeFile(file, sutTemplate, { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new ConfigurationError(`${file} is there already and is left as it is; name another: assay init other.yaml`);
      throw error;
    }
    io.out(`${file}: fill in the angle brackets and your addresses, AE titles, OIDs and codes; then: assay preflight ${file}`);
    return EXIT.conforms;
  },
};
