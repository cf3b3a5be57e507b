/** Text into XML (XML 1.0 section 2.4); characters that XML cannot hold become U+FFFD. */
export function escapeXml(value: string): string {
  return value
     
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** Attributes of a start tag, those without a value left out. */
export const attributes = (values: Record<string, string | undefined>): string =>
  Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeXml(value)}"`))
    .join('');

export const XDSB = 'urn:ihe:iti:xds-b:2007';
export const XDSI = 'urn:ihe:rad:xdsi-b:2009';
export const RS = 'urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0';
export const RIM = 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0';
export const LCM = 'urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0';
export const QUERY = 'urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0';
export const XOP = 'http://www.w3.org/2004/08/xop/include';
