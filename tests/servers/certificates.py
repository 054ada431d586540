"""Throw-away certificates for servers on loopback."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """A certificate authority that nobody but its own clients trusts."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def client(self) -> ssl.SSLContext:
        """Return what trusts this authority and no other."""
        context = ssl.create_default_context()
        context.load_verify_locations(cadata=_pem(self.certificate).decode())
        return context

    def file(self) -> Path:
        """Return a file with this authority's certificate."""
        file = self.folder / "authority.pem"
        file.write_bytes(_pem(self.certificate))
        return file

    def server(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """Return what presents a certificate for ``names``."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server_file(*names, expired=expired))
        return context

    def server_file(self, *names: str, expired: bool = False) -> Path:
        """Return a file with a certificate for ``names`` and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        shift = timedelta(days=-60 if expired else 0)
        certificate = (
            _builder(names[0], self.certificate.subject, key.public_key(), shift)
            .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), False)
            .sign(self.key, hashes.SHA256())
        )
        file = self.folder / f"server-{certificate.serial_number}.pem"
        file.write_bytes(_pem(certificate) + _private(key))
        return file


def make_authority(folder: Path) -> Authority:
    """Return a new authority that keeps its servers' keys in ``folder``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Made-up authority")])
    certificate = (
        _builder("Made-up authority", name, key.public_key(), timedelta(0))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    return Authority(folder=folder, key=key, certificate=certificate)


def _builder(
    common_name: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, shift: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC) + shift
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=10))
    )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
