/** Register Document Set-b: what is refused, and what a submission changes (ITI TF-2 section 3.42.4.1.3; ITI TF-3 section 4.2.2). */
import type { Submission } from '../../harness/formats/model.js';
import { walk } from '../common/rim.js';
import { ASSOCIATION, CLASSIFICATION } from '../emit/ebrim.js';
import { registryError, type RegistryErrorModel } from '../emit/registry-response.js';
import { newUuidUrn } from '../emit/uid.js';
import { APPROVED, codesOf, DEPRECATED, objectsOf, patientIdOf, slotsOf, statusOf, uniqueIdOf, type Registered } from './objects.js';

/** Attributes that a registered entry must have (ITI TF-3 table 4.3.1.1-3). */
const REQUIRED_SLOTS = ['creationTime', 'hash', 'languageCode', 'repositoryUniqueId', 'size', 'sourcePatientId'];
const REQUIRED_CODES = ['classCode', 'confidentialityCode', 'formatCode', 'healthcareFacilityTypeCode', 'practiceSettingCode', 'typeCode'] as const;
const DOCUMENT_RELATIONS = new Set(['APND', 'RPLC', 'XFRM', 'XFRM_RPLC', 'signs'].map((name) => `urn:ihe:iti:2007:AssociationType:${name}`));
const REPLACES = new Set<string>([ASSOCIATION.replace, 'urn:ihe:iti:2007:AssociationType:XFRM_RPLC']);
const FOLLOWS = new Set(['APND', 'XFRM'].map((name) => `urn:ihe:iti:2007:AssociationType:${name}`));
const UUID = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const REFERENCES = ['id', 'lid', 'classifiedObject', 'registryObject', 'sourceObject', 'targetObject'];

export class Registry {
  readonly objects = new Map<string, Registered>();

  constructor(private readonly random: () => number) {}

  entries(): Registered[] {
    return [...this.objects.values()].filter((o) => o.kind === 'DocumentEntry');
  }

  /** Registers the whole submission, or nothing. */
  register(submission: Submission): RegistryErrorModel[] {
    const objects = objectsOf(submission);
    const errors = [...this.refusals(objects)];
    if (errors.length > 0) return errors;
    this.nameByUuid(objects);
    for (const o of objects) {
      o.node.attributes.status = APPROVED;
      o.node.attributes.lid ??= o.id;
      this.objects.set(o.id, o);
    }
    for (const o of objects) if (REPLACES.has(o.node.attributes.associationType ?? '')) this.deprecate(o.node.attributes.targetObject ?? '');
    return [];
  }

  private *refusals(objects: Registered[]): Iterable<RegistryErrorModel> {
    const sets = objects.filter((o) => o.kind === 'SubmissionSet');
    if (sets.length !== 1) yield registryError('XDSRegistryMetadataError', `A submission holds one SubmissionSet; this one holds ${sets.length}.`);
    const patients = new Set(objects.filter((o) => o.kind !== 'Association').map((o) => patientIdOf(o) ?? ''));
    if (patients.size > 1) yield registryError('XDSPatientIdDoesNotMatch', `The objects of the submission name ${patients.size} patients: ${[...patients].join(', ')}.`);
    for (const o of objects) {
      if (UUID.test(o.id) && this.objects.has(o.id)) yield registryError('XDSRegistryMetadataError', `entryUUID ${o.id} is registered already.`, o.id);
      if (o.kind === 'DocumentEntry') yield* this.refusalsOfEntry(o);
      if (o.kind === 'SubmissionSet') yield* this.refusalsOfSet(o);
      if (o.kind === 'Association') yield* this.refusalsOfAssociation(o, objects);
    }
  }

  private *refusalsOfEntry(entry: Registered): Iterable<RegistryErrorModel> {
    const missing = [
      ...REQUIRED_SLOTS.filter((name) => slotsOf(entry, name).length === 0),
      ...REQUIRED_CODES.filter((name) => codesOf(entry, `DocumentEntry.${name}` as keyof typeof CLASSIFICATION).length === 0),
      ...(patientIdOf(entry) === undefined ? ['patientId'] : []),
      ...(uniqueIdOf(entry) === undefined ? ['uniqueId'] : []),
    ];
    if (missing.length > 0) yield registryError('XDSRegistryMetadataError', `DocumentEntry ${entry.id} lacks ${missing.join(', ')}.`, entry.id);
    const known = this.entries().find((e) => uniqueIdOf(e) === uniqueIdOf(entry));
    if (known && slotsOf(known, 'hash')[0]?.toLowerCase() !== slotsOf(entry, 'hash')[0]?.toLowerCase()) yield registryError('XDSNonIdenticalHash', `uniqueId ${uniqueIdOf(entry)} is registered with another hash.`, entry.id);
    else if (known && slotsOf(known, 'size')[0] !== slotsOf(entry, 'size')[0]) yield registryError('XDSNonIdenticalSize', `uniqueId ${uniqueIdOf(entry)} is registered with another size.`, entry.id);
    const [start, stop] = [slotsOf(entry, 'serviceStartTime')[0], slotsOf(entry, 'serviceStopTime')[0]];
    if (start && stop && start.padEnd(14, '0') > stop.padEnd(14, '9')) yield registryError('XDSRegistryMetadataError', `serviceStartTime ${start} is later than serviceStopTime ${stop}.`, entry.id);
  }

  private *refusalsOfSet(set: Registered): Iterable<RegistryErrorModel> {
    const uniqueId = uniqueIdOf(set);
    if (uniqueId === undefined) yield registryError('XDSRegistryMetadataError', `SubmissionSet ${set.id} lacks uniqueId.`, set.id);
    else if ([...this.objects.values()].some((o) => uniqueIdOf(o) === uniqueId)) yield registryError('XDSDuplicateUniqueIdInRegistry', `SubmissionSet.uniqueId ${uniqueId} is in use.`, set.id);
  }

  private *refusalsOfAssociation(a: Registered, objects: Registered[]): Iterable<RegistryErrorModel> {
    const find = (id: string | undefined): Registered | undefined => objects.find((o) => o.id === id) ?? this.objects.get(id ?? '');
    const { sourceObject, targetObject, associationType = '' } = a.node.attributes;
    const source = find(sourceObject);
    const target = find(targetObject);
    if (!source || !target) {
      yield registryError('UnresolvedReferenceException', `Association ${a.id} names ${source ? targetObject : sourceObject}, which is neither in the submission nor registered.`, a.id);
      return;
    }
    if (!DOCUMENT_RELATIONS.has(associationType)) return;
    if (!objects.includes(source)) yield registryError('UnresolvedReferenceException', `The source of ${associationType} must be an entry of the submission.`, a.id);
    if (this.objects.has(target.id) && statusOf(target) === DEPRECATED) yield registryError('XDSRegistryDeprecatedDocumentError', `${target.id} is deprecated.`, a.id);
    if (patientIdOf(source) !== patientIdOf(target)) yield registryError('XDSPatientIdDoesNotMatch', `${associationType} links documents of two patients.`, a.id);
  }

  /** Symbolic ids become UUIDs, in every reference (ITI TF-3 section 4.2.1.5). */
  private nameByUuid(objects: Registered[]): void {
    const names = new Map<string, string>();
    const rename = (id: string): string => {
      if (UUID.test(id)) return id;
      const uuid = names.get(id) ?? newUuidUrn(this.random);
      names.set(id, uuid);
      return uuid;
    };
    for (const o of objects) {
      for (const node of walk(o.node)) for (const key of REFERENCES) if (node.attributes[key]) node.attributes[key] = rename(node.attributes[key]);
      o.id = rename(o.id);
    }
  }

  /** A replaced document goes together with what was added to it or made from it. */
  private deprecate(id: string): void {
    const target = this.objects.get(id);
    if (!target || statusOf(target) === DEPRECATED) return;
    target.node.attributes.status = DEPRECATED;
    for (const o of this.objects.values()) {
      if (o.node.attributes.targetObject === id && FOLLOWS.has(o.node.attributes.associationType ?? '')) this.deprecate(o.node.attributes.sourceObject ?? '');
    }
  }
}
