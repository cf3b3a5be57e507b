import { readFile } from 'node:fs/promises';
import { verifyPack } from '../../../reports/pack/verify.js';
import { parseCertificates } from '../../../reports/signing/key.js';
import { ConfigurationError, EXIT, UsageError, type Command } from '../command.js';

export const command: Command = {
  name: 'verify',
  summary: 'is a pack as it was signed, and by whom?',
  usage: 'PACK… [--trust CERTIFICATE.pem]… [--json]',
  help: `Looks at every byte of a pack (a run folder with its report): the signed list of files, each file's hash, the
signature inside the PDF. Without --trust the best answer is "intact, signer unknown": whoever alters a pack can sign it
anew. With --trust (certificates of signers or authorities that you trust, PEM) it can be "valid".

  assay verify runs/2026-11-24T10-00-00-x --trust laboratory.pem

Strangers need no Assay: sh verify.sh in the pack does the same with openssl, sha256sum and pdfsig.
Exit: 0 valid, 1 altered, 2 intact but the signer is unknown.`,
  options: { trust: { type: 'string', multiple: true }, json: { type: 'boolean' } },
  async run(args, io) {
    if (args.positionals.length === 0) throw new UsageError('expected a run folder; Usage: assay verify PACK… [--trust CERTIFICATE.pem]');
    const anchors = [];
    for (const file of args.texts('trust')) {
      const found = parseCertificates(await readFile(file, 'utf8'));
      if (found.length === 0) throw new ConfigurationError(`${file}: expected a certificate in PEM (BEGIN CERTIFICATE)`);
      anchors.push(...found);
    }
    let code: number = EXIT.conforms;
    for (const folder of args.positionals) {
      const result = await verifyPack(folder, anchors);
      if (args.flag('json')) io.out(JSON.stringify({ pack: folder, ...result }));
      else {
        io.out(`${folder}: ${result.verdict} (${result.files} files${result.report ? `, report ${result.report}` : ''})`);
        if (result.signer) io.out(`  signer ${result.signer.subject}, certificate sha256 ${result.signer.fingerprint}`);
        for (const problem of result.problems) io.out(`  - ${problem}`);
        if (result.verdict === 'intact, signer unknown' && anchors.length === 0) io.out('  Name a certificate that you trust with --trust to learn whether it is valid.');
      }
      const own = result.verdict === 'valid' ? EXIT.conforms : result.verdict === 'altered' ? EXIT.doesNotConform : EXIT.notConcluded;
      code = code === EXIT.doesNotConform ? code : own === EXIT.doesNotConform ? own : Math.max(code, own);
    }
    return code;
  },
};
