import { expect } from 'chai';
import { createLog } from '../../harness/wire/log.js';

describe('log', () => {
  const lines = (level: string, write: (log: ReturnType<typeof createLog>) => void): string => {
    let text = '';
    write(createLog(level, { write: (line) => (text += line) }));
    return text;
  };

  it('redacts secrets at every level', () => {
    for (const level of ['info', 'debug']) {
      const text = lines(level, (log) => log.info({ sut: { password: 'hunter2' }, tls: { key: 'PEM' }, headers: { authorization: 'Bearer x' } }, 'start'));
      expect(text).to.contain('[redacted]').and.not.to.match(/hunter2|PEM|Bearer/);
    }
  });

  it('hides patient data unless debugging was asked for', () => {
    const write = (log: ReturnType<typeof createLog>) => log.info({ patient: { name: 'Stone^Amber' }, step: { values: { 'patient.name': 'Stone^Amber' } } }, 'prompt');
    expect(lines('info', write)).not.to.contain('Amber');
    expect(lines('debug', write)).to.contain('Amber');
  });

  it('takes an unknown level for the usual one', () => {
    expect(createLog('loud').level).to.equal('warn');
  });
});
