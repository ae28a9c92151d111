"""A panel at the box's own connector that shows what it is given, and nothing else does."""

from types import TracebackType
from typing import Self

from appliance.displayqa.connectors.buffer import Buffer
from appliance.displayqa.connectors.choice import Choice, depths
from appliance.displayqa.connectors.edid import Identity, identity
from appliance.displayqa.connectors.hindrance import Hindrance, NoPictureError, hindered
from appliance.displayqa.connectors.neutral import FULL_RANGE, neutralised
from appliance.displayqa.connectors.pixels import format_of, packed, placed
from appliance.displayqa.connectors.request import OBJECT_CONNECTOR, SET_MASTER, Crtc
from appliance.displayqa.patterns import Panel, Raster

LINK, GOOD = "link-status", 0
HALF_TURN = 2


class BarePanel:
    """The panel, held until it is closed. Every method raises NoPictureError.

    ``panel`` is its size as it stands and the depth of its levels, ``settings`` is what was set so
    that levels reach it as they are.
    """

    def __init__(self, choice: Choice, bits: int = 8, quarter_turns: int = 0) -> None:
        """``quarter_turns``: it stands turned clockwise by so many.

        Raises NoPictureError also for a depth that it does not take, ValueError for a size that no
        pattern can be drawn at.
        """
        self._choice, self._turns = choice, quarter_turns % 4
        width, height = choice.mode.size_px
        is_upright = self._turns % HALF_TURN
        self.panel = Panel(height, width, bits) if is_upright else Panel(width, height, bits)
        self._buffers: list[Buffer] = []
        self._shown: Buffer | None = None
        with hindered(choice.where):
            self._seize(bits)

    @property
    def identity(self) -> Identity | None:
        """Who the panel says that it is: to be compared with the display that is to be tested."""
        return identity(self._edid)

    @property
    def is_full_range_forced(self) -> bool:
        """Whether the connector could be told to send every level."""
        return any(each.startswith(FULL_RANGE) for each in self.settings)

    def show(self, raster: Raster) -> None:
        """Levels of ``panel``; returns when they are on their way to it.

        The picture before it stays until then: what is shown is never half of each. Raises
        ValueError for what is not drawn for the panel.
        """
        words = placed(packed(raster, self.panel), self._turns)
        choice = self._choice
        with hindered(choice.where):
            buffer = self._spare()
            buffer.write(words)
            choice.card.light(self._crtc, choice.connector.number, choice.mode, buffer.framebuffer)
        self._shown = buffer
        self.confirm()

    def confirm(self) -> None:
        """Nothing if what was shown last is still shown, as far as the kernel knows."""
        choice = self._choice
        with hindered(choice.where):
            is_connected = choice.card.connector(choice.connector.number).is_connected
            edid = choice.card.edid(choice.connector.number)
            link = self._link()
            state = choice.card.crtc(self._crtc)
        if not is_connected or link != GOOD:
            raise NoPictureError.of(Hindrance.UNPLUGGED, where=choice.where)
        if edid != self._edid:
            raise NoPictureError.of(Hindrance.OTHER_PANEL, where=choice.where)
        if self._shown is not None and not self._is_ours(state, self._shown):
            raise NoPictureError.of(Hindrance.TAKEN, where=choice.where)

    def close(self) -> None:
        """Let go of the panel and its card; the box's own screen comes back."""
        self._choice.card.device.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _failure: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def _seize(self, bits: int) -> None:
        """Own the card, stop what is shown, and set what would change levels."""
        card, connector = self._choice.card, self._choice.connector
        if bits not in depths(card, connector):
            raise NoPictureError.of(Hindrance.NO_SUCH_DEPTH, f"{bits} bits", self._choice.where)
        crtc = card.crtc_for(connector)
        if crtc is None:
            raise NoPictureError.of(Hindrance.REFUSED, "no scan-out is free", self._choice.where)
        card.device.ask(SET_MASTER)
        self._crtc, self._edid = crtc, card.edid(connector.number)
        card.darken(crtc)
        plane = card.plane_of(crtc)
        objects = {"connector": connector.number, "crtc": crtc}
        if plane is not None:
            objects["plane"] = plane.number
        self.settings = neutralised(card, objects, bits)

    def _spare(self) -> Buffer:
        """One that is not shown: the picture is changed as a whole."""
        for each in self._buffers:
            if each is not self._shown:
                return each
        width, height = self._choice.mode.size_px
        form = format_of(self.panel.bits)
        self._buffers.append(Buffer(self._choice.card.device, width, height, form))
        return self._buffers[-1]

    def _link(self) -> int:
        connector = self._choice.connector.number
        found = self._choice.card.properties(OBJECT_CONNECTOR, connector).get(LINK)
        return GOOD if found is None else found.value

    def _is_ours(self, state: Crtc, shown: Buffer) -> bool:
        size = state.mode.hdisplay, state.mode.vdisplay
        return (
            bool(state.mode_valid)
            and state.fb_id == shown.framebuffer
            and size == self._choice.mode.size_px
        )
