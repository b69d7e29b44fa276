"""Names of files: made safe for every system, and what they say about the content."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

MOST_BYTES = 255
DEFAULT_TYPE = "application/octet-stream"
# Separators, wildcards and quotes of Windows; controls; what turns the direction of writing, so that "gpj.exe" reads
# as "exe.jpg".
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# Whatever their ending, these name devices on Windows.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)")
_TYPE = re.compile(r"[a-z0-9.+-]{1,64}/[A-Za-z0-9.+_-]{1,100}")

# Programs, and documents that may run something when they are opened.
_ENDINGS = (
    "action apk app appimage appref-ms applescript bash bat bin cmd com command cpl csh deb desktop dll dmg docm "
    "dotm elf exe fish gadget hta htm html inf ins inx ipa iqy iso isu jar job js jse jnlp ksh lnk mhtml mjs msc "
    "msi msp mst ocx osx out paf pif pkg potm ppam ppsm pptm prg ps1 ps2 psc1 psm1 py pyc pyw pyz rb reg rgs rpm "
    "run scf scr sct settingcontent-ms sh shb shs slk svg sys u3p url vb vbe vbs vbscript vhd vhdx wasm webloc "
    "workflow ws wsc wsf wsh xhtml xht xla xlam xll xlsm xltm zsh"
)
_RUNNABLE = frozenset(_ENDINGS.split())
_MAGIC = (
    b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip


def safe_name(name: str) -> str:
    """A name that every system takes: the last part of a path, without what would mislead or do harm."""
    plain = unicodedata.normalize("NFC", name).encode("utf-8", "ignore").decode()
    last = re.split(r"[/\\]", plain)[-1]
    clean = " ".join(_UNSAFE.sub("_", last).split()).strip(" .")
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    return _shortened(clean or "file")


def _shortened(name: str) -> str:
    """At most 255 bytes, ending kept."""
    if len(name.encode()) <= MOST_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f"{dot}{ending}" if dot and stem and len(ending.encode()) <= 20 else ""
    body = (stem if tail else name).encode()[: MOST_BYTES - len(tail.encode())].decode("utf-8", "ignore")
    return f"{body.rstrip(' .')}{tail}" or "file"


def media_type(name: str) -> str:
    """What the ending says, in the form of RFC 6838."""
    found = mimetypes.guess_type(name, strict=False)[0] or DEFAULT_TYPE
    return found if _TYPE.fullmatch(found) else DEFAULT_TYPE


def is_runnable(name: str, beginning: bytes = b"") -> bool:
    """Whether opening it could run something: it is saved then, never opened. Any of its endings counts."""
    endings = [part.strip().lower() for part in name.split(".")[1:]]
    return any(ending in _RUNNABLE for ending in endings) or beginning.startswith(_MAGIC)


def size_text(size: int) -> str:
    """'3 bytes', '12 kB', '4.5 MB'."""
    if size < 1024:
        return f"{size} byte{'' if size == 1 else 's'}"
    if size < 1024 * 1024:
        return f"{round(size / 1024)} kB"
    return f"{size / 1024 / 1024:.1f} MB"
