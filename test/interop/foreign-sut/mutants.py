"""
Broken products: each mutant violates one requirement at one joint of the source, chosen by MUTANT=name.
What must fail by it stands in mutants.json. Joints: `instances` (listed by the manifest), `manifest` (its data set), `envelope`
(of the submission), `package` (of the submission), `archive` (what can be retrieved) and `answer` (package of a retrieve answer);
a package is (Content-Type, body).
"""
import re


def without_last(instances):
    return instances[:-1]


def without_retrieve_location(dataset):
    return [
        (tag, vr, [without_retrieve_location(item) for item in value] if vr == 'SQ' else value)
        for tag, vr, value in dataset
        if tag != '0040E011'
    ]


def once(pattern, replacement, flags=re.DOTALL):
    """A text in which the first occurrence of a pattern is replaced; an error where there is none: a mutant must not be without effect."""

    def mutate(value):
        changed, count = re.subn(pattern, replacement, value, count=1, flags=flags)
        if count != 1:
            raise RuntimeError(f'mutant found nothing to change: {pattern}')
        return changed

    return mutate


def name_first(envelope):
    """rim:Name of the entry in front of its slots: the schema wants it behind."""
    found = re.search(r'(<rim:ExtrinsicObject [^>]*>\n)(.*?)(            <rim:Name>.*?</rim:Name>\n)', envelope, re.DOTALL)
    entry, slots, name = found.groups()
    return envelope.replace(entry + slots + name, entry + name + slots, 1)


def on_body(mutate):
    """A mutation of a package's body as Latin-1 text, which keeps every octet."""
    return lambda value: (value[0], mutate(value[1].decode('latin-1')).encode('latin-1'))


def on_content_type(pattern, replacement):
    return lambda value: (once(pattern, replacement)(value[0]), value[1])


def one_sample(text):
    """The low byte of the first sample of the middle row of the first image, changed by one."""
    found = re.search('\xe0\x7f\x10\x00(?:OW|OB)\x00\x00(....)', text, re.DOTALL)
    if not found:
        return text  # an answer without images
    size = int.from_bytes(found.group(1).encode('latin-1'), 'little')
    at = found.end() + size // 4 * 2
    return text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1:]


def failure_as_success(text):
    """An answer of Failure turned to an empty Success."""
    failure = r'ResponseStatusType:Failure">\s*<rs:RegistryErrorList.*?</rs:RegistryResponse>'
    return re.sub(failure, 'ResponseStatusType:Success"/>', text, flags=re.DOTALL)


MUTATIONS = {
    'action-wrong': ('envelope', once('2007:ProvideAndRegisterDocumentSet-b<', '2007:RegisterDocumentSet-b<')),
    'start-info-wrong': ('package', on_content_type('start-info="[^"]*"', 'start-info="text/xml"')),
    'name-before-slots': ('envelope', name_first),
    'format-code-wrong': ('envelope', once('nodeRepresentation="1.2.840.10008.5.1.4.1.1.88.59"', 'nodeRepresentation="urn:ihe:rad:TEXT"')),
    'mime-type-wrong': ('envelope', once('mimeType="application/dicom"', 'mimeType="application/octet-stream"')),
    'status-missing': ('envelope', once(r' *<rim:Slot name="SubmissionSetStatus">.*?</rim:Slot>\n', '')),
    'hash-wrong': ('envelope', once(r'(name="hash">\s*<rim:ValueList>\s*<rim:Value>)[0-9a-f]{4}', r'\g<1>0bad')),
    'unique-id-differs': ('envelope', once(r'(2e82c1f6-a085-4c72-9da3-8640a32e42ab" value=")[^"]*', r'\g<1>2.25.1234567890')),
    'retrieve-location-missing': ('manifest', without_retrieve_location),
    'instance-missing': ('instances', without_last),
    'relates-to-wrong': ('answer', on_body(once('<wsa:RelatesTo>.*?<', '<wsa:RelatesTo>urn:uuid:00000000-0000-4000-8000-000000000000<'))),
    'unknown-is-success': ('answer', on_body(failure_as_success)),
    'pixel-changed': ('answer', on_body(one_sample)),
    'gives-nothing': ('archive', lambda instances: {}),
    'silent': ('none', None),
}


def apply(mutant, joint, value):
    """What the mutant makes of a value at a joint; unchanged where it has no hand in it."""
    if not mutant:
        return value
    where, mutate = MUTATIONS[mutant]
    return mutate(value) if where == joint else value


def silent(mutant):
    """The mutant that says it shared, and did nothing."""
    return mutant == 'silent'
