"""Fresh identifiers and the time: random and now, or fixed by FOREIGN_SUT_SEED and FOREIGN_SUT_NOW so that bytes can be remade."""
import os
import uuid
from datetime import datetime, timezone


def now():
    """The time, UTC; FOREIGN_SUT_NOW is YYYYMMDDhhmmss."""
    fixed = os.environ.get('FOREIGN_SUT_NOW')
    return datetime.strptime(fixed, '%Y%m%d%H%M%S').replace(tzinfo=timezone.utc) if fixed else datetime.now(timezone.utc)


def new_uuid(purpose):
    """A UUID in lower case."""
    seed = os.environ.get('FOREIGN_SUT_SEED')
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f'{seed}/{purpose}')) if seed else str(uuid.uuid4())


def new_uid(purpose):
    """A UID made of a UUID (PS3.5 annex B.2)."""
    return f'2.25.{uuid.UUID(new_uuid(purpose)).int}'
