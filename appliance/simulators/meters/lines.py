"""The meters that speak in lines of text. What each says of itself is invented."""

from appliance.simulators.meters.body import Body, Condition


class Mavo(Body):
    """MAVO-MONITOR USB: repeats each word, then answers."""

    terminator = b"\n"

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        said = word.upper()
        return f"{said}\n{self._answer(said)}".encode()

    def _answer(self, word: str) -> str:
        if word == "*IDN?":
            return "*IDN GOSSEN,M 502,20387,01,V 1.00\n"
        if word in ("?", "PHOT?"):
            return self._reading()
        return "ERROR = 101\n"

    def _reading(self) -> str:
        if self.condition is Condition.OVER_RANGE:
            return "ERROR = 019\n"
        value, exponent = self.light().luminance_cd_m2, -3
        while value.scaleb(-exponent) >= 19999:  # noqa: PLR2004 - what the display holds
            exponent += 1
        mantissa = int(value.scaleb(-exponent).to_integral_value())
        return f"{mantissa}E{exponent:+03d} CD_M2\n"


class LS100(Body):
    """LS-100: luminance alone."""

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        if self.condition is Condition.BATTERY:
            return b"ER30\r\n"
        if word in ("MDS,04", "CLE"):
            return b"OK00\r\n"
        if word != "MES":
            return b"ER00\r\n"
        if self.condition is Condition.OVER_RANGE:
            return b"ER10\r\n"
        return f"OK00,{self._reading()}\r\n".encode()

    def _reading(self) -> str:
        return f"{self.light().luminance_cd_m2:9.2f}"


class CS100A(LS100):
    """CS-100A: with chromaticity."""

    def _reading(self) -> str:
        light = self.light()
        return f"{super()._reading()}, {light.x:.4f}, {light.y:.4f}"


class S470(Body):
    """S470: an empty line, then a number a line."""

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        command, _, count = word.partition(" ")
        if command != "REA":
            return b""
        numbers = [f"{self.light().luminance_cd_m2:.4f}\r\n" for _ in range(int(count or 1))]
        return f"\r\n{''.join(numbers)}".encode()


class PR655(Body):
    """PR-655: enters remote mode by PHOTO; what it measured is asked for in parts."""

    terminator = b"\n"
    letters = ("M", "D")
    _measured = None

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        word = word.lstrip("Q")
        if word == "PHOTO":
            return b" REMOTE MODE\r\n"
        if word == "D110":
            return b"00000,65120411\r\n"
        if word == "D111":
            return b"00000,PR-655\r\n"
        return self._measure(word)

    def _measure(self, word: str) -> bytes:
        measure, part = self.letters
        if word == f"{measure}0":
            self._measured = self.light()
            return b"00000\r\n"
        if word[:1] != part or self._measured is None:
            return b"00001\r\n"
        if word == f"{part}5":
            return self._spectrum()
        light = self._measured
        parts = {
            f"{part}1": (light.luminance_cd_m2, light.x, light.y),
            f"{part}2": light.tristimulus,
            f"{part}3": (light.luminance_cd_m2, *light.uniform),
        }
        if word == f"{part}4":
            return f"00000,0,{float(light.luminance_cd_m2):.3e},6504,0.0000\r\n".encode()
        numbers = ",".join(f"{float(each):.4e}" for each in parts.get(word, ()))
        return f"00000,0,{numbers}\r\n".encode() if numbers else b"00001\r\n"

    def _spectrum(self) -> bytes:
        lines = [f"{wavelength},1.000e-04\r\n" for wavelength in range(380, 781, 4)]
        return "".join(["00000,0,380.,780.\r\n", "1.0e+00\r\n", *lines]).encode()


class PR650(PR655):
    """PR-650: the same questions in small letters, and no name."""

    letters = ("m", "d")

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        if word in ("b1", "s01,,,,,,01,1"):
            return b"000\r\n"
        return self._measure(word).replace(b"00000", b"00")


class CA310(Body):
    """CA-310."""

    terminator = b"\r"

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        if word in ("COM,1", "MDS,0", "ZRC"):
            return b"OK00\r"
        if word != "MES" or self.condition is Condition.OVER_RANGE:
            return b"ER10\r" if word == "MES" else b"ER00\r"
        light = self.light()
        x, y = (int(each * 10000) for each in (light.x, light.y))
        return f"OK00,P1 {x:04d};{y:04d};{light.luminance_cd_m2:.2f}\r".encode()


class CA410(Body):
    """A CA-410 probe."""

    terminator = b"\r"

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        if word == "IDO,0,1":
            return b"OK00,CA-410,00800,CA-VP427A       ,Ver.1.80.0002,80001234,\r"
        if word == "STR,23":
            return b"OK00,2\r"
        if word == "LUS,1":
            return b"OK00\r"
        if word != "MES,2":
            return b"ER00\r"
        if self.condition is Condition.OVER_RANGE:
            return b"ER22\r"
        light = self.light()
        numbers = (light.x, light.y, light.luminance_cd_m2)
        xyz = ",".join(f"{each:.7f}" for each in light.tristimulus)
        xyl = ",".join(f"{each:.7f}" for each in numbers)
        return f"OK00,P1,0,{xyl},+0.02,-99999999,{xyz}\r".encode()


class CR100(Body):
    """CR-100."""

    terminator = b"\n"
    _measured = None

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        names = {"RC Model": "CR-100", "RC ID": "A00123", "RC InstrumentType": "1"}
        if word in names:
            return f"OK:0:{word}:{names[word]}\r\n".encode()
        if word == "M":
            self._measured = self.light()
            if self.condition is Condition.OVER_RANGE:
                return b"ER:-301:M:over\r\n"
            return b"OK:0:M:No errors\r\n"
        if word == "RM XYZ" and self._measured is not None:
            numbers = ",".join(f"{each:.6f}" for each in self._measured.tristimulus)
            return f"OK:0:RM XYZ:{numbers}\r\n".encode()
        return f"ER:-100:{word}:unknown\r\n".encode()


class ColorCAL(Body):
    """ColorCAL MkII, whose matrix halves what it sees."""

    terminator = b"\n"
    matrix = ("05000,00000,00000", "00000,05000,00000", "00000,00000,05000")

    def answer(self, word: str) -> bytes:
        """See ``Body``."""
        return f"{self._answer(word)}\n\r>".encode()

    def _answer(self, word: str) -> str:
        if word == "IDR":
            return "OK00,ColorCAL II,V1.0,05.00,00012345,877"
        if word in ("r01", "r02", "r03"):
            return f"OK00,{self.matrix[int(word[-1]) - 1]}"
        if word == "MES":
            numbers = ",".join(f"{2 * each:.4f}" for each in self.light().tristimulus)
            return f"OK00,{numbers}"
        return "ER00"
