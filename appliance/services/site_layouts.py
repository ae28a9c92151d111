"""The layouts a box reads with: those that are shipped, and those taught on site.

**Knows:** the folder of the site's layouts, what makes a file of it usable, and which of two
layouts of one name counts.
**Does not know:** how a screen is read with them, and how one is taught.
"""

import re
import tomllib
from pathlib import Path

from appliance.dosescreen.layout import Layout, layouts, parse_layout
from appliance.dosescreen.soundness import faults
from appliance.errors import ConfigurationError


def known_layouts(folder: Path) -> tuple[Layout, ...]:
    """The shipped layouts and those in ``folder``, by name; a folder that is not there has none.

    A site's layout takes the place of a shipped one of its name. Raises ConfigurationError for a
    file that is no sound layout, and for one that would replace a shipped layout without a higher
    version.
    """
    known = {layout.name: layout for layout in layouts()}
    for layout in site_layouts(folder):
        shipped = known.get(layout.name)
        if shipped is not None and layout.version <= shipped.version:
            what = f"version {layout.version} does not replace the shipped {shipped.identifier}"
            remedy = "remove it, or give it a higher version"
            raise ConfigurationError(what, str(folder / f"{layout.name}.toml"), remedy)
        known[layout.name] = layout
    return tuple(known[name] for name in sorted(known))


def site_layouts(folder: Path) -> tuple[Layout, ...]:
    """The layouts in ``folder`` alone. Raises ConfigurationError."""
    return tuple(_loaded(file) for file in sorted(folder.glob("*.toml")))


def _loaded(file: Path) -> Layout:
    try:
        layout = parse_layout(tomllib.loads(file.read_text("utf-8")))
    except KeyError as missing:
        raise ConfigurationError(f"there is no {missing.args[0]}", str(file)) from missing
    except (TypeError, ValueError, AttributeError, re.error) as fault:
        raise ConfigurationError(str(fault), str(file)) from fault
    for fault_found in faults(layout, file.stem):
        raise ConfigurationError(fault_found, str(file))
    return layout
