"""Colours of pictures for people: Okabe and Ito's, told apart with every kind of colour vision."""

Colour = tuple[int, int, int]

SKY: Colour = (86, 180, 233)
BLUE: Colour = (0, 114, 178)
GREEN: Colour = (0, 158, 115)
ORANGE: Colour = (230, 159, 0)
VERMILLION: Colour = (213, 94, 0)
PURPLE: Colour = (204, 121, 167)
GREY: Colour = (98, 104, 112)
PAPER: Colour = (255, 255, 255)
INK: Colour = (24, 28, 33)
