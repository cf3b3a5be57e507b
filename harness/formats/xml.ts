/**
 * A strict, non-validating XML reader that knows the octet of everything it gives.
 * No document type declaration is read: it ends the tree, so no entity is ever expanded and nothing is fetched.
 * Iterative and capped: depth, attributes and nodes end in a problem, not in memory.
 */
import { PROBLEMS_CAP, XML_ATTRIBUTES_CAP, XML_DEPTH_CAP, XML_NODES_CAP } from './caps.js';
import type { Problem, XmlAttribute, XmlDocument, XmlElement, XmlText } from './model.js';
import { type DecodedText, decodeXmlText } from './xml-decode.js';
import { expandReferences, isNameStart, nameEnd, NotWellFormed, skipSpace } from './xml-names.js';
import { XMLNS } from './xml-tree.js';

export { attribute, child, childElements, descendants, elementAt, elementPath, textOf } from './xml-tree.js';

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** Prefixes in force: those of this element, then those of the elements around it. */
interface Scope {
  names: Map<string, string>;
  outer?: Scope;
}

interface OpenElement {
  element: XmlElement;
  name: string;
  scope: Scope;
}

/** `toBlob` maps an offset within `bytes` to one in the stored blob; `encoding` is the charset parameter of the media type. */
export function parseXml(bytes: Uint8Array, options: { toBlob?: (offset: number) => number; encoding?: string } = {}): XmlDocument {
  return new Reader(decodeXmlText(bytes, options.encoding), options.toBlob).read();
}

class Reader {
  private readonly text: string;
  private readonly document: XmlDocument;
  private readonly stack: OpenElement[] = [];
  private readonly topScope: Scope = { names: new Map([['xml', XML_NAMESPACE], ['', '']]) };
  private nodes = 0;
  private stopped?: Problem;

  constructor(
    private readonly decoded: DecodedText,
    private readonly toBlob: (offset: number) => number = (offset) => offset,
  ) {
    let text = decoded.text;
    if (decoded.stopped) this.stopped = { ...decoded.stopped, offset: toBlob(decoded.stopped.offset) };
    const forbidden = FORBIDDEN.exec(text);
    if (forbidden) {
      const code = (forbidden[0].charCodeAt(0)).toString(16).toUpperCase().padStart(4, '0');
      this.stopped = { code: 'xml-forbidden-character', message: `U+${code} is a character that XML does not allow.`, offset: this.start(forbidden.index), length: 1 };
      text = text.slice(0, forbidden.index);
    }
    this.text = text;
    this.document = { problems: [], processingInstructions: [], encoding: decoded.encoding, text: decoded.text };
  }

  read(): XmlDocument {
    try {
      this.prolog();
      this.content();
      if (this.stopped) this.problem(this.stopped);
    } catch (error) {
      if (!(error instanceof NotWellFormed)) throw error;
      this.fail(error);
    }
    return this.document;
  }

  private start(index: number): number {
    return this.toBlob(this.decoded.offsetOf(index));
  }

  /** Exclusive ends are taken from the octet before, which may lie in another chunk than the one behind. */
  private end(index: number): number {
    const octet = this.decoded.offsetOf(index);
    return octet === 0 ? this.toBlob(0) : this.toBlob(octet - 1) + 1;
  }

  private problem(problem: Problem): void {
    if (this.document.problems.length < PROBLEMS_CAP) this.document.problems.push(problem);
  }

  private fail(error: NotWellFormed): void {
    // What looks unfinished because decoding had to stop is reported as what stopped it.
    const offset = this.start(Math.min(error.index, this.text.length));
    if (this.stopped && (error.code.startsWith('xml-unfinished') || error.code === 'xml-no-root')) this.problem(this.stopped);
    else this.problem({ code: error.code, message: error.message, offset, length: Math.max(0, this.end(Math.min(error.endIndex, this.text.length)) - offset) });
    const end = this.end(this.text.length);
    for (const open of this.stack) open.element.end = end;
  }

  private prolog(): void {
    if (!this.text.startsWith('<?xml') || !/[\s?]/.test(this.text.charAt(5))) return;
    const close = this.text.indexOf('?>');
    if (close < 0) throw new NotWellFormed('xml-unfinished-declaration', 'The XML declaration does not end.', 0, 5);
    const declaration = this.text.slice(0, close);
    if (!/^<\?xml\s+version\s*=\s*("1\.[0-9]+"|'1\.[0-9]+')(\s+encoding\s*=\s*("[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?(\s+standalone\s*=\s*("(yes|no)"|'(yes|no)'))?\s*$/.test(declaration)) {
      throw new NotWellFormed('xml-bad-declaration', 'The XML declaration is not: version, then encoding, then standalone.', 0, close + 2);
    }
    const encoding = /encoding\s*=\s*["']([^"']+)/.exec(declaration)?.[1];
    if (encoding) this.document.declaredEncoding = encoding;
    this.position = close + 2;
  }

  private position = 0;

  private content(): void {
    const { text } = this;
    while (this.position < text.length) {
      const lt = text.indexOf('<', this.position);
      const end = lt < 0 ? text.length : lt;
      if (end > this.position) this.characters(this.position, end);
      if (lt < 0) break;
      const next = text.charCodeAt(lt + 1);
      if (next === 0x2f) this.endTag(lt);
      else if (next === 0x21) {
        if (!this.declarationLike(lt)) return;
      } else if (next === 0x3f) this.processingInstruction(lt);
      else this.startTag(lt);
    }
    const open = this.stack.at(-1);
    if (open) throw new NotWellFormed('xml-unfinished-element', `<${open.name}> is not closed.`, text.length);
    if (!this.document.root) throw new NotWellFormed('xml-no-root', 'There is no element.', text.length);
  }

  private characters(from: number, to: number): void {
    const open = this.stack.at(-1);
    const raw = this.text.slice(from, to);
    if (!open) {
      const junk = skipSpace(raw, 0);
      if (junk < raw.length) {
        const where = this.document.root ? 'behind the root element' : 'before the root element';
        throw new NotWellFormed('xml-text-outside-root', `Text ${where}.`, from + junk, to);
      }
    } else {
      const bracket = raw.indexOf(']]>');
      if (bracket >= 0) throw new NotWellFormed('xml-cdata-end-in-text', '“]]>” stands in text; it is written ]]&gt;.', from + bracket, from + bracket + 3);
      this.addText(open, raw.includes('&') ? expandReferences(raw, from, normalLines) : normalLines(raw), from, to);
    }
    this.position = to;
  }

  private addText(open: OpenElement, value: string, from: number, to: number): void {
    this.count(from);
    const node: XmlText = { kind: 'text', value, start: this.start(from), end: this.end(to) };
    open.element.children.push(node);
  }

  private count(index: number): void {
    if (++this.nodes > XML_NODES_CAP) throw new NotWellFormed('xml-too-large', `More than ${XML_NODES_CAP} elements, attributes and texts: the rest is not read.`, index);
  }

  private endTag(lt: number): void {
    const { text } = this;
    const open = this.stack.pop();
    const nameStart = lt + 2;
    if (!open) throw new NotWellFormed('xml-mismatched-tag', 'An end tag without a start tag.', lt, this.tagEnd(lt));
    let close = nameStart + open.name.length;
    if (!text.startsWith(open.name, nameStart) || text.charCodeAt((close = skipSpace(text, close))) !== 0x3e) {
      this.stack.push(open);
      const end = nameEnd(text, nameStart);
      if (skipSpace(text, end) >= text.length) throw new NotWellFormed('xml-unfinished-tag', 'An end tag does not end.', lt, text.length);
      throw new NotWellFormed('xml-mismatched-tag', `</${text.slice(nameStart, end)}> closes <${open.name}>.`, lt, this.tagEnd(lt));
    }
    open.element.end = this.end(close + 1);
    this.position = close + 1;
  }

  private tagEnd(lt: number): number {
    const end = this.text.indexOf('>', lt);
    return end < 0 || end - lt > 1000 ? lt + 1 : end + 1;
  }

  /** Comment, CDATA section or document type declaration. `false`: the tree ends here. */
  private declarationLike(lt: number): boolean {
    const { text } = this;
    const open = this.stack.at(-1);
    if (text.startsWith('<!--', lt)) {
      const dashes = text.indexOf('--', lt + 4);
      if (dashes < 0 || dashes + 2 >= text.length) throw new NotWellFormed('xml-unfinished-comment', 'A comment does not end.', lt, lt + 4);
      if (text.charCodeAt(dashes + 2) !== 0x3e) throw new NotWellFormed('xml-bad-comment', '“--” stands inside a comment.', dashes, dashes + 2);
      this.position = dashes + 3;
      return true;
    }
    if (open && text.startsWith('<![CDATA[', lt)) {
      const close = text.indexOf(']]>', lt + 9);
      if (close < 0) throw new NotWellFormed('xml-unfinished-cdata', 'A CDATA section does not end.', lt, lt + 9);
      this.addText(open, normalLines(text.slice(lt + 9, close)), lt, close + 3);
      this.position = close + 3;
      return true;
    }
    if (text.startsWith('<!DOCTYPE', lt)) {
      const offset = this.start(lt);
      const length = this.end(Math.max(lt + 9, this.tagEnd(lt))) - offset;
      this.document.doctype = { offset, length };
      this.problem({ code: 'xml-doctype', message: 'A document type declaration: nothing behind it is read, nothing is expanded.', offset, length });
      for (const { element } of this.stack) element.end = this.end(lt);
      delete this.stopped;
      return false;
    }
    if (lt + 9 > text.length) throw new NotWellFormed('xml-unfinished-markup', 'Markup does not end.', lt, text.length);
    throw new NotWellFormed('xml-bad-markup', '“<!” begins neither a comment nor a CDATA section inside an element.', lt, lt + 2);
  }

  private processingInstruction(lt: number): void {
    const end = nameEnd(this.text, lt + 2);
    const target = this.text.slice(lt + 2, end);
    const close = this.text.indexOf('?>', end);
    if (close < 0) throw new NotWellFormed('xml-unfinished-instruction', 'A processing instruction does not end.', lt, lt + 2);
    if (target === '' || !isNameStart(target.charCodeAt(0)) || (close !== end && skipSpace(this.text, end) === end)) {
      throw new NotWellFormed('xml-bad-instruction', 'A processing instruction has no name.', lt, close + 2);
    }
    if (target.toLowerCase() === 'xml') throw new NotWellFormed('xml-declaration-not-first', 'The XML declaration stands behind something else; nothing may stand before it.', lt, close + 2);
    this.count(lt);
    this.document.processingInstructions.push({ target, offset: this.start(lt), length: this.end(close + 2) - this.start(lt) });
    this.position = close + 2;
  }

  private startTag(lt: number): void {
    const { text } = this;
    if (this.stack.length === 0 && this.document.root) throw new NotWellFormed('xml-second-root', 'An element behind the root element.', lt, this.tagEnd(lt));
    if (this.stack.length >= XML_DEPTH_CAP) throw new NotWellFormed('xml-too-deep', `More than ${XML_DEPTH_CAP} elements within each other: the rest is not read.`, lt);
    this.count(lt);
    const end = this.name(lt + 1);
    const name = text.slice(lt + 1, end);
    const parent = this.stack.at(-1)?.element;
    const element: XmlElement = { kind: 'element', prefix: '', local: name, namespace: '', attributes: [], children: [], start: this.start(lt), end: 0, startTagEnd: 0 };
    if (parent) element.parent = parent;
    const close = this.attributes(element, end);
    const selfClosing = text.charCodeAt(close) === 0x2f;
    this.position = close + (selfClosing ? 2 : 1);
    element.startTagEnd = this.end(this.position);
    element.end = element.startTagEnd;
    const scope = this.resolve(element, name, lt);
    if (parent) parent.children.push(element);
    else this.document.root = element;
    if (!selfClosing) this.stack.push({ element, name, scope });
  }

  private name(from: number): number {
    if (from >= this.text.length) throw new NotWellFormed('xml-unfinished-tag', 'A tag does not end.', from - 1, from);
    if (!isNameStart(this.text.charCodeAt(from))) throw new NotWellFormed('xml-bad-name', 'A name was expected here.', from);
    return nameEnd(this.text, from);
  }

  /** Reads up to `>` or `/>` and gives its place. */
  private attributes(element: XmlElement, from: number): number {
    const { text } = this;
    for (let at = from; ; ) {
      const begin = skipSpace(text, at);
      if (begin >= text.length) throw new NotWellFormed('xml-unfinished-tag', 'A start tag does not end.', text.length);
      const unit = text.charCodeAt(begin);
      if (unit === 0x3e) return begin;
      if (unit === 0x2f) {
        if (text.charCodeAt(begin + 1) === 0x3e) return begin;
        throw new NotWellFormed(begin + 1 < text.length ? 'xml-bad-tag' : 'xml-unfinished-tag', 'A “/” in a start tag without “>” behind it.', begin);
      }
      if (begin === at) throw new NotWellFormed('xml-bad-tag', 'White space was expected between attributes.', begin);
      const nameStop = this.name(begin);
      const equals = skipSpace(text, nameStop);
      const quoteAt = skipSpace(text, equals + 1);
      if (quoteAt >= text.length) throw new NotWellFormed('xml-unfinished-tag', 'A start tag does not end.', text.length);
      const quote = text.charAt(quoteAt);
      if (text.charCodeAt(equals) !== 0x3d || (quote !== '"' && quote !== "'")) throw new NotWellFormed('xml-bad-attribute', 'An attribute without a value in quotes.', begin, nameStop);
      const stop = text.indexOf(quote, quoteAt + 1);
      if (stop < 0) throw new NotWellFormed('xml-unfinished-attribute', 'An attribute value does not end.', begin, nameStop);
      const raw = text.slice(quoteAt + 1, stop);
      const less = raw.indexOf('<');
      if (less >= 0) throw new NotWellFormed('xml-bad-attribute', '“<” stands in an attribute value; it is written &lt;.', quoteAt + 1 + less);
      this.count(begin);
      if (element.attributes.length >= XML_ATTRIBUTES_CAP) throw new NotWellFormed('xml-too-large', `More than ${XML_ATTRIBUTES_CAP} attributes on one element.`, begin);
      const value = raw.includes('&') ? expandReferences(raw, quoteAt + 1, normalSpace) : normalSpace(raw);
      const found: XmlAttribute = { prefix: '', local: text.slice(begin, nameStop), namespace: '', value, start: this.start(begin), end: this.end(stop + 1) };
      element.attributes.push(found);
      at = stop + 1;
    }
  }

  /** Splits names, finds namespaces and looks for duplicates (Namespaces in XML 1.0, sections 5 and 6). */
  private resolve(element: XmlElement, name: string, lt: number): Scope {
    let scope = this.stack.at(-1)?.scope ?? this.topScope;
    const outer = scope;
    for (const attribute of element.attributes) {
      const colon = attribute.local.indexOf(':');
      if (colon < 0 ? attribute.local !== 'xmlns' : !attribute.local.startsWith('xmlns:')) continue;
      const prefix = colon < 0 ? '' : attribute.local.slice(6);
      if (scope === outer) scope = { names: new Map(), outer };
      if (prefix !== '' && attribute.value === '') throw new NotWellFormed('xml-bad-namespace', `Prefix “${prefix}” is bound to no namespace.`, lt, this.tagEnd(lt));
      if (prefix === 'xmlns' || attribute.value === XMLNS || (prefix === 'xml') !== (attribute.value === XML_NAMESPACE)) {
        throw new NotWellFormed('xml-bad-namespace', 'The prefixes xml and xmlns and their namespaces may not be bound anew.', lt, this.tagEnd(lt));
      }
      scope.names.set(prefix, attribute.value);
    }
    this.qualify(element, name, scope, true, lt);
    for (const attribute of element.attributes) this.qualify(attribute, attribute.local, scope, false, lt);
    this.unique(element, lt);
    return scope;
  }

  private qualify(node: XmlElement | XmlAttribute, name: string, scope: Scope, isElement: boolean, lt: number): void {
    const colon = name.indexOf(':');
    if (colon < 0) {
      if (isElement) node.namespace = lookUp(scope, '') ?? '';
      else if (name === 'xmlns') node.namespace = XMLNS;
      return;
    }
    const prefix = name.slice(0, colon);
    const local = name.slice(colon + 1);
    const namespace = !isElement && prefix === 'xmlns' ? XMLNS : lookUp(scope, prefix);
    if (namespace === undefined && prefix !== '') throw new NotWellFormed('xml-undeclared-prefix', `Prefix “${prefix}” of “${name}” is not declared.`, lt, this.tagEnd(lt));
    if (namespace === undefined || local === '' || local.includes(':') || !isNameStart(local.charCodeAt(0))) {
      throw new NotWellFormed('xml-bad-name', `“${name}” is not a name with at most one prefix.`, lt, this.tagEnd(lt));
    }
    node.prefix = prefix;
    node.local = local;
    node.namespace = namespace;
  }

  private unique(element: XmlElement, lt: number): void {
    const { attributes } = element;
    if (attributes.length < 2) return;
    const seen = new Set<string>();
    for (const { namespace, local } of attributes) {
      const key = namespace === '' ? local : `${namespace} ${local}`;
      if (seen.has(key)) throw new NotWellFormed('xml-duplicate-attribute', `Attribute “${local}” occurs twice in one start tag.`, lt, this.tagEnd(lt));
      seen.add(key);
    }
  }
}

function lookUp(scope: Scope, prefix: string): string | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const found = at.names.get(prefix);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** CR LF and CR are one line end (XML 1.0 section 2.11). */
const normalLines = (raw: string): string => (raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw);

/** White space in an attribute value is one space each (XML 1.0 section 3.3.3). */
const normalSpace = (raw: string): string => (/[\t\r\n]/.test(raw) ? raw.replace(/\r\n|[\t\r\n]/g, ' ') : raw);
