"""What a wall display knows from the hall file alone: icons of services, who is who on the staff wall. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from broker.model.hall import Hall


@dataclass(frozen=True)
class Person:
    """A member of staff, as far as the hall wants it shown; `photo` is a picture that was read already."""

    name: str = ""
    title: str = ""
    photo: bytes | None = None


@dataclass(frozen=True)
class Facts:
    """`icons` by service, `staff` by staff number."""

    icons: Mapping[str, str] = field(default_factory=dict)
    staff: Mapping[str, Person] = field(default_factory=dict)


def facts_of(hall: Hall, photos: Mapping[str, bytes]) -> Facts:
    """Return the facts of a hall; `photos` are pictures by clerk, of those that could be read."""
    people = {c.staff_number: Person(c.name, c.title, photos.get(key)) for key, c in hall.clerks.items()}
    return Facts({key: service.icon for key, service in hall.services.items()}, people)
