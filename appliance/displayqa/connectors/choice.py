"""Which connector and mode: what a person named, or what there is no doubt of."""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.displayqa.connectors.card import Card, Connector
from appliance.displayqa.connectors.edid import Identity, identity
from appliance.displayqa.connectors.hindrance import Hindrance, NoPictureError, hindered
from appliance.displayqa.connectors.mode import Mode, native, of_size
from appliance.displayqa.connectors.neutral import DEPTH, FULL_RANGE
from appliance.displayqa.connectors.pixels import PixelFormat
from appliance.displayqa.connectors.request import OBJECT_CONNECTOR


@dataclass(frozen=True, slots=True)
class Choice:
    """A connector of a card, and the mode that is set."""

    card: Card
    connector: Connector
    mode: Mode

    @property
    def where(self) -> str:
        """As the kernel names it: ``card0-HDMI-A-1``."""
        return f"{self.card.name}-{self.connector.name}"

    @property
    def is_native(self) -> bool:
        """Whether the panel says that this size is its own."""
        own = native(self.connector.modes)
        return own is not None and own.size_px == self.mode.size_px


def chosen(
    cards: Sequence[Card], name: str | None = None, size_px: tuple[int, int] | None = None
) -> Choice:
    """The connector called ``name`` or the only one with a panel, in its native mode.

    ``size_px`` is the mode's where the panel does not say. Raises NoPictureError.
    """
    card, connector = _connector(cards, name)
    modes = connector.modes
    mode = native(modes) if size_px is None else of_size(modes, size_px)
    if mode is None:
        hindrance = Hindrance.NO_NATIVE_MODE if size_px is None else Hindrance.NO_SUCH_MODE
        known = ", ".join(dict.fromkeys(f"{each.width_px}x{each.height_px}" for each in modes))
        raise NoPictureError.of(hindrance, known, connector.name)
    return Choice(card, connector, mode)


def panel_of(card: Card, connector: Connector) -> Identity | None:
    """Who the panel says that it is. Raises OSError."""
    return identity(card.edid(connector.number))


def is_range_settable(card: Card, connector: Connector) -> bool:
    """Whether full range can be forced. Raises OSError."""
    found = card.properties(OBJECT_CONNECTOR, connector.number).get(FULL_RANGE)
    return found is not None and found.number_for("Full") is not None


def depths(card: Card, connector: Connector) -> tuple[int, ...]:
    """In bits, of the levels that card, connector and panel say they take. Raises OSError.

    8 always; more only if all three say so, for the kernel does not tell what it sends at last.
    """
    crtc = card.crtc_for(connector)
    plane = None if crtc is None else card.plane_of(crtc)
    limit = card.properties(OBJECT_CONNECTOR, connector.number).get(DEPTH)
    panel = panel_of(card, connector)
    return tuple(
        form.bits
        for form in PixelFormat
        if form is PixelFormat.XRGB8888
        or (
            plane is not None
            and form.code in plane.formats
            and limit is not None
            and limit.number_for(form.bits) is not None
            and panel is not None
            and (panel.bits or 0) >= form.bits
        )
    )


def _connector(cards: Sequence[Card], name: str | None) -> tuple[Card, Connector]:
    every = []
    for card in cards:
        with hindered(card.name):
            every += [(card, each) for each in card.connectors()]
    known = ", ".join(f"{card.name}-{each.name}" for card, each in every)
    named = [
        (card, each)
        for card, each in every
        if name in {None, each.name, f"{card.name}-{each.name}"}
    ]
    if not named:
        hindrance = Hindrance.NO_SUCH_CONNECTOR if name else Hindrance.NOTHING_CONNECTED
        raise NoPictureError.of(hindrance, known, name or "")
    lit = [(card, each) for card, each in named if each.is_connected]
    if not lit:
        raise NoPictureError.of(Hindrance.NOTHING_CONNECTED, where=name or known)
    if len(lit) > 1:
        several = ", ".join(f"{card.name}-{each.name}" for card, each in lit)
        raise NoPictureError.of(Hindrance.SEVERAL, several)
    return lit[0]
