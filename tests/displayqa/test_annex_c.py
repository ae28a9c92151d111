"""FIT and LUM of PS3.14 annex C, against polynomials fitted by numpy."""

import numpy as np
import pytest

from appliance.displayqa.conformance import conformance
from tests.displayqa.monitors import gamma_monitor, gsdf_monitor, random_monitor


def fitted(jnds: tuple[float, ...]) -> tuple[int, float]:
    """Order of least variance, and the root mean square about the mean, by numpy."""
    at = np.arange(len(jnds))
    variances = []
    for order in range(4):
        left = np.asarray(jnds) - np.polyval(np.polyfit(at, jnds, order), at)
        variances.append(float(left @ left) / (len(jnds) - order - 1))
    return int(np.argmin(variances)), float(np.std(jnds))


def test_numpy_fits_the_same() -> None:
    for seed in range(60):
        of = conformance(random_monitor(seed).observed_cd_m2)
        order, lum_jnd = fitted(of.jnds)
        assert of.fit_order == order
        assert of.lum_jnd == pytest.approx(lum_jnd)


def test_a_display_along_the_gsdf_has_equal_steps() -> None:
    of = conformance(gsdf_monitor(1, 350))
    assert of.mean_jnds == pytest.approx(34.2, abs=0.4)  # wide steps lose a little
    assert of.lum_jnd < 0.2


def test_noise_is_best_fitted_by_the_horizontal_line_and_a_gamma_is_not() -> None:
    noisy = [each * (1 + 0.004 * (-1) ** at) for at, each in enumerate(gsdf_monitor(1, 350))]
    assert conformance(noisy).fit_order == 0
    steep = conformance(gamma_monitor(1, 350, 2.2))
    assert steep.fit_order > 0
    assert steep.lum_jnd > 5


@pytest.mark.parametrize("luminances", [[1.0, 2.0, 3.0, 4.0, 5.0], [0.01] * 18])
def test_too_few_levels_and_too_dark_ones_are_refused(luminances: list[float]) -> None:
    with pytest.raises(ValueError, match=r"too few|outside"):
        conformance(luminances)
