"""Exports for a destination of kind ``medium``, batch by batch, until nothing waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance import config, log
from appliance.alarms import AlarmCode
from appliance.config import Configuration
from appliance.destinations import Consignment, Refused
from appliance.media.envelope import recipient
from appliance.media.fault import Failed, Fault
from appliance.media.medium import CLUSTER_BYTES, Taken
from appliance.outbox import Delivery, Outgoing
from appliance.services.courier import reports_sent
from appliance.services.handing import REGISTRY, Handing, Load
from appliance.services.preparation import Preparation
from appliance.services.staging import stage

LEASE_S = 3 * 3600.0
"""Longer than the largest batch takes on the slowest stick."""
MOST_OBJECTS = 200
"""In a folder, where the destination names no number; the directory takes time by its square."""
MOST_BYTES = 512 << 20
OVERHEAD_BYTES = 4 << 20
"""Directory, pages and README of a batch, at most."""
MIB = 1 << 20
NOT_LISTED = "No DICOMDIR can hold the object. このオブジェクトは DICOMDIR に登録できません。"

Item = tuple[Outgoing, Delivery | None]


@dataclass(slots=True)
class Tally:
    """How an export went.

    Attributes:
        exported: Objects that are on the medium, read back.
        refused: Objects that may not leave; why is kept beside their deliveries.
        folders: Where they are.
        waiting: Objects that still wait for a medium.
        failed: Why the export ended early.
    """

    exported: int = 0
    refused: int = 0
    folders: list[Path] = field(default_factory=list)
    waiting: int = 0
    failed: Failed | None = None


class Exporting:
    """One destination's exports to one medium. Raises ConfigurationError for its certificate."""

    def __init__(
        self,
        configuration: Configuration,
        settings: config.Destination,
        preparation: Preparation,
        handing: Handing,
    ) -> None:
        name = settings.medium.certificate_file
        self._certificate = configuration.data_dir / name if name else None
        self._recipient = recipient(self._certificate) if self._certificate else ""
        self._settings = settings
        self._preparation = preparation
        self._handing = handing
        self._most_objects = settings.most_per_session or MOST_OBJECTS
        self._most_bytes = int(settings.session_mib * MIB) or MOST_BYTES
        self._tally = Tally()

    def what_waits(self, most_batches: int = 0) -> Tally:
        """Export what waits for the destination; ``most_batches`` 0: until nothing does.

        Nobody else may export: what an export that died had leased is taken back first, unless it
        is whole on this medium.
        """
        tally, outbox, name = self._tally, self._handing.outbox, self._settings.name
        outbox.plan([name], reports_sent(self._settings))
        for folder, objects in self._handing.found_whole(name).items():
            tally.exported += objects
            tally.folders.append(folder)
            log.info("export_found_whole", destination=name, objects=objects)
        outbox.take_back(name)
        batches = 0
        while tally.failed is None and (not most_batches or batches < most_batches):
            leased = outbox.lease_together(name, LEASE_S, self._most_objects)
            if not leased:
                break
            self._batch([(each.outgoing, each) for each in leased])
            batches += 1
        return self._told()

    def again(self, objects: Sequence[Outgoing], most_batches: int = 0) -> Tally:
        """Export ``objects``, whether the destination has them or not; its queue stays."""
        rest: list[Item] = [(each, None) for each in objects]
        batches = 0
        while rest and self._tally.failed is None:
            if most_batches and batches == most_batches:
                break
            rest = rest[self._batch(rest[: self._most_objects]) :]
            batches += 1
        return self._told(len(rest))

    def _batch(self, items: Sequence[Item]) -> int:
        """Export as many as fit into one folder; how many were dealt with."""
        with self._handing.aside() as aside:
            load, dealt_with = self._load(aside, items)
            if load.files and not self._hand(aside, load):
                return 0
        return dealt_with

    def _load(self, aside: Path, items: Sequence[Item]) -> tuple[Load, int]:
        deliveries: list[Delivery] = []
        files: list[Path] = []
        room, limit = self._room(), self._most_bytes
        for at, (outgoing, delivery) in enumerate(items):
            match self._preparation.prepared(outgoing):
                case Refused() as refused:
                    self._refuse(delivery, refused)
                case Consignment(content=content):
                    size = len(content) + CLUSTER_BYTES
                    if size > room or (files and size > limit):
                        self._leave(items[at:], is_full=size > room and not files)
                        return Load(REGISTRY, self._settings.name, deliveries, files), at
                    room, limit = room - size, limit - size
                    files.append(aside / f"{at:06d}")
                    files[-1].write_bytes(content)
                    deliveries += [delivery] if delivery else []
        return Load(REGISTRY, self._settings.name, deliveries, files), len(items)

    def _refuse(self, delivery: Delivery | None, refused: Refused) -> None:
        self._tally.refused += 1
        if delivery is not None:
            self._handing.outbox.refused(delivery, refused.text)
            log.error("export_refused", delivery=delivery.id, cause=refused.cause)

    def _leave(self, items: Sequence[Item], *, is_full: bool) -> None:
        self._handing.put_back([delivery for _, delivery in items if delivery])
        if is_full:
            self._tally.failed = Failed(Fault.FULL)

    def _room(self) -> int:
        try:
            return self._handing.carrier.target.free_bytes() - OVERHEAD_BYTES
        except OSError:
            return MOST_BYTES  # the medium says what is wrong when it is written to

    def _hand(self, aside: Path, load: Load) -> bool:
        """False when the same objects have to come once more, one by one."""
        notice = self._handing.notice(
            REGISTRY, len(load.files), self._settings.deidentify, self._recipient
        )
        pages = self._settings.medium.pages
        try:
            staged = stage(
                aside, load.files, notice, with_pages=pages, certificate=self._certificate
            )
        except ValueError:
            return self._one_by_one(load)
        match self._handing.hand(staged, load):
            case Failed() as failed:
                self._tally.failed = failed
            case Taken(folder=folder):
                self._tally.exported += len(load.files)
                self._tally.folders.append(folder)
        return True

    def _one_by_one(self, load: Load) -> bool:
        """No directory can hold one of the objects: find it, and have it wait for a person."""
        self._most_objects = 1
        if len(load.files) > 1:
            self._handing.put_back(load.deliveries)
            return False
        self._tally.refused += 1
        for delivery in load.deliveries:
            self._handing.outbox.refused(delivery, NOT_LISTED)
            log.error("export_refused", delivery=delivery.id, cause="not-listed")
        return True

    def _told(self, rest: int = 0) -> Tally:
        tally, name = self._tally, self._settings.name
        queues = [each for each in self._handing.outbox.backlog() if each.destination == name]
        tally.waiting = rest + sum(each.waiting for each in queues)
        told = {
            "destination": name,
            "medium": self._handing.carrier.name,
            "objects": tally.exported,
        }
        self._tell_refused(name)
        if tally.failed is None:
            self._handing.alarms.clear(AlarmCode.MEDIUM_FAILED, name)
            log.info("export_ended", **told, refused=tally.refused, waiting=tally.waiting)
        else:
            self._handing.alarms.raise_(AlarmCode.MEDIUM_FAILED, name, tally.failed.text)
            log.error("export_failed", **told, fault=tally.failed.fault, waiting=tally.waiting)
        return tally

    def _tell_refused(self, name: str) -> None:
        refused = self._handing.outbox.refused_count(name)
        if refused:
            self._handing.alarms.raise_(AlarmCode.DELIVERY_REFUSED, name, f"objects: {refused}")
        else:
            self._handing.alarms.clear(AlarmCode.DELIVERY_REFUSED, name)
