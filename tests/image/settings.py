"""Settings of a running box, changed until its next start, for a test that need not restart it."""

from tests.image.virtual_machine import VirtualMachine

FILE = "/run/dose-appliance/appliance.toml"
"""Made at every start, with every setting there is."""


def set_until_next_start(machine: VirtualMachine, table: str, **values: str) -> None:
    """``values`` as TOML writes them; whoever reads them has to be started again."""
    words = [
        f"-e '/^\\[{table}\\]/,/^\\[/ s|^{key} = .*|{key} = {value}|'"
        for key, value in values.items()
    ]
    machine.told(f"sed -i {' '.join(words)} {FILE}")
    for key, value in values.items():
        machine.told(f"grep -qxF '{key} = {value}' {FILE}")
