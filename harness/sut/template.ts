/** A SUT file to start from. */

/** What `assay` writes for a vendor who has no SUT file yet: an Imaging Document Source with the two tests of the built-in scenario. */
export const sutTemplate = `# What is tested, and how it is reached. Fill in every place in angle brackets, and see that
# each address, port, AE title, OID and code is yours (192.0.2.x leads nowhere): the OIDs and codes below are those of the public test domain.
schema: assay-sut/1
product: { vendor: "<vendor>", name: "<product>", version: "<version>" }
claims:
  - profile: XDS-I.b
    actor: Imaging Document Source
    options: [Set of DICOM Instances]
    systems: [ids]
    # Leave "tests" out to claim the actor as a whole.
    tests: [ids_2018-4801b, ids_2018-4803b]
systems:
  ids:
    endpoints:
      dicom: 192.0.2.7:11112                 # your product: takes the study by C-STORE
      rad69: https://192.0.2.7:8443/rad69    # your product: answers RAD-69
    aeTitles: { dicom: VENDOR_IDS }
    oids:
      repositoryUniqueId: 1.3.6.1.4.1.21367.13.80.110   # Retrieve Location UID of its manifests
domain:
  assigningAuthorities:
    patient: 1.3.6.1.4.1.21367.2005.13.20.1000
    departmental: 1.3.6.1.4.1.21367.1800.13.20.1000
    accession: 1.3.6.1.4.1.21367.13.202.2000
  codes:
    confidentialityCode: [{ code: R, system: 2.16.840.1.113883.5.25 }]
reach:
  advertise: 192.0.2.40      # this machine, as the product reaches it
  bind: 0.0.0.0
  ports: { document-repository: 9080 }
timing: { submission: 10m }
`;
