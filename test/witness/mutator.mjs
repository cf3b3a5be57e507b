/**
 * Makes a violating witness from the bytes of a conformant case. It imports nothing of `harness/` or `simulators/`:
 * an error of ours must not be able to hide both in what makes the violation and in what finds it.
 * The language of edits is described in test/witness/README.md. An edit that finds nothing to change is an error.
 */
import { createHash } from 'node:crypto';
import { editDicom, readDicom, textOf } from './dicom-editor.mjs';
import { readHttp, readParts, writeHttp } from './http-editor.mjs';

export { readDicom, textOf };

/** Text edits work on the bytes, written as Latin-1; what the edit says is UTF-8. */
const asBytes = (text) => Buffer.from(String(text), 'utf8').toString('latin1');

function indexOfNth(text, needle, nth, what) {
  let at = -1;
  for (let count = 0; count < nth; count++) {
    at = text.indexOf(needle, at + 1);
    if (at < 0) throw new Error(`mutator: ${what}: '${needle}' stands there ${count} times, number ${nth} was wanted`);
  }
  return at;
}

function editText(bytes, edit, what) {
  const text = bytes.toString('latin1');
  const nth = edit.nth ?? 1;
  const done = (result) => Buffer.from(result, 'latin1');
  if (edit.replace !== undefined) {
    const needle = asBytes(edit.replace);
    const replacement = asBytes(edit.with ?? '');
    const at = indexOfNth(text, needle, nth, what);
    if (edit.all) return done(text.split(needle).join(replacement));
    return done(text.slice(0, at) + replacement + text.slice(at + needle.length));
  }
  if (edit.delete !== undefined) {
    const needle = asBytes(edit.delete);
    const at = indexOfNth(text, needle, nth, what);
    if (edit.through === undefined) return done(text.slice(0, at) + text.slice(at + needle.length));
    const through = asBytes(edit.through);
    const end = text.indexOf(through, at);
    if (end < 0) throw new Error(`mutator: ${what}: '${edit.through}' does not follow '${edit.delete}'`);
    return done(text.slice(0, at) + text.slice(end + through.length));
  }
  const anchor = asBytes(edit.before ?? edit.after ?? '');
  if (!anchor) throw new Error(`mutator: ${what}: an insert needs 'before' or 'after'`);
  const at = indexOfNth(text, anchor, nth, what) + (edit.before === undefined ? anchor.length : 0);
  return done(text.slice(0, at) + asBytes(edit.insert) + text.slice(at));
}

function editHex(bytes, edit, what) {
  const needle = Buffer.from(edit.hex.replace(/\s+/g, ''), 'hex');
  const at = bytes.indexOf(needle);
  if (at < 0) throw new Error(`mutator: ${what}: the bytes ${edit.hex} do not stand there`);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(edit.withHex.replace(/\s+/g, ''), 'hex'), bytes.subarray(at + needle.length)]);
}

function editHeader(headers, name, edit, what) {
  const field = headers.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (edit.add !== undefined) return void headers.push({ name, text: ` ${edit.add}` });
  if (edit.set !== undefined && !field) return void headers.push({ name, text: ` ${edit.set}` });
  if (!field) throw new Error(`mutator: ${what}: no header ${name}`);
  if (edit.remove) headers.splice(headers.indexOf(field), 1);
  else if (edit.rename !== undefined) field.name = edit.rename;
  else if (edit.set !== undefined) field.text = ` ${edit.set}`;
  else field.text = editText(Buffer.from(field.text, 'latin1'), edit, what).toString('latin1');
}

const isDicomEdit = (edit) => ['dicomSet', 'dicomInsert', 'dicomDelete', 'dicomDuplicate'].some((verb) => edit[verb] !== undefined);
const isTextEdit = (edit) => edit.replace !== undefined || edit.delete !== undefined || edit.insert !== undefined;

function partOf(message, index, what) {
  const part = readParts(message)[index];
  if (!part) throw new Error(`mutator: ${what}: there is no part ${index}`);
  return part;
}

/** The text of the envelope: part 0 of a multipart message, else the whole body. */
function envelopeOf(message) {
  return message.parts ? message.parts[0] : message;
}

/** Puts the whole message aside and gives the body back as it is written, so that raw edits see delimiters too. */
function flatten(message, keep) {
  const raw = writeHttp(message, keep);
  Object.assign(message, readHttp(raw), { parts: undefined });
}

function editParts(message, edit, what) {
  const parts = readParts(message);
  if (edit.dropPart !== undefined) {
    partOf(message, edit.dropPart, what);
    parts.splice(edit.dropPart, 1);
  } else if (edit.duplicatePart !== undefined) {
    const part = partOf(message, edit.duplicatePart, what);
    parts.splice(edit.duplicatePart + 1, 0, { headers: part.headers.map((field) => ({ ...field })), body: part.body });
  } else if (edit.movePart !== undefined) {
    const [part] = parts.splice(edit.movePart, 1);
    parts.splice(edit.to, 0, part);
  } else {
    const headers = Object.entries(edit.addPart.headers ?? {}).map(([name, value]) => ({ name, text: ` ${value}` }));
    parts.push({ headers, body: edit.addPart.hex ? Buffer.from(edit.addPart.hex, 'hex') : Buffer.from(edit.addPart.body ?? '', 'utf8') });
  }
}

function editMessage(message, edit, what, keep) {
  if (edit.startLine) message.startLine = editText(Buffer.from(message.startLine, 'latin1'), edit, what).toString('latin1');
  else if (edit.httpHeader !== undefined) editHeader(message.headers, edit.httpHeader, edit, what);
  else if (edit.partHeader !== undefined) editHeader(partOf(message, edit.part, what).headers, edit.partHeader, edit, what);
  else if (['dropPart', 'duplicatePart', 'movePart', 'addPart'].some((verb) => edit[verb] !== undefined)) editParts(message, edit, what);
  else if (edit.truncate !== undefined) message.truncated = edit.truncate;
  else if (edit.unpack) {
    const { body } = readParts(message)[0];
    Object.assign(message, { body, parts: undefined });
  } else if (edit.body !== undefined && edit.part === undefined) Object.assign(message, { body: Buffer.from(edit.body, 'utf8'), parts: undefined });
  else if (edit.raw && (isTextEdit(edit) || edit.hex !== undefined)) {
    flatten(message, keep);
    message.body = edit.hex === undefined ? editText(message.body, edit, what) : editHex(message.body, edit, what);
  } else {
    const holder = edit.part === undefined ? envelopeOf(message) : partOf(message, edit.part, what);
    holder.body = editBytes(holder.body, edit, what);
  }
}

function editBytes(bytes, edit, what) {
  if (isDicomEdit(edit)) return editDicom(bytes, edit);
  if (isTextEdit(edit)) return editText(bytes, edit, what);
  if (edit.hex !== undefined) return editHex(bytes, edit, what);
  if (edit.body !== undefined) return Buffer.from(edit.body, 'utf8');
  if (edit.encode !== undefined) return reencode(bytes, edit.encode);
  throw new Error(`mutator: ${what}: no such edit (test/witness/README.md lists them)`);
}

/** UTF-8 → another encoding, without touching what the text says of itself. */
function reencode(bytes, encoding) {
  const text = bytes.toString('utf8');
  if (encoding === 'utf-16le') return Buffer.concat([Buffer.from('fffe', 'hex'), Buffer.from(text, 'utf16le')]);
  if (encoding === 'latin1') return Buffer.from(text, 'latin1');
  throw new Error(`mutator: encode knows utf-16le and latin1, not ${encoding}`);
}

/** Recomputes the Slots size and hash of each document that stands in a part of its own. */
function refreshSlots(message, wanted) {
  const parts = readParts(message);
  const byCid = new Map(parts.map((part) => [part.headers.find((field) => /^content-id$/i.test(field.name))?.text.trim().replace(/^<|>$/g, ''), part]));
  const envelope = parts[0];
  let text = envelope.body.toString('latin1');
  for (const [, id, cid] of text.matchAll(/<(?:[\w.-]+:)?Document\b[^>]*?\bid="([^"]+)"[^>]*>\s*<(?:[\w.-]+:)?Include\b[^>]*?href="cid:([^"]+)"/g)) {
    const part = byCid.get(decodeURIComponent(cid));
    if (!part) continue;
    const values = { size: String(part.body.length), hash: createHash('sha1').update(part.body).digest('hex') };
    text = text.replace(new RegExp(`<((?:[\\w.-]+:)?ExtrinsicObject)\\b[^>]*\\bid="${id}"[\\s\\S]*?</\\1>`), (entry) =>
      wanted.reduce((now, name) => now.replace(new RegExp(`(<(?:[\\w.-]+:)?Slot\\b[^>]*\\bname="${name}"[\\s\\S]*?<(?:[\\w.-]+:)?Value\\b[^>]*>)[^<]*`), (_, before) => before + values[name]), entry),
    );
  }
  envelope.body = Buffer.from(text, 'latin1');
}

const merge = (into, from) => {
  for (const [key, value] of Object.entries(from)) {
    if (value && typeof value === 'object' && !Array.isArray(value) && into[key] && typeof into[key] === 'object') merge(into[key], value);
    else into[key] = value;
  }
};

/**
 * Applies the edits of a violation.
 * @param files bytes by name: `rad-68.request`, `study/1.dcm`; changed in place
 * @param description the parsed case.yaml; changed in place by `{ case: … }` and `{ drop: … }`
 * @param edits the list of edits
 * @param options `refresh`: slots to recompute in each edited message; `keepContentLength`
 */
export function applyEdits(files, description, edits, options = {}) {
  const messages = new Map();
  for (const [index, edit] of edits.entries()) {
    const what = `edit ${index + 1} (${JSON.stringify(edit)})`;
    if (edit.case) merge(description, edit.case);
    else if (edit.drop !== undefined) {
      const exchange = description.exchanges.find((candidate) => candidate.name === edit.drop);
      if (!exchange) throw new Error(`mutator: ${what}: no exchange ${edit.drop}`);
      if (edit.answerOnly) delete exchange.response;
      else exchange.dropped = edit.because ?? true;
    } else if (files[edit.in] === undefined) throw new Error(`mutator: ${what}: no message or file '${edit.in}'; there are ${Object.keys(files).join(', ')}`);
    else if (edit.in.endsWith('.dcm')) files[edit.in] = editBytes(files[edit.in], edit, what);
    else {
      if (!messages.has(edit.in)) messages.set(edit.in, readMessage(files[edit.in]));
      editMessage(messages.get(edit.in), edit, what, options.keepContentLength);
    }
  }
  for (const [name, message] of messages) {
    if (options.refresh && message.parts) refreshSlots(message, options.refresh);
    files[name] = writeHttp(message, options.keepContentLength);
  }
}

/** The parts are read at once, while the boundary is the one that the body uses. */
function readMessage(raw) {
  const message = readHttp(raw);
  const type = message.headers.find((field) => /^content-type$/i.test(field.name))?.text ?? '';
  if (/^\s*multipart\//i.test(type)) readParts(message);
  return message;
}
