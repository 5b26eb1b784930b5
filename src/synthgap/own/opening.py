"""A file of unknown make: what it is by its first bytes, and how its bytes become characters."""

import codecs
import gzip
import io
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from synthgap.floor.errors import InputError

MAX_BYTES = 4 * 2**30
"""Of a text file, once it is unpacked."""

_CHUNK = 2**20
_SAMPLE = 2**18
_GZIP = b"\x1f\x8b"
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark begins it
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BINARY = {
    b"PK\x03\x04": "Excel",
    b"PAR1": "Parquet",
    b"\xd0\xcf\x11\xe0": "old Excel or Word",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
}
_GUESSES = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "mac_roman", "cp437"),
)
"""Encodings that exports of spreadsheets and databases have; of all, small files fit many."""


class Encoding(NamedTuple):
    """How bytes become characters, and how that is known."""

    name: str
    how: str


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what opening and reading a file raises into one line.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path}: damaged gzip file ({error}), expected a whole one") from error
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror or error}), expected a file"
        ) from error


def kind(path: Path) -> str:
    """Return `text`, or the name of a binary format.

    Raises:
        InputError: no such file, a folder or a device, not to be read, or empty.
    """
    with reading(path):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError(f"{path}: found a folder, expected a file")
        if not stat.S_ISREG(mode):
            raise InputError(f"{path}: found a pipe, socket or device, expected a file")
        with opened(path) as file:
            head = file.read(8)
    if not head:
        raise InputError(f"{path}: found an empty file, expected a table")
    return next((name for mark, name in _BINARY.items() if head.startswith(mark)), "text")


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Yield the file's bytes, unpacked if it is packed with gzip."""
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
        file.seek(0)
        if packed:
            with gzip.open(file) as inner:
                yield inner  # type: ignore[misc]
        else:
            yield file


@contextmanager
def characters(path: Path, encoding: Encoding) -> Iterator[io.TextIOWrapper]:
    """Yield the file's text, with the line ends that it has.

    Raises:
        InputError: it cannot be read or decoded.
    """
    try:
        with reading(path), opened(path) as file:
            yield io.TextIOWrapper(file, encoding=encoding.name, newline="")
    except UnicodeError as error:
        raise InputError(
            f"{path}: found bytes that are not {encoding.name} ({encoding.how}), expected one "
            "encoding; say which with --encoding"
        ) from error


def find_encoding(path: Path, asked: str | None) -> Encoding:
    """Return the encoding: the one asked for, of a mark, UTF-8 if it is that, else a guess.

    Raises:
        InputError: there is no such encoding, the file has two, or none is likely.
    """
    if asked is not None:
        return _known(asked)
    with reading(path), opened(path) as file:
        head = file.read(4096)
    for mark, name in _BOMS.items():
        if head.startswith(mark):
            return Encoding(name, "by its byte-order mark")
    if wide := _utf16(head):
        return Encoding(wide, "by its zero bytes")
    if _is_utf8(path):
        return Encoding("utf-8", "all bytes are")
    return _guess(path)


def _known(name: str) -> Encoding:
    try:
        "".encode(name)  # codecs.lookup also knows some that make no characters
    except LookupError as error:
        raise InputError(f"--encoding: found {name!r}, expected a name such as cp1252") from error
    return Encoding(name, "as told")


def _utf16(head: bytes) -> str | None:
    for name, zeros, others in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if zeros.count(0) > 0.4 * len(zeros) > 0 and others.count(0) < 0.05 * len(others):
            return name
    return None


def _is_utf8(path: Path) -> bool:
    decoder, read = codecs.getincrementaldecoder("utf-8")(), 0
    with reading(path), opened(path) as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
                read += len(chunk)
                if read > MAX_BYTES:
                    raise InputError(f"{path}: found over {MAX_BYTES:,} bytes, expected fewer")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _guess(path: Path) -> Encoding:
    from charset_normalizer import from_bytes

    sample, first_bad, utf8 = bytearray(), 0, 0
    with reading(path), opened(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(_SAMPLE), b""), start=1):
            if line.isascii():
                continue
            if _decodes(line):
                utf8 += 1
            else:
                first_bad = first_bad or number
            if len(sample) < _SAMPLE:
                sample += line
    if utf8:
        raise InputError(
            f"{path}, line {first_bad}: found bytes that are not UTF-8, though {utf8} other lines "
            "are; expected one encoding in the whole file"
        )
    matches = from_bytes(bytes(sample), cp_isolation=list(_GUESSES))
    best = matches.best()
    if best is None or b"\0" in sample:
        raise InputError(
            f"{path}, line {first_bad}: found bytes of no known encoding, expected text"
        )
    tied = [m for m in matches if (m.chaos, m.coherence) == (best.chaos, best.coherence)]
    # Western files fit several encodings equally well; theirs is the most frequent one.
    western = any("cp1252" in match.could_be_from_charset for match in tied)
    return Encoding("cp1252" if western else best.encoding, "a guess: check, or say --encoding")


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
