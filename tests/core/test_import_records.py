"""Reading records: line numbers, delimiters, ragged rows, broken quotes; and files nobody would write."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_desktop.importing import encodings, records
from crm_desktop.importing.mapping import count_recognised
from crm_desktop.importing.records import Record, RecordReader
from crm_desktop.importing.refused import RefusedRows


def reader(text: str, delimiter: str = ",", skipped: int = 0) -> RecordReader:
    return RecordReader(io.StringIO(text, newline=""), delimiter, skipped)


def rows(text: str) -> list[tuple[int, list[str], bool]]:
    return [(record.line, record.cells, bool(record.fault)) for record in reader(text)]


def test_lines_count_quoted_line_breaks_and_blank_lines() -> None:
    text = 'name,notes\r\nAnn,"one\r\ntwo"\r\n\r\nBob,x\r\n"C\n\nD",y\nEve,z'
    assert rows(text) == [
        (2, ["Ann", "one\r\ntwo"], False),
        (5, ["Bob", "x"], False),
        (6, ["C\n\nD", "y"], False),
        (9, ["Eve", "z"], False),
    ]


def test_old_macintosh_line_ends() -> None:
    assert rows("name,city\rAnn,Oslo\rBob,Bergen\r") == [(2, ["Ann", "Oslo"], False), (3, ["Bob", "Bergen"], False)]


def test_short_rows_are_filled_and_empty_surplus_is_dropped() -> None:
    assert rows("a,b,c\n1,2\n1,2,3,,\n") == [(2, ["1", "2", ""], False), (3, ["1", "2", "3"], False)]


def test_an_unquoted_comma_in_an_address_is_joined_again() -> None:
    read = reader("company,address,city\nBon app',12, rue des Bouchers,Marseille\n")
    assert [record.cells for record in read] == [["Bon app'", "12, rue des Bouchers", "Marseille"]]
    assert read.joined == 1


def test_a_surplus_cell_that_could_be_anything_is_refused() -> None:
    (record,) = reader("company,address,city\nBon app',12,rue des Bouchers,Marseille\n")
    assert (
        record.fault == "This line has 4 cells where the header has 3: put cells with the delimiter in quotation marks."
    )
    assert record.cells == ["Bon app'", "12", "rue des Bouchers", "Marseille"]


def test_a_lone_cell_is_no_customer() -> None:
    (record,) = reader("name,email,phone\n(91 rows)\n")
    assert record.fault == "This line has only 1 cell where the header has 3."


def test_a_quotation_mark_that_is_never_closed_costs_one_line() -> None:
    found = list(reader('name,city\nAnn,"Oslo\nBob,Bergen\nEve,Hamar\n'))
    assert [(record.line, bool(record.fault)) for record in found] == [(2, True), (3, False), (4, False)]
    assert found[0].cells == ["Ann", '"Oslo']
    assert found[0].fault == "The quotation marks in this line do not match."


def test_a_quotation_mark_that_swallows_lines_until_the_next_one_costs_its_own_line() -> None:
    found = list(reader('name,city,x\nAnn,"Oslo,1\nBob,Bergen,2\nEve,"Ha, mar",3\nFay,Moss,4\n'))
    assert [(record.line, record.cells[0], bool(record.fault)) for record in found] == [
        (2, "Ann", True),
        (3, "Bob", False),
        (4, "Eve", False),
        (5, "Fay", False),
    ]


def test_nul_characters_are_counted_and_left_out() -> None:
    read = reader("name,city\nA\0nn,Os\0lo\n")
    assert [record.cells for record in read] == [["Ann", "Oslo"]]
    assert read.zeros == 2


def test_columns_without_a_name_get_their_number() -> None:
    assert reader("name,,city\nAnn,x,Oslo\n").header == ["name", "Column 2", "city"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "file.csv"
    lines = [["name", "email", "notes"], ["Ann", "ann@example.com", "a, b; c"], ["Bob", "", "x"]]
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)
    with records.opened(path, encodings.detect(path)) as text:
        assert records.detect_delimiter(text, count_recognised) == (delimiter, 0)


@pytest.mark.parametrize(
    ("start", "delimiter", "skipped"),
    [("sep=;\n", ";", 1), ("sep=\t\r\n", "\t", 1), ("\n\n", ",", 2), ("\ufeff", ",", 0)],
)
def test_what_may_stand_before_the_header(start: str, delimiter: str, skipped: int) -> None:
    text = start + delimiter.join(["name", "city"]) + "\n" + delimiter.join(["Ann", "Oslo"]) + "\n"
    assert records.detect_delimiter(io.StringIO(text, newline=""), count_recognised) == (delimiter, skipped)
    read = reader(text, delimiter, skipped)
    assert read.header == ["name", "city"]
    assert [(record.line, record.cells) for record in read] == [(2 + skipped, ["Ann", "Oslo"])]


def test_a_cell_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    huge = "x" * 10_000_000
    assert [record.cells for record in reader(f"name,notes\nAnn,{huge}\n")] == [["Ann", huge]]


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12), st.sampled_from([",", ";", "\t", "|"]))
def test_whatever_a_proper_csv_holds_comes_back(table: list[list[str]], delimiter: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *table])
    found = list(reader(text.getvalue(), delimiter))
    assert [record.cells for record in found] == table
    assert not any(record.fault for record in found)


WILD = st.text(st.sampled_from(list("ab,;\"\n\r\t\0 é='")), max_size=200)


def _kept(found: list[Record]) -> str:
    return "".join("".join(record.cells) for record in found)


@given(WILD)
def test_nothing_is_lost_of_the_wildest_text(body: str) -> None:
    found = list(reader("a,b,c\n" + body))
    kept = _kept(found)
    for letter in "abé=":
        assert kept.count(letter) == body.count(letter)
    lines = [record.line for record in found]
    assert lines == sorted(set(lines))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("wild") / "file.csv"
    path.write_bytes(b"name,email,phone\nAnn,a@example.com,1\n" + content)
    encoding = encodings.detect(path)
    with records.opened(path, encoding) as text:
        delimiter, skipped = records.detect_delimiter(text, count_recognised)
    with records.opened(path, encoding) as text:
        assert all(len(record.cells) == 3 or record.fault for record in RecordReader(text, delimiter, skipped))


def test_lines_joined_by_a_missing_quotation_mark_are_read_one_by_one() -> None:
    found = list(reader('name,city,notes\nAnn,Oslo,"one\nBob,Bergen,"two"\nEve,Hamar,three\n'))
    assert [(record.line, record.cells[0], bool(record.fault)) for record in found] == [
        (2, "Ann", True),
        (3, "Bob", False),
        (4, "Eve", False),
    ]


def test_quotation_marks_inside_a_cell_are_text() -> None:
    assert rows('name,notes\nAnn,5" pipe\nBob,"says ""hi"""\n') == [
        (2, ["Ann", '5" pipe'], False),
        (3, ["Bob", 'says "hi"'], False),
    ]


def test_many_broken_quotes_do_not_take_quadratic_time() -> None:
    text = "name,city,notes\n" + 'Ann,"Oslo,x\n' * 20_001
    assert sum(1 for _ in reader(text)) <= 20_001


def test_what_is_refused_of_refused_rows_goes_by_the_name_of_the_first_file(tmp_path: Path) -> None:
    names: list[Path] = []
    for _ in range(3):
        rows = RefusedRows(names[-1] if names else tmp_path / "fair.csv", ["Name"], ",")
        rows.add(Record(2, ["Bob"]), "No email address.")
        names.append(rows.keep() or tmp_path)
    assert [path.name for path in names] == ["fair.refused.csv", "fair.refused-2.csv", "fair.refused-3.csv"]
