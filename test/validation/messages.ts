/** Messages to mutate: each element and attribute of the schemas occurs at least once, all values invented. */
const R = 'xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"';
const S = 'xmlns:rs="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"';
const L = 'xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"';
const Q = 'xmlns:query="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"';
const X = 'xmlns:xdsb="urn:ihe:iti:xds-b:2007"';

const slot = (name: string, ...values: string[]): string =>
  `<rim:Slot name="${name}"><rim:ValueList>${values.map((value) => `<rim:Value>${value}</rim:Value>`).join('')}</rim:ValueList></rim:Slot>`;
const text = (element: string, value: string): string => `<rim:${element}><rim:LocalizedString xml:lang="en-us" charset="UTF-8" value="${value}"/></rim:${element}>`;
const classification = (id: string, object: string): string =>
  `<rim:Classification classificationScheme="urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a" classifiedObject="${object}" id="${id}" nodeRepresentation="IMAGES">` +
  `${slot('codingScheme', '1.3.6.1.4.1.19376.1.2.6.1')}${text('Name', 'Images')}</rim:Classification>`;
const identifier = (id: string, object: string): string =>
  `<rim:ExternalIdentifier id="${id}" registryObject="${object}" identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" value="1.2.3.4">` +
  `${text('Name', 'XDSDocumentEntry.uniqueId')}</rim:ExternalIdentifier>`;

const entry =
  `<rim:ExtrinsicObject id="d1" lid="urn:uuid:d1" mimeType="application/dicom" isOpaque="false" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1" status="urn:oasis:names:tc:ebxml-regrep:StatusType:Approved">` +
  `${slot('creationTime', '20240101')}${slot('sourcePatientInfo', 'PID-5|A^B', 'PID-8|F')}${text('Name', 'CT')}${text('Description', 'a study')}<rim:VersionInfo versionName="1.1" comment="first"/>` +
  `${classification('c1', 'd1')}${classification('c2', 'd1')}${identifier('e1', 'd1')}<rim:ContentVersionInfo versionName="1"/></rim:ExtrinsicObject>`;
const set =
  `<rim:RegistryPackage id="s1">${slot('submissionTime', '20240101')}${text('Name', 'share')}${classification('c3', 's1')}${identifier('e2', 's1')}` +
  `<rim:RegistryObjectList><rim:ObjectRef id="d9" createReplica="true" home="urn:oid:1.2"/></rim:RegistryObjectList></rim:RegistryPackage>`;
const submit =
  `<lcm:SubmitObjectsRequest id="r1" comment="x"><rs:RequestSlotList>${slot('note', 'a')}</rs:RequestSlotList><rim:RegistryObjectList>${entry}${set}` +
  `<rim:Classification id="c4" classifiedObject="s1" classificationNode="urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"/>` +
  `<rim:Association id="a1" associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember" sourceObject="s1" targetObject="d1">${slot('SubmissionSetStatus', 'Original')}</rim:Association>` +
  `</rim:RegistryObjectList></lcm:SubmitObjectsRequest>`;
const errors =
  `<rs:RegistryErrorList highestSeverity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"><rs:RegistryError errorCode="XDSDocumentUniqueIdError" codeContext="unknown" location="x" severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error">text</rs:RegistryError></rs:RegistryErrorList>`;
const others =
  `<rim:Organization id="o1" parent="o2" primaryContact="u1"><rim:Address city="A" country="B" postalCode="1" stateOrProvince="C" street="D" streetNumber="5"/><rim:TelephoneNumber areaCode="1" countryCode="2" extension="3" number="4" phoneType="x"/><rim:EmailAddress address="a@example.org" type="work"/></rim:Organization>` +
  `<rim:Person id="p1"><rim:PersonName firstName="A" middleName="B" lastName="C"/><rim:TelephoneNumber number="4"/></rim:Person><rim:User id="u1"/>` +
  `<rim:Service id="v1"><rim:ServiceBinding id="b1" service="v1" accessURI="http://example.org" targetBinding="b2"><rim:SpecificationLink id="k1" serviceBinding="b1" specificationObject="d1"><rim:UsageDescription/><rim:UsageParameter>p</rim:UsageParameter></rim:SpecificationLink></rim:ServiceBinding></rim:Service>` +
  `<rim:ClassificationScheme id="t1" isInternal="true" nodeType="urn:x"><rim:ClassificationNode id="n1" parent="t1" code="c" path="/p"><rim:ClassificationNode id="n2"/></rim:ClassificationNode></rim:ClassificationScheme>` +
  `<rim:Registry id="g1" operator="o1" specificationVersion="3.0" replicationSyncLatency="P1D" catalogingLatency="P2D" conformanceProfile="registryFull"/><rim:Federation id="f1" replicationSyncLatency="P1D"/>` +
  `<rim:AuditableEvent id="y1" eventType="urn:x" timestamp="2024-01-01T00:00:00Z" user="u1" requestId="r1"><rim:affectedObjects><rim:ObjectRef id="d1"/></rim:affectedObjects></rim:AuditableEvent>` +
  `<rim:Subscription id="w1" selector="q1" startTime="2024-01-01T00:00:00Z" endTime="2024-02-01T00:00:00Z" notificationInterval="P1D"><rim:NotifyAction endPoint="http://example.org" notificationOption="urn:x"/></rim:Subscription>` +
  `<rim:ExternalLink id="l1" externalURI="http://example.org/a"/><rim:RegistryObject id="z1"/><rim:Identifiable id="z2"/>`;

/** By name; every one of them is valid. */
export const messages: Record<string, string> = {
  'provide and register': `<xdsb:ProvideAndRegisterDocumentSetRequest ${X} ${L} ${S} ${R}>${submit}<xdsb:Document id="d1">QUJDRA==</xdsb:Document><xdsb:Document id="d2"></xdsb:Document></xdsb:ProvideAndRegisterDocumentSetRequest>`,
  register: submit.replace('<lcm:SubmitObjectsRequest', `<lcm:SubmitObjectsRequest ${L} ${S} ${R}`),
  'other objects': `<lcm:UpdateObjectsRequest ${L} ${R}><rim:RegistryObjectList>${others}</rim:RegistryObjectList></lcm:UpdateObjectsRequest>`,
  remove: `<lcm:RemoveObjectsRequest ${L} ${R} deletionScope="urn:x"><rim:AdhocQuery id="q1"/><rim:ObjectRefList><rim:ObjectRef id="d1"/><rim:ObjectRef id="d2"/></rim:ObjectRefList></lcm:RemoveObjectsRequest>`,
  deprecate: `<lcm:DeprecateObjectsRequest ${L} ${R}><rim:ObjectRefList><rim:ObjectRef id="d1"/></rim:ObjectRefList></lcm:DeprecateObjectsRequest>`,
  relocate: `<lcm:RelocateObjectsRequest ${L} ${R}><rim:AdhocQuery id="q1"/><lcm:SourceRegistry id="a"/><lcm:DestinationRegistry id="b"/><lcm:OwnerAtSource id="c"/><lcm:OwnerAtDestination id="d"/></lcm:RelocateObjectsRequest>`,
  accept: `<lcm:AcceptObjectsRequest ${L} correlationId="urn:x"/>`,
  query:
    `<query:AdhocQueryRequest ${Q} ${R} ${S} federated="false" federation="urn:x" startIndex="0" maxResults="-1"><query:ResponseOption returnType="LeafClass" returnComposedObjects="true"/>` +
    `<rim:AdhocQuery id="urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d">${slot('$XDSDocumentEntryPatientId', "'1^^^&amp;1.2&amp;ISO'")}<rim:QueryExpression queryLanguage="urn:x">select</rim:QueryExpression></rim:AdhocQuery></query:AdhocQueryRequest>`,
  'query answer': `<query:AdhocQueryResponse ${Q} ${R} ${S} status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success" startIndex="0" totalResultCount="1"><rs:ResponseSlotList>${slot('a', 'b')}</rs:ResponseSlotList><rim:RegistryObjectList>${entry}</rim:RegistryObjectList></query:AdhocQueryResponse>`,
  'registry response': `<rs:RegistryResponse ${S} status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure" requestId="r1">${errors}</rs:RegistryResponse>`,
  'retrieve request': `<xdsb:RetrieveDocumentSetRequest ${X}><xdsb:DocumentRequest><xdsb:HomeCommunityId>urn:oid:1.2</xdsb:HomeCommunityId><xdsb:RepositoryUniqueId>1.2.3</xdsb:RepositoryUniqueId><xdsb:DocumentUniqueId>1.2.4</xdsb:DocumentUniqueId></xdsb:DocumentRequest></xdsb:RetrieveDocumentSetRequest>`,
  'imaging retrieve request':
    `<i:RetrieveImagingDocumentSetRequest xmlns:i="urn:ihe:rad:xdsi-b:2009" ${X}><i:StudyRequest studyInstanceUID="1.2.1"><i:SeriesRequest seriesInstanceUID="1.2.2"><xdsb:DocumentRequest><xdsb:RepositoryUniqueId>1.2.3</xdsb:RepositoryUniqueId><xdsb:DocumentUniqueId>1.2.4</xdsb:DocumentUniqueId></xdsb:DocumentRequest><xdsb:DocumentRequest><xdsb:RepositoryUniqueId>1.2.3</xdsb:RepositoryUniqueId><xdsb:DocumentUniqueId>1.2.5</xdsb:DocumentUniqueId></xdsb:DocumentRequest></i:SeriesRequest></i:StudyRequest>` +
    `<i:TransferSyntaxUIDList><i:TransferSyntaxUID>1.2.840.10008.1.2.1</i:TransferSyntaxUID><i:TransferSyntaxUID>1.2.840.10008.1.2</i:TransferSyntaxUID></i:TransferSyntaxUIDList></i:RetrieveImagingDocumentSetRequest>`,
  'retrieve answer':
    `<xdsb:RetrieveDocumentSetResponse ${X} ${S} ${R}><rs:RegistryResponse status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"><rs:ResponseSlotList>${slot('a', 'b')}</rs:ResponseSlotList>${errors}</rs:RegistryResponse>` +
    `<xdsb:DocumentResponse><xdsb:HomeCommunityId>urn:oid:1.2</xdsb:HomeCommunityId><xdsb:RepositoryUniqueId>1.2.3</xdsb:RepositoryUniqueId><xdsb:DocumentUniqueId>1.2.4</xdsb:DocumentUniqueId><xdsb:NewRepositoryUniqueId>1.2.6</xdsb:NewRepositoryUniqueId><xdsb:NewDocumentUniqueId>1.2.7</xdsb:NewDocumentUniqueId><xdsb:mimeType>application/dicom</xdsb:mimeType><xdsb:Document>QUJD</xdsb:Document></xdsb:DocumentResponse></xdsb:RetrieveDocumentSetResponse>`,
  'remove documents': `<d:RemoveDocumentsRequest xmlns:d="urn:ihe:iti:rmd:2017" ${X}><xdsb:DocumentRequest><xdsb:RepositoryUniqueId>1.2.3</xdsb:RepositoryUniqueId><xdsb:DocumentUniqueId>1.2.4</xdsb:DocumentUniqueId></xdsb:DocumentRequest></d:RemoveDocumentsRequest>`,
};
