import { expect } from 'chai';
import fc from 'fast-check';
import { authorityProblems, foreignEscapes, isOid, isUuidUrn, parseCx, parseCxi, parseDtm, sameIdentifier, unescape } from '../../harness/validation/hl7-types.js';
import { languageTagProblem } from '../../harness/validation/language-tag.js';

describe('HL7 data types of metadata', () => {
  it('CX: id, and the OID of its authority, and nothing else', () => {
    for (const sound of ['1^^^&1.2.3&ISO', 'a\\S\\b^^^&1.2.3&ISO', '1^^^&1.2.3&ISO^', 'Straße 1^^^&2.25.7&ISO']) expect(parseCx(sound).problems, sound).to.deep.equal([]);
    for (const broken of ['', '^^^&1.2.3&ISO', '1', '1^^^', '1^^^1.2.3', '1^^^&1.2.3', '1^^^&1.2.3&DNS', '1^^^&host.example&ISO', '1^^^HOSP&1.2.3&ISO', '1^7^^&1.2.3&ISO', '1^^^&1.2.3&ISO^PI', '1^^^&1.2.3&ISO~2^^^&1.2.3&ISO', 'a&b^^^&1.2.3&ISO'])
      expect(parseCx(broken).problems, broken).to.not.deep.equal([]);
    expect(parseCx('a\\T\\b^^^&1.2&ISO').id).to.equal('a&b');
    expect(sameIdentifier('1^^^&1.2.3&ISO', '1^^^&1.2.3&ISO^')).to.equal(true);
    expect(sameIdentifier('1^^^&1.2.3&ISO', '1^^^&1.2.4&ISO')).to.equal(false);
  });

  it('CXi: the authority may be an OID, a namespace or absent; the type is there', () => {
    for (const sound of ['1^^^&1.2.3&ISO^t', '1^^^HOSP^t', '1^^^HOSP&1.2&ISO^t', '1.2^^^^urn:ihe:iti:xds:2016:studyInstanceUID']) expect(parseCxi(sound).problems, sound).to.deep.equal([]);
    for (const broken of ['1^^^&1.2.3&ISO', '1', '^^^^t', '1^x^^^t', '1^^^&1.2^t', '1^^^^t^x']) expect(parseCxi(broken).problems, broken).to.not.deep.equal([]);
  });

  it('DTM: what the calendar has, in any precision, and the span that it means', () => {
    for (const sound of ['2005', '200501', '20050102', '2005010203', '200501020304', '20050102030405', '20240229', '00010101', '20251231235959']) expect(parseDtm(sound), sound).to.not.equal(undefined);
    for (const broken of ['', '05', '20051', '200513', '20050230', '20230229', '2005010224', '200501020360', '20050102030460', '20050102030405.1', '20050102030405Z', '20050102030405+0100', '2005-01-02', ' 2005'])
      expect(parseDtm(broken), broken).to.equal(undefined);
    const span = (value: string): string[] => [parseDtm(value)?.from, parseDtm(value)?.to].map((each) => new Date(each ?? NaN).toISOString());
    expect(span('2024')).to.deep.equal(['2024-01-01T00:00:00.000Z', '2024-12-31T23:59:59.999Z']);
    expect(span('202412')).to.deep.equal(['2024-12-01T00:00:00.000Z', '2024-12-31T23:59:59.999Z']);
    expect(span('20240228')).to.deep.equal(['2024-02-28T00:00:00.000Z', '2024-02-28T23:59:59.999Z']);
    expect(span('2024123123')).to.deep.equal(['2024-12-31T23:00:00.000Z', '2024-12-31T23:59:59.999Z']);
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }), (date) => {
        const digits = date.toISOString().replace(/\D/g, '').slice(0, 14);
        expect(parseDtm(digits)?.from).to.equal(Math.floor(date.getTime() / 1000) * 1000);
        expect((parseDtm(digits)?.to ?? 0) - (parseDtm(digits)?.from ?? 0)).to.equal(999);
      }),
    );
  });

  it('OID and UUID', () => {
    for (const sound of ['1.2', '2.25.0', '0.9.2342', `2.25.${'1'.repeat(59)}`]) expect(isOid(sound), sound).to.equal(true);
    for (const broken of ['', '1', '1.', '.1', '1..2', '1.02', 'urn:oid:1.2', '1.2.a', `2.25.${'1'.repeat(60)}`]) expect(isOid(broken), broken).to.equal(false);
    expect(isUuidUrn('urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3')).to.equal(true);
    for (const broken of ['urn:uuid:10B545EA-725C-446D-9B95-8AEB444EDDF3', 'urn:uuid:10b545ea', '10b545ea-725c-446d-9b95-8aeb444eddf3']) expect(isUuidUrn(broken), broken).to.equal(false);
  });

  it('escape sequences', () => {
    expect(unescape('a\\F\\b\\S\\c\\R\\d\\T\\e\\E\\f')).to.equal('a|b^c~d&e\\f');
    expect(foreignEscapes('a\\E\\b\\XC3\\')).to.deep.equal({ formatting: [], bare: false });
    expect(foreignEscapes('a\\H\\b\\N\\').formatting).to.deep.equal(['\\H\\', '\\N\\']);
    expect(foreignEscapes('a\\Z12\\').formatting).to.deep.equal(['\\Z12\\']);
    expect(foreignEscapes('DOMAIN\\user').bare).to.equal(true);
    expect(authorityProblems('&1.2.3&ISO')).to.deep.equal([]);
  });

  it('language tags', () => {
    for (const sound of ['en', 'en-US', 'en-us', 'de-CH-1996', 'zh-Hant-TW', 'sr-Latn', 'es-419', 'gsw', 'x-private', 'i-klingon', 'sl-rozaj', 'en-GB-oed', 'de-u-co-phonebk', 'en-XK'])
      expect(languageTagProblem(sound), sound).to.equal(undefined);
    for (const broken of ['', 'en_US', 'en-', 'e', 'english language', 'en--US', '12']) expect(languageTagProblem(broken)?.wellFormed, broken).to.equal(false);
    for (const unregistered of ['xx', 'en-UK']) expect(languageTagProblem(unregistered)?.wellFormed, unregistered).to.equal(true);
  });
});
