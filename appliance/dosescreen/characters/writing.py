"""What training strips say: numbers as dose screens print them, words, and any characters."""

from collections.abc import Callable
from importlib.resources import files
from random import Random

from appliance.dosescreen.characters.alphabet import BASIC, JAPANESE

DIGITS, CAPITAL, SMALL = BASIC[:10], BASIC[10:36], BASIC[36:62]
WORDS = tuple(files(__package__).joinpath("wording.txt").read_text("ascii").split())
_ENDINGS = ("(a)", "(b)", "L", "S", "(Body)", "(Head)", "*")
_MONTHS = ("Mar", "Jan", "Oct", "11", "04")


Form = Callable[[], str]


def a_word(random: Random) -> str:
    """Numbers and words as screens have them, and words that mean nothing."""
    kind = random.random()
    if kind < 0.45:
        return a_number(random)
    if kind < 0.65:
        word = random.choice(WORDS)
        return word if random.random() < 0.8 else word.upper()
    if kind < 0.85:
        return _letters(random)
    every = DIGITS * 3 + BASIC[10:] + BASIC[62:]
    return "".join(random.choice(every) for _ in range(random.randint(1, 9)))


def a_number(random: Random) -> str:
    """Doses, ranges, identifiers, dates and times; every digit as likely as any other."""
    most = random.choice((9, 99, 2000))
    forms: tuple[tuple[int, Form], ...] = (
        (35, lambda: f"{random.uniform(0, most):.{random.choice((0, 1, 2, 2, 2, 3))}f}"),
        (15, lambda: f"{_place(random)}-{_place(random)}"),
        (25, lambda: "".join(random.choice(DIGITS) for _ in range(random.randint(1, 10)))),
        (5, lambda: f"{random.uniform(0, 99):.2f}{random.choice(_ENDINGS)}"),
        (5, lambda: f"{random.randint(1, 900)}/{random.randint(1, 900)}"),
        (
            5,
            lambda: (
                f"{random.randint(1, 28)}-{random.choice(_MONTHS)}-{random.randint(1990, 2039)}"
            ),
        ),
        (5, lambda: f"{random.randint(0, 23):02d}:{random.randint(0, 59):02d}"),
        (5, lambda: "".join(random.choice(DIGITS + ".") for _ in range(random.randint(2, 12)))),
    )
    (form,) = random.choices([form for _, form in forms], [share for share, _ in forms])
    return form()


def japanese(random: Random) -> str:
    """Some of the Japanese characters in any order."""
    return "".join(random.choice(JAPANESE) for _ in range(random.randint(1, 6)))


def _place(random: Random) -> str:
    return f"{random.choice('SI')}{random.uniform(0, 999):.3f}"


def _letters(random: Random) -> str:
    first, rest = random.choice(((CAPITAL, SMALL), (SMALL, SMALL), (CAPITAL, CAPITAL)))
    return random.choice(first) + "".join(random.choice(rest) for _ in range(random.randint(1, 9)))
