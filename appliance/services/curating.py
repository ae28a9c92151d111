"""What persons do with learnt atlases: bring one in, take a character back, acknowledge.

Each is signed; the change and its journal entry are durable together. What follows, reading again
what rested on it, is the recogniser's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.atlases import Atlases
from appliance.clock import Clock
from appliance.dosescreen.learning import LearntAtlas, Withdrawal, merge, withdraw
from appliance.dosescreen.learning.codec import shape_to_text
from appliance.errors import NotFoundError, RefusedError
from appliance.journal import Journal
from appliance.ledger import Ledger
from appliance.services.shelf import LedgerShelf


@dataclass(frozen=True, slots=True)
class Curating:
    """The learnt atlases of a box, in the hands of a person."""

    ledger: Ledger
    clock: Clock

    @property
    def shelf(self) -> LedgerShelf:
        """The atlases."""
        return LedgerShelf(self.ledger, self._atlases)

    def atlas(self, scanner: str) -> LearntAtlas:
        """One scanner's. Raises NotFoundError."""
        found = self.shelf.get(scanner)
        if found is None:
            raise NotFoundError(
                "nothing was learnt of this scanner", scanner, "`appliance atlas list` lists them"
            )
        return found

    def bring_in(self, atlas: LearntAtlas, source: str, person: str) -> LearntAtlas:
        """Add what another box learnt, with ``source`` as its provenance; what is held then."""
        with self.ledger.transaction():
            after = self.shelf.update(atlas.scanner, lambda own: merge(own, atlas, source))
            self._sign("atlas-imported", after, person, {"source": source})
        return after

    def withdraw(self, scanner: str, what: str, person: str, reason: str) -> LearntAtlas:
        """Take back a character, or the shape ``rise:columns:bits:levels``; what is held then.

        Raises NotFoundError for a scanner, RefusedError for what the atlas does not hold.
        """
        before = self.atlas(scanner)
        why = f"by hand: {reason}"  # who it was stands in the journal; files travel
        withdrawals = [
            Withdrawal(shape=shape, character=character, why=why, withdrawn_at=self.clock.wall())
            for shape, character in before.characters
            if what in (character, shape_to_text(shape))
        ]
        if not withdrawals:
            raise RefusedError(f"the atlas does not hold {what!r}", scanner)
        with self.ledger.transaction():
            after = self.shelf.update(before.scanner, lambda own: withdraw(own, withdrawals))
            self._sign("atlas-withdrawn", after, person, {"what": what, "reason": reason})
        return after

    def acknowledge(self, scanner: str, person: str) -> None:
        """Keep that a person knows what was withdrawn of a scanner. Raises NotFoundError."""
        atlas = self.atlas(scanner)
        with self.ledger.transaction():
            self._atlases.acknowledge(scanner, person)
            self._sign("atlas-acknowledged", atlas, person, {})

    @property
    def _atlases(self) -> Atlases:
        return Atlases(self.ledger, self.clock)

    def _sign(self, kind: str, atlas: LearntAtlas, person: str, body: Mapping[str, object]) -> None:
        if not person.strip() or not person.isprintable():
            raise RefusedError("the person is missing", remedy="a decision is signed: --by")
        signature = {
            "scanner": atlas.scanner.identifier,
            "version": atlas.version,
            "person": person.strip(),
        }
        Journal(self.ledger, self.clock).append(kind, signature | dict(body))
