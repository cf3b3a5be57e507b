"""Broken products: each mutant violates one requirement at one joint of the source."""


def apply(mutant, joint, value):
    """What the mutant makes of a value at a joint; unchanged where it has no hand in it."""
    return value


def silent(mutant):
    """The mutant that says it shared, and did nothing."""
    return False
