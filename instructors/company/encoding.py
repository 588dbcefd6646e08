"""Bytes of a text file to text: which encoding, found out or given. Tells the line of what cannot be read."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from graders.errors import DataError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WEST = set("éèêëàâäáãåæçñîïìíôöòóõøœùûüúÿßþð")
_EAST = set("áâăäąćčçďđéęëěíîĺľłńňóôőöŕřśšşťţúůüűýźžżß")
_CYRILLIC = set("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ")
_LETTERS = {
    "cp1252": _WEST,
    "mac_roman": _WEST,
    "cp850": _WEST,
    "cp1250": _EAST,
    "cp1251": _CYRILLIC,
}  # first of equals
_SIGNS = set("€£°²³ºª«»“”–—…·§\u00a0")
_CLEAR = 0.6  # share of letters that make sense, below which charset-normalizer is asked
_SAMPLE = 40_000  # bytes
_BEGINNING = 400_000  # bytes
_SLIPS = 0.05  # share of letters: below it, a file in UTF-8 was damaged rather than written in another encoding


def find_encoding(data: bytes, asked: str | None = None) -> str:
    """Return the encoding of a text, which can read all of it.

    Raises
    ------
    DataError
        When the encoding asked for cannot read it, or a file in UTF-8 has a few places that are not; with the line.
    """
    for mark, name in _MARKS:
        if data.startswith(mark) and (asked is None or codecs.lookup(asked).name.startswith("utf")):
            return _proven(data, name)
    if asked is not None:
        return _proven(data, asked)
    if 0 in data[:2000]:
        return _proven(data, _utf_16(data[:2000]))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_slips(data)
        return _old_encoding(data)
    return "utf-8"


def beginning_of(data: bytes, encoding: str) -> str:
    """Return the beginning of a text."""
    return data[:_BEGINNING].decode(encoding, errors="ignore")


def _utf_16(beginning: bytes) -> str:
    return "utf-16-le" if beginning[1::2].count(0) >= beginning[0::2].count(0) else "utf-16-be"


def _proven(data: bytes, encoding: str) -> str:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"line {line}: expected text in {encoding}, got {data[error.start : error.end][:8]!r}. Take encoding out of "
            "[file] to have it found out, or save the file as UTF-8."
        ) from None
    return encoding


def _refuse_slips(data: bytes) -> None:
    text = data.decode("utf-8", errors="replace")
    letters = sum(not letter.isascii() for letter in text)
    wrong = text.count("\ufffd") - data.count("\ufffd".encode())
    if wrong <= _SLIPS * letters:
        lines = [number for number, line in enumerate(text.split("\n"), start=1) if "\ufffd" in line]
        listed = ", ".join(map(str, lines[:3]))
        raise DataError(
            f"line {listed}: expected UTF-8 like the rest of the file, got {wrong} letters in another encoding. "
            "Save the file as UTF-8 again from where it came."
        )


def _old_encoding(data: bytes) -> str:
    """Return the one-byte encoding in which letters make sense as words, else what charset-normalizer says.

    On the few words that headers are, charset-normalizer takes French for Central European.
    """
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_SAMPLE]
    sense = {name: _sense(sample.decode(name, errors="replace"), letters) for name, letters in _LETTERS.items()}
    best = max(sense, key=lambda name: sense[name])
    if sense[best] < _CLEAR:
        found = from_bytes(sample).best()
        best = found.encoding if found is not None else "cp1252"
    return best if _can_read(data, best) else "latin_1"


def _sense(text: str, letters: set[str]) -> float:
    """Return how much the letters beyond ASCII make sense where they stand, from -1 to 1."""
    said = [
        _fits(text[at - 1 : at], letter, text[at + 1 : at + 2], letters)
        for at, letter in enumerate(text)
        if not letter.isascii()
    ]
    return sum(1 if fits else -1 for fits in said) / max(len(said), 1)


def _fits(before: str, letter: str, after: str, letters: set[str]) -> bool:
    if letter in _SIGNS:
        return (
            not (before.isalpha() or after.isalpha())
            or letter in "«»“”\u00a0"
            or (letter == "°" and not after.isalpha())
        )
    if letter in "’‘":
        return True
    if letter.lower() not in letters or before.isdigit() or after.isdigit():
        return False
    if letters is not _CYRILLIC and all(one.isalpha() and not one.isascii() for one in (before, after)):
        return False  # three in a row: another alphabet
    if letter.isupper():
        return not before.islower() and not (before.isupper() and after.islower())
    return not (before.isupper() and after.isupper())


def _can_read(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
