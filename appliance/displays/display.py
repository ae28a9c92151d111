"""A display of a workstation, as the site entered it."""

import re
from dataclasses import dataclass
from decimal import Decimal

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """One panel that images are read from.

    Attributes:
        name: Unique at the site; small letters, digits and dashes.
        workstation: Name of the workstation that it belongs to, of the same form.
        position: Where it stands among the workstation's displays, such as ``left``.
        room: Where the workstation stands.
        use: What is read from it, in the site's words.
        ruleset: Name of the ruleset that it is judged by, so its grade.
        width_px, height_px: Native size as it stands, portrait or landscape; ``bits`` its depth.
        target_cd_m2: Luminance that it was calibrated to; None: not known.
        reflection_cd_m2_lx: Diffuse reflection coefficient Rd; None: not known.
        constancy_days: Days from one constancy test to the next.

    Raises ValueError for a name of another form, and for a size or an interval that cannot be.
    """

    name: str
    workstation: str
    ruleset: str
    width_px: int
    height_px: int
    bits: int = 8
    position: str = ""
    room: str = ""
    make: str = ""
    model: str = ""
    serial_number: str = ""
    use: str = ""
    size_inch: Decimal | None = None
    is_monochrome: bool = False
    target_cd_m2: Decimal | None = None
    reflection_cd_m2_lx: Decimal | None = None
    constancy_days: int = 182

    @property
    def panel(self) -> tuple[str, str, str]:
        """What tells this panel from another one that took its place and its name."""
        return self.make, self.model, self.serial_number

    def __post_init__(self) -> None:
        for name in (self.name, self.workstation):
            if not NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name: small letters, digits and dashes")
        if min(self.width_px, self.height_px) < 1:
            raise ValueError(f"no panel is {self.width_px} x {self.height_px}")
        if self.constancy_days < 1:
            raise ValueError("an interval of less than a day")
