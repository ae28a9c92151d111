"""Passwords, tokens and keys that must stay in their files, while every service runs and fails.

The servers repeat what they were told, the files of some keys are broken, and whatever the box
writes, prints or starts is searched for every secret in every form that it could have.
"""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

import pytest

from tests.destinations.archives import LOOPBACK, a_free_port, wait_until
from tests.destinations.authority import Authority
from tests.destinations.file_servers import USER, SftpServer, fingerprint
from tests.destinations.scripted_ftps import ScriptedFtps
from tests.destinations.web_servers import Question, Reply, ScriptedWeb
from tests.pipeline.plant import SERVICES, MakePlant, Plant
from tests.pipeline.studies import a_ge_study

SERVED = (*SERVICES, "clerk", "keeper")
PASSWORDS = {
    "stow": "Kanarie-im-Netz 81",
    "fhir": "tok.en-Kanarie/82+==",
    "ftps": "Kanarie&Transfer%83",
    "sftp": "Kanarie(Shell)84",
}
KEY = bytes(range(200, 232))
"""The site's key, 32 bytes."""
BROKEN = "KanarieSchluesselMaterial85"
QUICK = "retry_first_s = 0.2\nretry_max_s = 0.5\nconnection_timeout_s = 2\ntimeout_s = 5\n"


def forms(secret: bytes) -> Iterator[bytes]:
    """How it could stand in a text."""
    text = secret.decode("latin-1")
    yield from (secret, secret.hex().encode(), secret.hex().upper().encode())
    yield from (
        quote(text, safe="").encode(),
        json.dumps(text)[1:-1].encode(),
        repr(text)[1:-1].encode(),
    )
    yield from (
        repr(secret)[2:-1].encode(),
        base64.b64encode(secret),
        base64.urlsafe_b64encode(secret),
    )
    for user in ("box", USER):
        yield base64.b64encode(f"{user}:{text}".encode("latin-1"))
    yield base64.b32encode(secret)


class Secrets:
    """Files with secrets in them, and an ear for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.kept: dict[str, bytes] = {name: text.encode() for name, text in PASSWORDS.items()}
        for name, text in PASSWORDS.items():
            self.file(name, f"{text}\n")
        self.kept |= {"site key": KEY, "broken key": BROKEN.encode()}

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def key(self, name: str, path: Path) -> None:
        """A private key: each line of its file is a secret."""
        lines = [each for each in path.read_bytes().splitlines() if b"-----" not in each]
        self.kept |= {f"{name} {at}": line for at, line in enumerate(lines)}

    def heard(self, content: bytes) -> list[str]:
        return [
            name
            for name, secret in self.kept.items()
            if any(each in content for each in forms(secret))
        ]


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path / "secrets")


def test_the_ear_hears_every_form(secrets: Secrets) -> None:
    for name, secret in secrets.kept.items():
        for form in forms(secret):
            assert name in secrets.heard(b"a line with " + form + b" in it")
    assert secrets.heard(b"a line without") == []


def web_settings(kind: str, port: int, more: str) -> str:
    return (
        f'[[destination]]\nname = "{kind}"\nkind = "{kind}"\nhost = "{LOOPBACK}"\nport = {port}\n'
        f'{QUICK}send = ["reports"]\n[destination.{kind}]\n{more}'
    )


def settings(secrets: Secrets, ports: dict[str, int], authority: Authority, host_key: str) -> str:
    """Destinations that log in by each secret, or try to with a broken key."""
    client = authority.client()
    secrets.key("client", client.private_key)
    server = authority.both()
    secrets.key("box", server.private_key)
    broken = secrets.file("broken", _broken("PRIVATE KEY"))
    broken_ssh = secrets.file("broken-ssh", _broken("OPENSSH PRIVATE KEY"))
    basic = f'user = "box"\npassword_file = "{secrets.folder / "stow"}"\nauthorization = "basic"\n'
    bearer = f'token_file = "{secrets.folder / "fhir"}"\nauthorization = "bearer"\n'
    ftps = f'user = "box"\npassword_file = "{secrets.folder / "ftps"}"\n'
    tls = (
        f'ca_file = "{authority.certificate}"\ncertificate_file = "{client.certificate}"\n'
        f"private_key_file = "
    )
    sftp = f'user = "{USER}"\nhost_key = ["{host_key}"]\n'
    password = f'{sftp}password_file = "{secrets.folder / "sftp"}"\n'
    key = f'{sftp}private_key_file = "{broken_ssh}"\n'
    return "".join(
        (
            web_settings("stow", ports["stow"], basic),
            web_settings("fhir", ports["fhir"], f'patient_system = "urn:oid:1.2"\n{bearer}'),
            web_settings("ftps", ports["ftps"], ftps),
            f'[destination.tls]\n{tls}"{client.private_key}"\n',
            web_settings("sftp", ports["sftp"], password),
            web_settings("sftp", ports["sftp"], key).replace('"sftp"', '"sftp-key"', 1),
            web_settings("ftps", ports["ftps"], ftps).replace('"ftps"', '"ftps-key"', 1),
            f'[destination.tls]\n{tls}"{broken}"\n',
            '[[destination]]\nname = "out"\nkind = "folder"\ndeidentify = "registry"\n',
            f'[destination.folder]\npath = "{secrets.folder.parent / "out"}"\n',
            f'[receiver.tls]\nport = {ports["tls"]}\ncertificate_file = "{server.certificate}"\n',
            f'private_key_file = "{server.private_key}"\nclient_certificate = "none"\n',
            "[deidentification]\nkeep_table = true\n",
        )
    )


def _broken(name: str) -> str:
    body = base64.b64encode(BROKEN.encode() * 8).decode()
    return f"-----BEGIN {name}-----\n{BROKEN}\n{body}\n-----END {name}-----\n"


def echo(question: Question) -> Reply:
    """A server that quotes what it was told to say who asks."""
    said = question.headers.get("authorization", "")
    word = said.partition(" ")[2]
    plain = base64.b64decode(word, validate=False) if said.startswith("Basic") else word.encode()
    told = f"you are not {said}, {plain.decode('latin-1')}".encode("latin-1")
    headers = {"WWW-Authenticate": said, "X-Told": said}
    if question.path.startswith("/fhir"):
        issue = {"severity": "error", "code": "login", "diagnostics": told.decode("latin-1")}
        outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
        headers["Content-Type"] = "application/fhir+json"
        return Reply(422, json.dumps(outcome).encode(), headers)
    return Reply(401, told, headers)


@contextmanager
def servers(folder: Path, authority: Authority) -> Iterator[tuple[dict[str, int], str]]:
    """Servers that let nobody in and repeat what they were told; ports, and the SSH host key."""
    refusal = f"530 {PASSWORDS['ftps']} is not the password"
    ftps = ScriptedFtps(authority.server(), replies={"PASS": refusal})
    (folder / "ssh").mkdir()
    with ExitStack() as stack:
        web = [stack.enter_context(ScriptedWeb(otherwise=echo).running()) for _ in range(2)]
        ports = {"stow": web[0].port, "fhir": web[1].port}
        ports["ftps"] = stack.enter_context(ftps.running()).port
        shell = stack.enter_context(SftpServer(folder=folder / "ssh").running())
        ports |= {"sftp": shell.settings.port, "tls": a_free_port()}
        yield ports, fingerprint(folder / "ssh" / "host.pub")


class Watcher:
    """Notes with which arguments and environment the processes below this one run."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            for process in _below(os.getpid()):
                for name in ("cmdline", "environ"):
                    self.seen.add(_read(Path(f"/proc/{process}/{name}")))


def _below(process: int) -> Iterator[int]:
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, _read(children).split()):
            yield child
            yield from _below(child)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it has ended


TRIED = "SELECT count(DISTINCT destination) AS n FROM delivery WHERE attempts > 0"
COMMANDS = (
    ("status",), ("status", "--format", "json"), ("outbox", "list"), ("journal", "verify"),
    ("check",), ("storage", "show"), ("quarantine", "list"),
)  # fmt: skip


def everything_said(plant: Plant) -> bytes:
    """What the command line prints about it all."""
    names = [row["name"] for row in plant.rows("SELECT name FROM destination")]
    queues = [("outbox", "queue", name) for name in names]
    ran = [plant.command(*each) for each in (*COMMANDS, *queues)]
    return "\n".join(each.stdout + each.stderr for each in ran).encode()


def test_no_secret_is_written_printed_or_given_to_a_process(
    make_plant: MakePlant, secrets: Secrets, tmp_path: Path
) -> None:
    authority = Authority(tmp_path / "ca")
    with servers(tmp_path, authority) as (ports, host_key):
        plant = make_plant(settings=settings(secrets, ports, authority, host_key))
        plant.data_dir.mkdir(parents=True)
        (tmp_path / "out").mkdir()
        (plant.data_dir / "deidentify.key").write_bytes(KEY)
        with Watcher() as watcher:
            plant.start(*SERVED)
            plant.send(a_ge_study(1))
            wait_until(lambda: plant.rows(TRIED)[:1] == [{"n": 8}], 90)
            wait_until(lambda: len(list((tmp_path / "out").glob("*"))) == 1)
            said = everything_said(plant)
        plant.end()
    logs = "".join(map(plant.log, SERVED)).encode()
    assert secrets.heard(logs) == []
    assert secrets.heard(said) == []
    assert len(watcher.seen) > len(SERVED)
    assert secrets.heard(b"\n".join(watcher.seen)) == []
    files = [
        each
        for each in (*plant.folder.rglob("*"), *(tmp_path / "out").rglob("*"))
        if each.is_file()
    ]
    assert plant.ledger_file() in files
    leaks = {
        each.name: secrets.heard(each.read_bytes())
        for each in files
        if each.name != "deidentify.key"
    }
    assert {name: found for name, found in leaks.items() if found} == {}
