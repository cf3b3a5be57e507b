import { expect } from 'chai';
import { parseDtm } from '../../harness/validation/hl7-types.js';
import { sameMinute, spanOf } from '../../harness/validation/imaging/instants.js';

const fits = (dtm: string, date: string, time: string, zone?: string, domain?: string): boolean => {
  const [value, span] = [parseDtm(dtm), spanOf({ date, time, ...(zone && { zone }) }, domain)];
  return value !== undefined && span !== undefined && sameMinute(value, span);
};

describe('DICOM times against UTC', () => {
  it('by the offset that the object states', () => {
    expect(fits('20250312023000', '20250311', '213000', '-0500')).to.equal(true);
    expect(fits('202503120230', '20250311', '213027.123', '-0500')).to.equal(true);
    expect(fits('20250312', '20250311', '213000', '-0500')).to.equal(true);
    expect(fits('20250311213000', '20250311', '213000', '-0500')).to.equal(false);
    expect(fits('20250312023000', '20250312', '0830', '+0600')).to.equal(true);
  });

  it('by the zone of the domain, summer and winter time apart', () => {
    expect(fits('20250701103000', '20250701', '123000', undefined, 'Europe/Berlin')).to.equal(true);
    expect(fits('20250101113000', '20250101', '123000', undefined, 'Europe/Berlin')).to.equal(true);
    expect(fits('20250101103000', '20250101', '123000', undefined, 'Europe/Berlin')).to.equal(false);
    expect(fits('20250101123000', '20250101', '123000', undefined, 'UTC')).to.equal(true);
    expect(fits('20250101070000', '20250101', '123000', undefined, '+05:30')).to.equal(true);
  });

  it('without a zone by the day, one more or less', () => {
    for (const day of ['20250310', '20250311', '20250312']) expect(fits(`${day}120000`, '20250311', '213000')).to.equal(true);
    expect(fits('20250309120000', '20250311', '213000')).to.equal(false);
    expect(fits('20250311', '20250311', '213000', undefined, 'Nowhere/At All')).to.equal(true);
  });

  it('without a time of day by the day', () => {
    expect(fits('20250311180000', '20250311', '', '+0000')).to.equal(true);
    expect(fits('20250313', '20250311', '', '+0000')).to.equal(false);
    expect(spanOf({ date: 'never', time: '' })).to.equal(undefined);
  });
});
