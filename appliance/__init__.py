"""An edge appliance beside an old CT: dose screens in, conforming Radiation Dose SRs out.

**Knows:** its own version.
**Does not know:** anything else; every package below knows one noun of the standard.
"""

import os
from importlib.metadata import version

__version__ = version("dose-appliance")
"""The installed distribution's version; it is written into every report as Software Versions."""

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices are small: more threads only wait
