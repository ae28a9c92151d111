"""Tests of a display as happenings, and any happening that there can be."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from appliance.displayqa.chromaticity import Chromaticity
from appliance.displayqa.measurement import Method
from appliance.displayqa.ruleset import Occasion
from appliance.displayqa.ruleset_file import shipped
from appliance.displayqa.sessions.happening import (
    Begun,
    Ended,
    Entry,
    Happening,
    Hindered,
    LightTold,
    Measured,
    MeterUsed,
    Placed,
    Remarked,
    Repeated,
    Seen,
    Tried,
)
from appliance.displayqa.sessions.plan import Conditions, plan
from appliance.displayqa.sessions.session import Session
from appliance.displayqa.sessions.step import Measure, Step, Way

NINE_O_CLOCK = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RULES = "jesra-x0093-1a"
BEGUN = Begun(
    occasion=Occasion.ACCEPTANCE,
    way=Way.SIMULATED,
    method=Method.CONTACT,
    operator="yamada",
    ruleset=shipped()[RULES].identifier,
)
LIGHT = LightTold(illuminance_lx=Decimal(30), ambient_cd_m2=Decimal("0.3"))


def steps(name: str = RULES, occasion: Occasion = Occasion.ACCEPTANCE) -> tuple[Step, ...]:
    return plan(shipped()[name], occasion, Conditions())


def session(*happened: Happening, begun: Begun = BEGUN, plan: tuple[Step, ...] = ()) -> Session:
    every = (begun, *happened)
    at = [NINE_O_CLOCK + timedelta(seconds=number) for number in range(len(every))]
    entries = tuple(Entry(*each) for each in zip(at, every, strict=True))
    return Session(7, "left-of-two", plan or steps(), entries)


def read(step: Measure, luminance: object = 100) -> Measured:
    value = Decimal(str(luminance))
    return Measured(pattern=step.pattern, ddl=step.ddl, place=step.place, luminances_cd_m2=(value,))


words = st.text(max_size=12)
luminances = st.decimals(0, 9999, allow_nan=False, allow_infinity=False)
fractions = st.fractions(0, 1).map(Fraction)
any_happening: st.SearchStrategy[Happening] = st.one_of(
    st.builds(
        Begun,
        occasion=st.sampled_from(Occasion),
        way=st.sampled_from(Way),
        method=st.sampled_from(Method),
        operator=words,
        ruleset=words,
        displays=st.integers(1, 9),
        grey_scale=words,
    ),
    st.builds(
        MeterUsed,
        name=words,
        model=words,
        serial_number=words,
        calibrated_until=words,
        accuracy_percent=st.none() | luminances,
        repeatability_percent=st.none() | luminances,
        age_s=luminances,
    ),
    st.builds(Tried, darkest_cd_m2=luminances, middle_cd_m2=luminances, brightest_cd_m2=luminances),
    st.builds(
        Measured,
        pattern=words,
        ddl=st.integers(0, 65535),
        place=words,
        luminances_cd_m2=st.lists(luminances, min_size=1, max_size=4).map(tuple),
        chromaticities=st.lists(
            st.builds(Chromaticity, u_prime=fractions, v_prime=fractions), max_size=2
        ).map(tuple),
        exchanges=st.integers(0, 300),
        damaged=st.integers(0, 300),
    ),
    st.builds(Seen, check=words, is_fulfilled=st.booleans(), remark=words),
    st.builds(
        LightTold,
        illuminance_lx=st.none() | luminances,
        ambient_cd_m2=st.none() | luminances,
    ),
    st.builds(Placed, place=words),
    st.builds(Hindered, by=words, sentences=st.tuples(words, words), detail=words),
    st.builds(Repeated, pattern=words, place=words, check=words),
    st.builds(Remarked, text=words),
    st.builds(Ended, verdict=words, is_given_up=st.booleans(), by=words),
)
