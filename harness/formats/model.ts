/**
 * What the tolerant readers of this room give: messages with positions, without an opinion.
 * Types only. Every `offset` counts bytes of the stored blob, also where a body was sent in chunks.
 */
import type { BlobRef, Location } from '../contracts.js';

/** Something that a reader had to step over. `code` is stable, `message` is for people. */
export interface Problem {
  code: string;
  message: string;
  offset: number;
  length: number;
}

// ── XML ─────────────────────────────────────────────────────────────────────
export interface XmlAttribute {
  prefix: string;
  local: string;
  namespace: string;
  value: string;
  start: number;
  end: number;
}
export interface XmlText {
  kind: 'text';
  value: string;
  start: number;
  end: number;
}
export interface XmlElement {
  kind: 'element';
  prefix: string;
  local: string;
  namespace: string;
  attributes: XmlAttribute[];
  children: (XmlElement | XmlText)[];
  parent?: XmlElement;
  /** From `<` of the start tag to behind `>` of the end tag. */
  start: number;
  end: number;
  /** Behind `>` of the start tag. */
  startTagEnd: number;
}
export interface XmlDocument {
  root?: XmlElement;
  /** Not well-formed, undecodable, too deep, too large: the first such problem ends the tree. */
  problems: Problem[];
  doctype?: { offset: number; length: number };
  processingInstructions: { target: string; offset: number; length: number }[];
  /** From the XML declaration. */
  declaredEncoding?: string;
  /** What the text was decoded with. */
  encoding: string;
  /** Decoded text, entities not expanded. */
  text: string;
}

// ── HTTP, MIME ──────────────────────────────────────────────────────────────
export interface HeaderField {
  name: string;
  /** Without surrounding white space; folded lines joined. */
  value: string;
  offset: number;
  length: number;
}
export interface HttpHead {
  kind: 'request' | 'response';
  startLine: string;
  method?: string;
  target?: string;
  version: string;
  status?: number;
  reason?: string;
  headers: HeaderField[];
  offset: number;
  length: number;
}
export interface MediaType {
  /** Lower case `type/subtype`. */
  type: string;
  /** Names in lower case, values unquoted. */
  parameters: Record<string, string>;
  problems: Problem[];
}
export interface MimePart {
  index: number;
  headers: HeaderField[];
  /** As written, brackets included. */
  contentId?: string;
  mediaType?: MediaType;
  transferEncoding?: string;
  /** First body byte in the blob; with chunked transfer the body may be interrupted by chunk lines behind it. */
  offset: number;
  /** Body octets as sent, transfer encoding not undone. */
  size: number;
  /** Of the octets after undoing base64 or quoted-printable; as sent otherwise. */
  decodedSize: number;
  sha1: string;
  /** Decoded octets, where there are at most `BODY_CAP` of them. */
  bytes?: Uint8Array;
  /** First decoded octets, enough for the header of a DICOM object, where there are too many for `bytes`. */
  head?: Uint8Array;
  /** Ended by a delimiter. */
  complete: boolean;
}
export interface MimeBody {
  boundary: string;
  parts: MimePart[];
  /** The closing delimiter was seen. */
  closed: boolean;
  problems: Problem[];
}

// ── SOAP ────────────────────────────────────────────────────────────────────
export interface SoapMessage {
  blob: BlobRef;
  /** Absent where only a body was given (a file). */
  http?: HttpHead;
  mediaType?: MediaType;
  /** `bare`: XML without any packaging around it. */
  packaging: 'mtom' | 'simple' | 'bare';
  mime?: MimeBody;
  /** The part that holds the envelope. */
  rootPart?: MimePart;
  xml: XmlDocument;
  /** soap:Envelope of SOAP 1.1 or 1.2; absent where the XML is a bare payload. */
  envelope?: XmlElement;
  header?: XmlElement;
  body?: XmlElement;
  /** First element in the Body, or the root of bare metadata. */
  payload?: XmlElement;
  /** Header blocks by local name that are in a WS-Addressing namespace (any version), in order. */
  addressing: XmlElement[];
  problems: Problem[];
  /** The part that an xop:Include element names; undefined: none or several. */
  included(include: XmlElement): MimePart | undefined;
  /** Places in the stored blob, with line, column and path. */
  at(place: XmlElement | XmlAttribute | XmlText | HeaderField | MimePart | Problem | { offset: number; length: number }, path?: string): Location;
}

// ── ebRIM metadata (ITI TF-3 chapter 4) ─────────────────────────────────────
export interface Slot {
  name: string;
  values: string[];
  valueElements: XmlElement[];
  element: XmlElement;
}
export interface Classification {
  id?: string;
  classificationScheme?: string;
  classificationNode?: string;
  classifiedObject?: string;
  nodeRepresentation?: string;
  codingScheme?: string;
  /** rim:Name */
  displayName?: string;
  slots: Slot[];
  element: XmlElement;
}
export interface ExternalIdentifier {
  id?: string;
  identificationScheme?: string;
  registryObject?: string;
  value?: string;
  name?: string;
  element: XmlElement;
}
export interface RegistryObject {
  kind: 'DocumentEntry' | 'SubmissionSet' | 'Folder' | 'RegistryPackage' | 'Association' | 'Other';
  id?: string;
  lid?: string;
  home?: string;
  objectType?: string;
  status?: string;
  mimeType?: string;
  name?: string;
  description?: string;
  slots: Slot[];
  classifications: Classification[];
  externalIdentifiers: ExternalIdentifier[];
  element: XmlElement;
}
export interface Association extends RegistryObject {
  kind: 'Association';
  associationType?: string;
  sourceObject?: string;
  targetObject?: string;
}
/** One xds:Document of a submission, or of a retrieve answer. */
export interface DocumentContent {
  /** @id in a submission. */
  id?: string;
  element: XmlElement;
  /** xop:Include inside. */
  include?: XmlElement;
  part?: MimePart;
  /** base64 text that stands in the envelope. */
  inline?: string;
  /** Octets of the document; undefined where they could not be had (dangling include, broken base64). */
  size?: number;
  sha1?: string;
  bytes?: Uint8Array;
}
export interface Submission {
  message: SoapMessage;
  submitObjectsRequest?: XmlElement;
  /** In the order of the message, nested ones included. */
  objects: RegistryObject[];
  documentEntries: RegistryObject[];
  submissionSets: RegistryObject[];
  folders: RegistryObject[];
  associations: Association[];
  /** Classifications that stand beside the objects they classify. */
  looseClassifications: Classification[];
  documents: DocumentContent[];
}
/** RAD-69 / ITI-43 request. */
export interface RetrieveRequest {
  message: SoapMessage;
  documents: {
    study?: string;
    series?: string;
    home?: string;
    repositoryUniqueId?: string;
    documentUniqueId?: string;
    element: XmlElement;
  }[];
  transferSyntaxes: string[];
}
export interface RegistryError {
  errorCode?: string;
  codeContext?: string;
  severity?: string;
  location?: string;
  element: XmlElement;
}
export interface RegistryResponse {
  message: SoapMessage;
  /** rs:RegistryResponse, wherever it stands. */
  element?: XmlElement;
  status?: string;
  highestSeverity?: string;
  errors: RegistryError[];
}
export interface RetrieveResponse extends RegistryResponse {
  documents: {
    home?: string;
    repositoryUniqueId?: string;
    documentUniqueId?: string;
    mimeType?: string;
    content?: DocumentContent;
    /** First `DICOM_CAP` bytes of the document read as a DICOM object; pixel data by position only. */
    dicom?: DicomObject;
    element: XmlElement;
  }[];
}

// ── DICOM ───────────────────────────────────────────────────────────────────
export interface DicomElement {
  /** Eight upper-case hex digits: `0040A375`. */
  tag: string;
  /** As on the wire, or from the dictionary in implicit VR (`UN` where unknown). */
  vr: string;
  /** Offset of the tag within the object. */
  offset: number;
  valueOffset: number;
  /** 0xFFFFFFFF where undefined. */
  length: number;
  /** Undefined for sequences, and for values beyond the cap. */
  value?: Uint8Array;
  items?: DicomDataset[];
  /** Encapsulated pixel data: fragments behind the offset table, offsets within the object. */
  fragments?: { offset: number; length: number }[];
  /** `(0040,A375)[1].(0008,1115)[1].(0020,000E)` */
  path: string;
}
export interface DicomDataset {
  elements: DicomElement[];
  offset: number;
  path: string;
  get(tag: string): DicomElement | undefined;
  /** Decoded under Specific Character Set, padding removed; undefined where absent. Values joined by a backslash. */
  text(tag: string): string | undefined;
  /** Items of a sequence; empty where absent. */
  items(tag: string): DicomDataset[];
}
export interface DicomObject {
  /** 128 bytes and DICM were found. */
  part10: boolean;
  meta: DicomDataset;
  dataset: DicomDataset;
  transferSyntax: string;
  problems: Problem[];
  /** Where the object's first byte lies in a contiguous blob; undefined where it is a decoded or chunked part. */
  base?: number;
  byteLength: number;
}
/** A manifest (Key Object Selection) inside a submission. */
export interface Manifest {
  submission: Submission;
  entry?: RegistryObject;
  document: DocumentContent;
  object: DicomObject;
  /** (0040,A375) flattened. */
  references: { study: string; series: string; sopClass: string; sop: string; retrieveAe?: string; retrieveLocation?: string; retrieveUrl?: string; seriesItem: DicomDataset; item: DicomDataset }[];
  /** A place inside the manifest, as a location in the stored blob. */
  at(element: DicomElement | DicomDataset): Location;
}
/** One association, read from both directions. */
export interface DimseAssociation {
  calledAe: string;
  callingAe: string;
  accepted: boolean;
  presentationContexts: { id: number; abstractSyntax: string; transferSyntaxes: string[]; accepted?: string; result: number }[];
  commands: { messageId: number; contextId: number; fields: Record<string, string | number>; from: 'initiator' | 'responder'; offset: number; dataset?: { bytes: Uint8Array; transferSyntax: string } }[];
  problems: Problem[];
}
