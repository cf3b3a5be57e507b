/**
 * A very small editor of DICOM in Explicit VR Little Endian: reads every element into a tree, changes it, writes it back.
 * It shares no line with the readers that are under test. What was not edited is written back byte for byte
 * (defined lengths stay defined, undefined ones undefined).
 */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const UNDEFINED = 0xffffffff;
const ITEM = 'FFFEE000';
const ITEM_END = 'FFFEE00D';
const SEQUENCE_END = 'FFFEE0DD';

const tagAt = (bytes, at) => (bytes.readUInt16LE(at).toString(16).padStart(4, '0') + bytes.readUInt16LE(at + 2).toString(16).padStart(4, '0')).toUpperCase();

function tagBytes(tag) {
  const out = Buffer.alloc(4);
  out.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0);
  out.writeUInt16LE(parseInt(tag.slice(4), 16), 2);
  return out;
}

const u32 = (value) => {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value >>> 0, 0);
  return out;
};

function readElement(bytes, at) {
  const tag = tagAt(bytes, at);
  const vr = bytes.toString('latin1', at + 4, at + 6);
  if (!/^[A-Z]{2}$/.test(vr)) throw new Error(`dicom-editor: no VR at byte ${at} (${tag}); only Explicit VR Little Endian can be edited`);
  const long = LONG.has(vr);
  const length = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
  const start = at + (long ? 12 : 8);
  if (vr === 'SQ' || (vr === 'UN' && length === UNDEFINED)) return readSequence(bytes, tag, vr, start, length);
  if (length === UNDEFINED) {
    let end = start;
    while (tagAt(bytes, end) !== SEQUENCE_END) end += 8 + bytes.readUInt32LE(end + 4);
    return { element: { tag, vr, undefinedLength: true, value: bytes.subarray(start, end + 8) }, next: end + 8 };
  }
  return { element: { tag, vr, value: bytes.subarray(start, start + length) }, next: start + length };
}

function readSequence(bytes, tag, vr, start, length) {
  const items = [];
  let at = start;
  const end = length === UNDEFINED ? Infinity : start + length;
  while (at < end) {
    const itemTag = tagAt(bytes, at);
    if (itemTag === SEQUENCE_END) {
      at += 8;
      break;
    }
    if (itemTag !== ITEM) throw new Error(`dicom-editor: ${itemTag} at byte ${at} where an item was expected`);
    const itemLength = bytes.readUInt32LE(at + 4);
    const { elements, next } = readDataset(bytes, at + 8, itemLength === UNDEFINED ? Infinity : at + 8 + itemLength);
    items.push({ elements, undefinedLength: itemLength === UNDEFINED });
    at = next;
  }
  return { element: { tag, vr, items, undefinedLength: length === UNDEFINED }, next: at };
}

function readDataset(bytes, start, end) {
  const elements = [];
  let at = start;
  while (at < Math.min(end, bytes.length)) {
    if (tagAt(bytes, at) === ITEM_END) {
      at += 8;
      break;
    }
    const { element, next } = readElement(bytes, at);
    elements.push(element);
    at = next;
  }
  return { elements, next: at };
}

function writeElement(element) {
  const value = element.items ? writeItems(element) : element.value;
  const length = element.undefinedLength ? UNDEFINED : value.length;
  const head = [tagBytes(element.tag), Buffer.from(element.vr, 'latin1')];
  if (LONG.has(element.vr)) head.push(Buffer.alloc(2), u32(length));
  else {
    const short = Buffer.alloc(2);
    short.writeUInt16LE(length, 0);
    head.push(short);
  }
  return Buffer.concat([...head, value]);
}

function writeItems(element) {
  const out = [];
  for (const item of element.items) {
    const body = Buffer.concat(item.elements.map(writeElement));
    out.push(tagBytes(ITEM), u32(item.undefinedLength ? UNDEFINED : body.length), body);
    if (item.undefinedLength) out.push(tagBytes(ITEM_END), u32(0));
  }
  if (element.undefinedLength) out.push(tagBytes(SEQUENCE_END), u32(0));
  return Buffer.concat(out);
}

/** `{ preamble, elements, datasetAt }`: group 0002 and the data set in one list; `datasetAt` is where the data set begins. */
export function readDicom(bytes) {
  const part10 = bytes.length > 132 && bytes.toString('latin1', 128, 132) === 'DICM';
  const preamble = part10 ? bytes.subarray(0, 132) : Buffer.alloc(0);
  const { elements } = readDataset(bytes, preamble.length, Infinity);
  const meta = elements.filter((element) => element.tag.startsWith('0002'));
  const datasetAt = preamble.length + meta.reduce((sum, element) => sum + writeElement(element).length, 0);
  return { preamble, elements, datasetAt };
}

/** The bytes again, with the length of group 0002 mended. */
export function writeDicom({ preamble, elements }) {
  const meta = elements.filter((element) => element.tag.startsWith('0002') && element.tag !== '00020000');
  const groupLength = elements.find((element) => element.tag === '00020000');
  if (groupLength) groupLength.value = u32(Buffer.concat(meta.map(writeElement)).length);
  return Buffer.concat([preamble, ...elements.map(writeElement)]);
}

/** Text of a top-level element, without padding. */
export function textOf(object, tag) {
  return object.elements.find((element) => element.tag === tag)?.value?.toString('latin1').replace(/[\0 ]+$/, '');
}

/** `(0040,A375)[1].(0008,1115)[1].(0008,0054)` → steps of tag and item number (1-based; undefined: the element itself). */
function parsePath(path) {
  return path.split('.').map((step) => {
    const match = /^\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)(?:\[(\d+)\])?$/.exec(step.trim());
    if (!match) throw new Error(`dicom-editor: '${path}' is no tag path such as (0040,A375)[1].(0008,1115)[1].(0008,0054)`);
    return { tag: (match[1] + match[2]).toUpperCase(), item: match[3] === undefined ? undefined : Number(match[3]) };
  });
}

function itemAt(dataset, steps, path) {
  let current = dataset;
  for (const { tag, item } of steps) {
    const element = current.elements.find((candidate) => candidate.tag === tag);
    const found = element?.items?.[(item ?? 1) - 1];
    if (!found) throw new Error(`dicom-editor: no item at ${tag}[${item ?? 1}] of ${path}`);
    current = found;
  }
  return current;
}

function locate(object, path) {
  const steps = parsePath(path);
  const last = steps.at(-1);
  const dataset = itemAt(object, steps.slice(0, -1), path);
  const index = dataset.elements.findIndex((element) => element.tag === last.tag);
  return { dataset, index, element: dataset.elements[index], item: last.item, tag: last.tag };
}

const NUMERIC = {
  US: (value, out) => out.writeUInt16LE(value, 0),
  SS: (value, out) => out.writeInt16LE(value, 0),
  UL: (value, out) => out.writeUInt32LE(value, 0),
  SL: (value, out) => out.writeInt32LE(value, 0),
  FL: (value, out) => out.writeFloatLE(value, 0),
  FD: (value, out) => out.writeDoubleLE(value, 0),
};
const SIZES = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8 };

function encode(vr, edit) {
  if (edit.hex !== undefined) return Buffer.from(edit.hex.replace(/\s+/g, ''), 'hex');
  if (NUMERIC[vr]) {
    const out = Buffer.alloc(SIZES[vr]);
    NUMERIC[vr](Number(edit.value), out);
    return out;
  }
  const raw = Buffer.from(String(edit.value ?? ''), 'utf8');
  if (raw.length % 2 === 0 || edit.pad === false) return raw;
  return Buffer.concat([raw, Buffer.from(vr === 'UI' || vr === 'OB' || vr === 'UN' ? '\0' : ' ', 'latin1')]);
}

/** Overwrites bytes inside a value (`at`), or gives it a new one. */
function setElement(object, edit) {
  const { element } = locate(object, edit.dicomSet);
  if (!element) throw new Error(`dicom-editor: no element ${edit.dicomSet} to set; use dicomInsert`);
  if (edit.at !== undefined) {
    const value = Buffer.from(element.value);
    Buffer.from(edit.hex, 'hex').copy(value, edit.at);
    element.value = value;
    return;
  }
  element.vr = edit.vr ?? element.vr;
  element.value = encode(element.vr, edit);
  if (element.vr !== 'SQ') {
    delete element.items;
    element.undefinedLength = false;
  }
}

function insertElement(object, edit) {
  const tag = parsePath(edit.dicomInsert)[0].tag;
  if (!edit.vr) throw new Error(`dicom-editor: dicomInsert ${edit.dicomInsert} needs a vr`);
  const dataset = edit.into ? itemAt(object, parsePath(edit.into), edit.into) : object;
  const value = encode(edit.vr, edit);
  const element = edit.vr === 'SQ' ? readSequence(value, tag, 'SQ', 0, value.length).element : { tag, vr: edit.vr, value };
  const index = dataset.elements.findIndex((other) => other.tag >= tag);
  if (index < 0) dataset.elements.push(element);
  else dataset.elements.splice(index, 0, element);
}

/** Deletes an element, or one item of a sequence where the path ends in `[n]`. */
function deleteElement(object, path) {
  const { dataset, index, element, item } = locate(object, path);
  if (!element) throw new Error(`dicom-editor: no element ${path} to delete`);
  if (item === undefined) dataset.elements.splice(index, 1);
  else {
    if (!element.items?.[item - 1]) throw new Error(`dicom-editor: no item ${path} to delete`);
    element.items.splice(item - 1, 1);
  }
}

/** Puts a copy of an item behind it. */
function duplicateItem(object, path) {
  const { element, item } = locate(object, path);
  const source = element?.items?.[(item ?? 1) - 1];
  if (!source) throw new Error(`dicom-editor: no item ${path} to duplicate`);
  element.items.splice(item ?? 1, 0, structuredCloneItem(source));
}

const structuredCloneItem = (item) => ({
  ...item,
  elements: item.elements.map((element) => ({ ...element, ...(element.items ? { items: element.items.map(structuredCloneItem) } : {}) })),
});

/** Applies one edit (`dicomSet`, `dicomInsert`, `dicomDelete`, `dicomDuplicate`) and gives the new bytes. */
export function editDicom(bytes, edit) {
  const object = readDicom(bytes);
  if (edit.dicomSet !== undefined) setElement(object, edit);
  else if (edit.dicomInsert !== undefined) insertElement(object, edit);
  else if (edit.dicomDelete !== undefined) deleteElement(object, edit.dicomDelete);
  else duplicateItem(object, edit.dicomDuplicate);
  return writeDicom(object);
}
