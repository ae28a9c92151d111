"""What the lights of the front mean, as a picture: from the box's own table."""

from collections.abc import Iterator

from drawing import DARK, LIT, lamp, svg, text

from appliance.frontpanel.patterns import Light, Message, Pattern, table

SHOWN_MS = 4000
"""Of each pattern so much is drawn."""
STRIP_PX, ROW_PX, TOP_PX = 200, 46, 92
HEADS = (("light", "how it goes", "what it means"), ("ランプ", "光り方", "意味"))
TITLES = (
    "The lights of the front, and how each goes in four seconds",
    "前面ランプの意味(4秒間の光り方)",
)


def lamp_sheet(language: int) -> str:
    """The same as a picture: a strip of time for each."""
    messages = table().messages
    height = TOP_PX + ROW_PX * len(messages) + 10
    parts = [text(20, 30, TITLES[language], bold=True, size=17)]
    parts += [
        text(x, 68, word, bold=True)
        for x, word in zip((20, 130, 350), HEADS[language], strict=True)
    ]
    for number, message in enumerate(messages):
        parts += _row(message, TOP_PX + ROW_PX * number, language)
    return svg(1060, height, TITLES[language], *parts)


def _row(message: Message, y: float, language: int) -> Iterator[str]:
    for number, light in enumerate(Light):
        is_it = light is message.light
        yield lamp(32 + 26 * number, y + 12, LIT if is_it else "#fff")
    yield f'<rect x="130" y="{y:g}" width="{STRIP_PX}" height="24" fill="#555" stroke="{DARK}"/>'
    for begin, end in _lit(_pattern(message)):
        width = (end - begin) * STRIP_PX / SHOWN_MS
        x = 130 + begin * STRIP_PX / SHOWN_MS
        yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="24" fill="{LIT}"/>'
    yield text(350, y + 9, *_lines(message.meaning[language], 46 if language else 92))


def _lit(pattern: Pattern) -> Iterator[tuple[int, int]]:
    """When it is lit, in milliseconds from the beginning of what is drawn."""
    at = 0
    while at < SHOWN_MS:
        for number, length in enumerate(pattern.lit_dark_ms):
            end = min(at + length, SHOWN_MS)
            if number % 2 == 0 and end > at:
                yield at, end
            at = end


def _lines(sentence: str, most: int) -> list[str]:
    """At most ``most`` characters a line; Japanese breaks anywhere."""
    if not sentence.isascii():
        return [sentence[at : at + most] for at in range(0, len(sentence), most)]
    lines = [""]
    for word in sentence.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > most:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _pattern(message: Message) -> Pattern:
    return table().patterns[message.pattern]
