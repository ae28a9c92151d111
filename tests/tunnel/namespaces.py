"""A box and a registry in network namespaces: an outer network, and WireGuard through it."""

import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.config import Vpn
from tests.destinations.archives import wait_until

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 0x0003
OUTER_BOX, OUTER_FAR = "192.0.2.1", "192.0.2.2"
INNER_BOX, INNER_FAR = "10.77.0.1", "10.77.0.2"
WIREGUARD_PORT = 51820
_LIBC = ctypes.CDLL(None, use_errno=True)


def run(*command: str, stdin: str = "") -> str:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """This thread, and what it starts, in a network namespace."""
    with (
        Path("/proc/thread-self/ns/net").open() as here,
        Path(f"/run/netns/{namespace}").open() as ns,
    ):
        _enter(ns.fileno())
        try:
            yield
        finally:
            _enter(here.fileno())


def _enter(descriptor: int) -> None:
    if _LIBC.setns(descriptor, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@dataclass
class Sniffer:
    """Everything that crosses a network device, from the moment it is made."""

    device: str
    frames: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self._socket.bind((self.device, ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**24)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while frame := self._socket.recv(65536):
                self.frames.append(frame)

    def holds(self, text: bytes) -> bool:
        return any(text in frame for frame in self.frames)

    def tcp(self) -> list[bytes]:
        """Frames of TCP over IPv4 (EtherType 0x0800, protocol 6)."""
        return [frame for frame in self.frames if frame[12:14] == b"\x08\x00" and frame[23] == 6]

    def udp_to(self, port: int) -> list[bytes]:
        return [
            frame
            for frame in self.frames
            if frame[12:14] == b"\x08\x00"
            and frame[23] == 17
            and int.from_bytes(frame[36:38], "big") == port
        ]

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@dataclass
class Network:
    """Two namespaces, a veth pair between them, and both ends' WireGuard files."""

    folder: Path

    def __post_init__(self) -> None:
        tag = f"{os.getpid() % 100000}"
        self.box, self.far = f"box{tag}", f"far{tag}"
        self.device, self.outer, self._far_outer = f"wgb{tag}", f"vb{tag}", f"vf{tag}"
        self._far_device = f"wgf{tag}"
        keys = {name: run("wg", "genkey") for name in ("box", "far")}
        self.public = {name: run("wg", "pubkey", stdin=key) for name, key in keys.items()}
        self.box_file = self._file(
            self.device, keys["box"], INNER_BOX, "far", f"Endpoint = {OUTER_FAR}:{WIREGUARD_PORT}"
        )
        self._far_file = self._file(self._far_device, keys["far"], INNER_FAR, "box", "")

    def settings(self, **more: Any) -> Vpn:  # noqa: ANN401 - of a setting each
        """``[vpn]`` of the box."""
        return Vpn(
            **{"interface": self.device, "inner_address": INNER_FAR, "wg_quick": str(self.box_file)}
            | more
        )

    @contextmanager
    def running(self) -> Iterator["Network"]:
        for namespace in (self.box, self.far):
            run("ip", "netns", "add", namespace)
        try:
            self._lay()
            self.raise_far()
            yield self
        finally:
            self.lower_box()
            self.lower_far()
            for namespace in (self.box, self.far):
                run("ip", "netns", "del", namespace)

    def _lay(self) -> None:
        ends = (self.outer, "netns", self.box, "type", "veth", "peer", "name", self._far_outer)
        run("ip", "link", "add", *ends, "netns", self.far)
        for namespace, device, address in (
            (self.box, self.outer, OUTER_BOX),
            (self.far, self._far_outer, OUTER_FAR),
        ):
            run("ip", "-n", namespace, "address", "add", f"{address}/24", "dev", device)
            run("ip", "-n", namespace, "link", "set", "lo", "up")
            run("ip", "-n", namespace, "link", "set", device, "up")

    def _file(self, device: str, key: str, inner: str, peer: str, endpoint: str) -> Path:
        path = self.folder / f"{device}.conf"
        path.touch(0o600)
        path.write_text(
            f"[Interface]\nPrivateKey = {key}\nAddress = {inner}/24\n"
            f"ListenPort = {WIREGUARD_PORT}\n"
            f"[Peer]\nPublicKey = {self.public[peer]}\nAllowedIPs = 10.77.0.0/24\n{endpoint}\n"
        )
        return path

    def raise_box(self) -> None:
        run("ip", "netns", "exec", self.box, "wg-quick", "up", str(self.box_file))

    def lower_box(self) -> None:
        self._lower(self.box, self.box_file)

    def raise_far(self) -> None:
        run("ip", "netns", "exec", self.far, "wg-quick", "up", str(self._far_file))
        wait_until(lambda: self.has(self.far, self._far_device))

    def lower_far(self) -> None:
        self._lower(self.far, self._far_file)

    def lead_outside(self) -> None:
        """Let the outer network, too, lead to the registry's inner address."""
        run("ip", "-n", self.far, "address", "add", f"{INNER_FAR}/32", "dev", "lo")
        run("ip", "-n", self.box, "route", "add", f"{INNER_FAR}/32", "via", OUTER_FAR)

    def lead_inside_only(self) -> None:
        run("ip", "-n", self.far, "address", "del", f"{INNER_FAR}/32", "dev", "lo")
        run("ip", "-n", self.box, "route", "del", f"{INNER_FAR}/32", "via", OUTER_FAR)

    def has(self, namespace: str, device: str) -> bool:
        with inside(namespace):
            return device in {name for _, name in socket.if_nameindex()}

    def _lower(self, namespace: str, file: Path) -> None:
        if self.has(namespace, file.stem):
            run("ip", "netns", "exec", namespace, "wg-quick", "down", str(file))
