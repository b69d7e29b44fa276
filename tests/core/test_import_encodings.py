"""Which encoding a file is in."""

from pathlib import Path

import pytest

from crm_desktop.errors import ImportRefused
from crm_desktop.importing import encodings
from crm_desktop.importing.records import opened

WESTERN = "name,city\nAndré Müller,Luleå\nJosé Peña,A Coruña\nÆgir Ørsted,København\n"
SAMPLES = {
    "utf-8": WESTERN,
    "utf-8-sig": WESTERN,
    "utf-16": WESTERN,
    "utf-16-le": WESTERN,
    "utf-16-be": WESTERN,
    "utf-32": WESTERN,
    "cp1252": WESTERN + "“quoted” – 5 €,x\n",
    "latin-1": WESTERN,
    "cp1250": "name,city\nLech Wałęsa,Łódź\nJiří Dvořák,Plzeň\nŻółć,Kraków\n",
    "cp1254": "name,city\nAyşe Şahin,İstanbul\nÇağlar Yıldız,İzmir\n",
    "cp1251": "имя,город\nИванов Пётр,Москва\nАнна Смирнова,Казань\n",
    "cp1253": "όνομα,πόλη\nΓιώργος Παπαδόπουλος,Αθήνα\nΕλένη Νικολάου,Πάτρα\n",
    "mac_roman": WESTERN,
    "shift_jis": "名前,市\n山田太郎,東京都\n鈴木花子,大阪市\n",
    "gb18030": "姓名,城市\n王小明,北京\n李小红,上海\n",
}


def read(path: Path) -> str:
    with opened(path, encodings.detect(path)) as text:
        return text.read().removeprefix("\ufeff")


@pytest.mark.parametrize("codec", SAMPLES)
def test_every_letter_arrives(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(SAMPLES[codec].encode(codec))
    assert read(path) == SAMPLES[codec]


@pytest.mark.parametrize("word", ["Müller", "José", "Citeaux Frédérique", "Ångström"])
def test_one_short_western_name_is_enough(tmp_path: Path, word: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(f"name\n{word}\n".encode("cp1252"))
    assert word in read(path)


def test_windows_lines_in_a_utf8_file_are_both_read(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes("name\nAndré\nZoë\nJürgen\n".encode() + "Peña\n".encode("cp1252") + b"\x81\n")
    found = encodings.detect(path)
    assert read(path) == "name\nAndré\nZoë\nJürgen\nPeña\n\x81\n"
    assert "2 characters" in found.note


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\0\0\0"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=r"contacts\.csv is empty"):
        encodings.detect(path)


@pytest.mark.parametrize(
    ("start", "what"),
    [(b"PK\x03\x04...", "workbook"), (b"BEGIN:VCARD\n", "vCard"), (b"%PDF-1.7", "PDF"), (b"\x1f\x8b..", "compressed")],
)
def test_other_formats_are_named(tmp_path: Path, start: bytes, what: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(start)
    with pytest.raises(ImportRefused, match=what) as refused:
        encodings.detect(path)
    assert refused.value.hint


@pytest.mark.parametrize(
    "wrong", [b"\xed\xa0\x80", b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80"]
)
def test_bytes_that_only_look_like_utf8_are_read_all_the_same(tmp_path: Path, wrong: bytes) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"name\nAnna " + wrong + b"\n")
    assert read(path).startswith("name\nAnna ")
