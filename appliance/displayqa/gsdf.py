"""The grayscale standard display function (DICOM PS3.14 section 7): luminance and JND index.

Both directions are the formulas of the standard, in double precision. The table of its annex B was
made before the coefficients were rounded: at the upper end the formula is 1.9e-5 of the luminance
below it. One direction after the other comes back within 0.1 JND.
"""

from math import log, log10

LEAST_CD_M2, GREATEST_CD_M2 = 0.05, 4000.0
"""The luminances that the function is defined for, both included."""
LEAST_JND, GREATEST_JND = 1.0, 1024.0
"""Formula 7-2 gives 1023.16 at the greatest luminance, so a little more than 1023 is allowed."""

_NUMERATOR = (-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3)
_DENOMINATOR = (
    *(1.0, -2.5840191e-2, -1.0320229e-1),
    *(2.8745620e-2, -3.1978977e-3, 1.2992634e-4),
)
_INVERSE = (
    *(71.498068, 94.593053, 41.912053, 9.8247004, 0.28175407),
    *(-1.1878455, -0.18014349, 0.14710899, -0.017046845),
)


def luminance_cd_m2(jnd: float) -> float:
    """Luminance in cd/m2 at the JND index ``jnd`` (PS3.14 equation 7-1).

    Raises ValueError outside 1 to 1024.
    """
    if not LEAST_JND <= jnd <= GREATEST_JND:
        raise ValueError(f"no JND index: {jnd}")
    x = log(jnd)
    exponent: float = 10.0 ** (_polynomial(_NUMERATOR, x) / _polynomial(_DENOMINATOR, x))
    return exponent


def jnd_index(luminance_cd_m2: float) -> float:
    """JND index at a luminance in cd/m2 (PS3.14 equation 7-2).

    Raises ValueError outside 0.05 to 4000 cd/m2.
    """
    if not is_defined(luminance_cd_m2):
        raise ValueError(f"outside the GSDF: {luminance_cd_m2} cd/m2")
    return _polynomial(_INVERSE, log10(luminance_cd_m2))


def is_defined(luminance_cd_m2: float) -> bool:
    """Whether the function is defined for a luminance in cd/m2."""
    return LEAST_CD_M2 <= luminance_cd_m2 <= GREATEST_CD_M2


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    """Of rising powers, by Horner's rule."""
    value = 0.0
    for each in reversed(coefficients):
        value = value * x + each
    return value
