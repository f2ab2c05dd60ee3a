"""A TLS front for a PostgreSQL server without TLS, with generated certificates."""

import datetime
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)
_HANDSHAKE = 0x16
_DAY = datetime.timedelta(days=1)
# Python's strict RFC 5280 checks require this extension of an authority.
_SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=False,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """A certificate authority. `roots` is the file with its certificate."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        own = (
            self._builder(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
            .add_extension(_SIGNS_CERTIFICATES, True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), False)
        )
        self.roots = folder / f"{name}.pem"
        self.roots.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certificate(self, host: str) -> Path:
        """Return a file with a certificate for `host`, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        unsigned = self._builder(subject, key).add_extension(names, False).add_extension(issuer, False)
        made = unsigned.sign(self._key, hashes.SHA256())
        file = self._folder / f"{host}-{made.serial_number}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        return file

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder(self._name, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + _DAY)
        )


class Door:
    """Listens on loopback for the server behind it.

    `knocks` records how each client began: with a TLS handshake, or with PostgreSQL's SSLRequest. `told` collects the
    bytes that clients sent after that.
    """

    def __init__(self, behind: int, certificate: Path | None) -> None:
        self._behind = behind
        self._context = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
            self._context.set_alpn_protocols(["postgresql"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.knocks: list[str] = []
        self.told = bytearray()

    def run(self) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                client, _ = self._listener.accept()
                client.settimeout(10)
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client:  # a client that does not like what it sees hangs up
            direct = client.recv(1, socket.MSG_PEEK) == bytes([_HANDSHAKE])
            self.knocks.append("handshake" if direct else "question")
            if not direct:
                assert client.recv(len(_SSL_REQUEST)) == _SSL_REQUEST
                client.sendall(b"N" if self._context is None else b"S")
            if self._context is None:
                self.told += client.recv(65_536)
                return
            with (
                self._context.wrap_socket(client, server_side=True) as inside,
                socket.create_connection(("127.0.0.1", self._behind), timeout=10) as server,
            ):
                self._pass_on(inside, server)

    def _pass_on(self, inside: ssl.SSLSocket, server: socket.socket) -> None:
        while True:
            ready = [inside] if inside.pending() else select.select([inside, server], [], [], 10)[0]
            for source in ready:
                data = source.recv(65_536)
                if not data:
                    return
                if source is inside:
                    self.told += data
                (server if source is inside else inside).sendall(data)


@contextmanager
def door(behind: int, certificate: Path | None) -> Iterator[Door]:
    """Open a front for the server at the port `behind`. Without a certificate it refuses TLS."""
    opened = Door(behind, certificate)
    thread = threading.Thread(target=opened.run, daemon=True)
    thread.start()
    try:
        yield opened
    finally:
        opened.close()
        thread.join(10)
