"""Places beside the hall, as the hall file declares them: entrusted outlets, other sites that may show its board."""

from typing import Annotated

import msgspec

from broker.model.hall_base import Declared, Url
from broker.model.words import Names, Phone, Slug

Origin = Annotated[str, msgspec.Meta(max_length=200)]


class Outlet(Declared, frozen=True, kw_only=True):
    """委托网点: a place that serves on the hall's behalf, such as a branch of a bank.

    Either ``counters`` of this hall file stand there - they need no gear, a page on a tablet does (docs/public.md), and
    what they serve is served nowhere else - or ``url`` is the address of a Jiaohao of its own, whose public figures
    are fetched and shown beside the hall's. ``sessions`` are the openings of this file that the outlet keeps (empty:
    all); one with a ``url`` tells its own hours.
    """

    names: Names
    address: Names | None = None
    phone: Phone = ""
    sessions: tuple[Slug, ...] = ()
    counters: tuple[Slug, ...] = ()
    url: Url = ""


class WebSite(Declared, frozen=True, kw_only=True):
    """``embed_from``: other sites that may show the small board ``/embed`` in a frame, such as
    ``https://www.example.gov.cn`` or ``https://*.example.gov.cn``. Empty: none; every other page is shown in none.

    ``tls_certificate``, ``tls_key``: files in PEM on the server (whole paths; the certificate with those above it, the
    key without a passphrase). With them the collector itself speaks HTTPS, and no HTTP; ``collector.public_url`` must
    then begin with https:// and name what the certificate is for. Renewed files are taken within a minute.
    """

    embed_from: Annotated[tuple[Origin, ...], msgspec.Meta(max_length=32)] = ()
    tls_certificate: Annotated[str, msgspec.Meta(max_length=300)] = ""
    tls_key: Annotated[str, msgspec.Meta(max_length=300)] = ""
