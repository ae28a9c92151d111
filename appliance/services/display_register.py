"""The register of displays as persons change it: each change is signed in the journal."""

from collections.abc import Mapping

from appliance.clock import Clock
from appliance.displayqa.ruleset import Ruleset
from appliance.displayqa.ruleset_text import one_of
from appliance.displays.display import Display
from appliance.displays.register import Entered, Register, as_json
from appliance.errors import NotFoundError
from appliance.journal import Journal
from appliance.ledger import Ledger


class SignedRegister(Register):
    """A register that knows the rulesets that there are, and tells the journal.

    A ruleset that there is not raises NotFoundError.
    """

    def __init__(self, ledger: Ledger, clock: Clock, rulesets: Mapping[str, Ruleset]) -> None:
        super().__init__(ledger, clock)
        self._signing, self._rulesets = ledger, rulesets
        self._journal = Journal(ledger, clock)

    def enter(self, display: Display, by: str) -> Entered:
        """See ``Register``."""
        self._must_be_there(display.ruleset)
        with self._signing.transaction():
            return self._signed("display-entered", super().enter(display, by))

    def change(self, display: Display, by: str) -> Entered:
        """See ``Register``."""
        self._must_be_there(display.ruleset)
        with self._signing.transaction():
            return self._signed("display-changed", super().change(display, by))

    def retire(self, name: str, by: str) -> Entered:
        """See ``Register``."""
        with self._signing.transaction():
            return self._signed("display-retired", super().retire(name, by))

    def _must_be_there(self, ruleset: str) -> None:
        if ruleset not in self._rulesets:
            remedy = one_of(ruleset, self._rulesets)
            raise NotFoundError(f"there is no ruleset {ruleset!r}", remedy=remedy)

    def _signed(self, kind: str, entered: Entered) -> Entered:
        content = as_json(entered.display) if entered.display else {}
        body = {"display": entered.name, "person": entered.by, "entry": entered.identifier}
        self._journal.append(kind, {**content, **body})
        return entered
