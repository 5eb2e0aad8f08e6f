"""The hall's own certificate authority, and what it signs. The home of ``cryptography`` here; no files.

EC P-256 throughout (RFC 5480): small, and quick on a Pi Zero. Profiles after RFC 5280: the authority signs nothing but
ends of connections (path length 0), a device's certificate is for clients alone, only ``server`` answers as a server.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from broker.model.hall_machines import SERVER

CA_LIVES = timedelta(days=20 * 365)
DEVICE_LIVES = timedelta(days=730)
BEFORE = timedelta(days=1)
"""A certificate is good from a day ago, for a computer whose clock is behind."""
_CURVE = ec.SECP256R1()
_HASH = hashes.SHA256()


class NotSigned(ValueError):
    """A request to be signed is not what it must be; the text says why."""


@dataclass(frozen=True)
class Paper:
    """What is public of a certificate. ``serial`` is a hexadecimal text, ``ends`` in UTC."""

    name: str
    serial: str
    ends: datetime


def new_key() -> bytes:
    """A private key in PEM (PKCS #8), without a passphrase."""
    return ec.generate_private_key(_CURVE).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def new_authority(hall: str, key: bytes, now: datetime) -> bytes:
    """The certificate of the hall's authority, which it signs itself."""
    private = _private(key)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Jiaohao"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{hall} hall-ca"),
        ]
    )
    made = _builder(name, name, private.public_key(), now, CA_LIVES)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(_usage(signs=True), critical=True)
    return made.sign(private, _HASH).public_bytes(serialization.Encoding.PEM)


def issue(ca_key: bytes, ca: bytes, name: str, key: bytes, now: datetime, hosts: Iterable[str] = ()) -> bytes:
    """A certificate of ``name`` for the key; ``hosts`` are addresses and names at which ``server`` is reached."""
    return _issued(ca_key, ca, name, _private(key).public_key(), now, hosts)


def request(name: str, key: bytes) -> bytes:
    """A signing request (PKCS #10, RFC 2986) in PEM: whoever made it holds the key, which does not leave its device."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(_private(key), _HASH)
    return made.public_bytes(serialization.Encoding.PEM)


def sign_request(ca_key: bytes, ca: bytes, asked: bytes, name: str, now: datetime) -> bytes:
    """The certificate that a request gets under ``name``, whatever it calls itself and asks for besides. NotSigned."""
    return _issued(ca_key, ca, name, check_request(asked), now, ())


def check_request(asked: bytes) -> ec.EllipticCurvePublicKey:
    """The public key of a request. NotSigned: it is no request, of another kind of key, or not signed by that key."""
    try:
        found = x509.load_pem_x509_csr(asked)
        public = found.public_key()
        signed = found.is_signature_valid
    except (ValueError, TypeError) as error:
        raise NotSigned("is no signing request in PEM") from error
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != _CURVE.name:
        raise NotSigned("its key is not of the curve P-256")
    if not signed:
        raise NotSigned("is not signed by its own key")
    return public


def key_print(asked: bytes) -> bytes:
    """SHA-256 of the public key of a request (its SubjectPublicKeyInfo); NotSigned when it is no request."""
    try:
        public = x509.load_pem_x509_csr(asked).public_key()
    except (ValueError, TypeError) as error:
        raise NotSigned("is no signing request in PEM") from error
    return _digest(public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


def ca_print(ca: bytes) -> bytes:
    """SHA-256 of a certificate as it travels (DER): the fingerprint by which it is pinned."""
    return x509.load_pem_x509_certificate(ca).fingerprint(_HASH)


def belongs(certificate: bytes, key: bytes) -> bool:
    """Whether the certificate is for this key."""
    return x509.load_pem_x509_certificate(certificate).public_key() == _private(key).public_key()


def is_good(ca: bytes, certificate: bytes, key: bytes, name: str) -> bool:
    """Whether a certificate is of this authority, for this key and of this name; ValueError when it is none."""
    try:
        x509.load_pem_x509_certificate(certificate).verify_directly_issued_by(x509.load_pem_x509_certificate(ca))
    except (InvalidSignature, TypeError):
        return False
    return belongs(certificate, key) and read_paper(certificate).name == name


def hosts_of(certificate: bytes) -> tuple[str, ...]:
    """The addresses and names that a certificate is for, sorted."""
    try:
        names = x509.load_pem_x509_certificate(certificate).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except x509.ExtensionNotFound:
        return ()
    return tuple(sorted(str(each.value) for each in names.value))


def read_paper(certificate: bytes) -> Paper:
    """What is public of a certificate in PEM; ValueError when it is none."""
    found = x509.load_pem_x509_certificate(certificate)
    names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(names) != 1:
        raise ValueError("the certificate has not one name")
    return Paper(str(names[0].value), f"{found.serial_number:x}", found.not_valid_after_utc.astimezone(UTC))


def revocation_list(ca_key: bytes, ca: bytes, revoked: Sequence[tuple[str, datetime]], number: int) -> bytes:
    """The list (RFC 5280, 5) of revoked serials with the moment each was revoked, in PEM.

    It is good as long as the authority: OpenSSL takes an old list for a reason to refuse everybody, and a hall whose
    clerk forgot a command must not stand still.
    """
    authority = x509.load_pem_x509_certificate(ca)
    made = x509.CertificateRevocationListBuilder().issuer_name(authority.subject)
    made = made.last_update(authority.not_valid_before_utc).next_update(authority.not_valid_after_utc)
    made = made.add_extension(x509.CRLNumber(number), critical=False)
    for serial, moment in revoked:
        row = x509.RevokedCertificateBuilder().serial_number(int(serial, 16)).revocation_date(moment)
        made = made.add_revoked_certificate(row.build())
    return made.sign(_private(ca_key), _HASH).public_bytes(serialization.Encoding.PEM)


def same_list(ca: bytes, there: bytes, serials: Sequence[str]) -> bool:
    """Whether a list in PEM is this authority's and revokes exactly these."""
    try:
        found = x509.load_pem_x509_crl(there)
        ours = found.is_signature_valid(_public(x509.load_pem_x509_certificate(ca)))
    except (ValueError, TypeError):
        return False
    return ours and sorted(f"{row.serial_number:x}" for row in found) == sorted(serials)


def _issued(
    ca_key: bytes, ca: bytes, name: str, public: ec.EllipticCurvePublicKey, now: datetime, hosts: Iterable[str]
) -> bytes:
    authority = x509.load_pem_x509_certificate(ca)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = _builder(subject, authority.subject, public, now, DEVICE_LIVES)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(_usage(signs=False), critical=True)
    ends = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if name == SERVER else [])]
    made = made.add_extension(x509.ExtendedKeyUsage(ends), critical=False)
    made = made.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(_public(authority)),
        critical=False,
    )
    names = [_host(host) for host in dict.fromkeys(hosts)]
    if names:
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return made.sign(_private(ca_key), _HASH).public_bytes(serialization.Encoding.PEM)


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, lives: timedelta
) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - BEFORE).not_valid_after(now + lives)
    return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _private(key: bytes) -> ec.EllipticCurvePrivateKey:
    found = serialization.load_pem_private_key(key, None)
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise ValueError("the key is not of an elliptic curve")
    return found


def _public(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    found = certificate.public_key()
    if not isinstance(found, ec.EllipticCurvePublicKey):
        raise ValueError("the certificate's key is not of an elliptic curve")
    return found


def _digest(data: bytes) -> bytes:
    digest = hashes.Hash(_HASH)
    digest.update(data)
    return digest.finalize()
