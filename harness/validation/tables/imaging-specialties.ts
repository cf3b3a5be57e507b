/** Departments of CID 7030 where images are made, and the specialties of SNOMED CT that go with them. */
export const IMAGING_SPECIALTIES: ReadonlyMap<string, string> = new Map([
  ['309964003', 'Radiology department'],
  ['309915006', 'Cardiology department'],
  ['309950003', 'Pathology department'],
  ['309935007', 'Ophthalmology department'],
  ['309942007', 'Obstetrics and gynecology department'],
  ['225728007', 'Accident and Emergency department'],
  ['394914008', 'Radiology'],
  ['394649004', 'Nuclear medicine'],
  ['394579002', 'Cardiology'],
  ['394915009', 'General pathology'],
  ['394594003', 'Ophthalmology'],
  ['394582007', 'Dermatology'],
]);
