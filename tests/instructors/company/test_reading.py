"""A company's file is read as it stands, whatever wrote it, or it is said which line cannot be right and what to do."""

from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest

from graders.contract import FileSettings
from graders.errors import DataError
from instructors.company.reading import NumberStyle, read_portfolio

FRENCH = "N° client;Revenu net mensuel;Âge;Défaut\n" + "".join(
    f"C{n};{n % 9}\u00a0{100 + n % 800},5{n % 10};{20 + n % 50};{'oui' if n % 7 == 0 else 'non'}\n" for n in range(300)
)
GERMAN = "".join(f"A{11 + n % 4} {6 + n % 40} A3{n % 5} {1000 + 7 * n} {1 + n % 2}\n" for n in range(120))


@pytest.fixture
def read(tmp_path):
    def read(content, name="ours.csv", encoding="utf-8", **asked):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return read_portfolio(file, FileSettings(**asked))

    return read


@pytest.fixture
def refused(read):
    def refused(*args, **asked):
        with pytest.raises(DataError) as error:
            read(*args, **asked)
        return str(error.value).splitlines()

    return refused


@pytest.fixture
def workbook(tmp_path):
    def workbook(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "ours.xlsx")
        return tmp_path / "ours.xlsx"

    return workbook


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin_1", "mac_roman"])
def test_a_french_file_is_read_in_any_encoding(read, encoding):
    raw = read(FRENCH, encoding=encoding)
    assert ["N° client", "Revenu net mensuel", "Âge", "Défaut"] == list(raw.table.columns)
    assert ["C0", "0\u00a0100,50", "20", "oui"] == raw.table.iloc[0].tolist()
    assert (NumberStyle(",", " "), ";") == (raw.style, raw.how["separator"])


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp850", "Hélène;prêt à régler"),
        ("cp850", "Müller;groß, über Größe"),
        ("mac_roman", "José Muñoz;niño"),
        ("cp1252", "œuvre;coût : 1\u00a0200 €"),
        ("cp1250", "Małgorzata;Łódź, Gdańsk"),
        ("cp1250", "Šárka;Plzeň, České Budějovice"),
        ("cp1251", "Москва;область"),
    ],
)
def test_words_tell_the_encoding(read, encoding, words):
    table = read(f"id;a;b\n1;{words}\n2;{words}\n", encoding=encoding).table
    assert words == ";".join(table.iloc[1, 1:])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " "])
def test_the_separator_is_found_out(read, separator):
    text = "id age home\n" + "".join(f"{n} {20 + n % 60} {'own' if n % 3 else 'rent'}\n" for n in range(50))
    assert ["49", "69", "own"] == read(text.replace(" ", separator)).table.iloc[-1].tolist()


def test_a_file_without_headers_numbers_its_columns(read):
    raw = read(GERMAN, "german.data")
    assert [f"column {number}" for number in range(1, 6)] == list(raw.table.columns)
    assert ["A11", "6", "A30", "1000", "1"] == raw.table.loc[1].tolist()


def test_words_with_spaces_do_not_make_a_space_the_separator(read):
    text = "when|said\n" + "".join(f"2024-01-{n:02d} 10:00|a word of {n}\n" for n in range(1, 29))
    assert ["when", "said"] == list(read(text).table.columns)


def test_quotes_keep_separators_and_line_breaks_and_lines_are_the_files_own(read):
    table = read('id,said\n1,"a, b"\n2,"two\nlines"\n3,"says ""no"""\n').table
    assert {2: "a, b", 3: "two lines", 5: 'says "no"'} == table["said"].str.replace("\n", " ").to_dict()


def test_a_title_above_the_headers_is_left_out(read):
    raw = read("Portefeuille au 31/12/2024;;\n\nid;montant;taux\n1;1.200,50;3,2\n2;900,00;1,5\n")
    assert (["id", "montant", "taux"], [4, 5]) == (list(raw.table.columns), list(raw.table.index))
    assert "lines: 1 above the headers" == raw.how["left out"]


def test_the_second_of_two_lines_of_headers_is_taken(read):
    rows = "".join(f"{n},{n * 1000},{n % 2}\n" for n in range(1, 20))
    assert ["ID", "LIMIT_BAL", "default"] == list(read(f"X0,X1,Y\nID,LIMIT_BAL,default\n{rows}").table.columns)


def test_the_contract_says_where_the_headers_are(read):
    assert ["x", "y"] == list(read("a,b\nx,y\n1,2\n3,4\n", header=2).table.columns)


def test_empty_last_lines_and_columns_are_left_out(read):
    table = read("a;b;\n1;2;\n3;4;\n\n;;\n  \n").table
    assert (["a", "b"], 2) == (list(table.columns), len(table))


def test_headers_that_come_again_below_are_left_out(read):
    assert ["1", "3"] == read("a,b\n1,2\na,b\n3,4\n").table["a"].tolist()


def test_names_of_rows_without_a_header_get_one(read):
    assert ["column 1", "a", "b"] == list(read('"a";"b"\n"r1";3;4\n"r2";5;6\n').table.columns)


def test_decimal_commas_that_split_cells_are_no_names_of_rows(refused):
    (told,) = refused("id,amount,age\nC1,12,5,30\nC2,13,5,31\n")
    assert told.startswith(
        "ours.csv: line 1: expected 4 headers, as the rows have cells, got 3. If numbers have a decimal comma"
    )


def test_columns_without_a_header_are_told(refused):
    (told,) = refused("id;amount;age\nC1;12;5;30;x\nC2;13;5;31;y\n")
    assert told == (
        "ours.csv: line 1: expected 5 headers, as the rows have cells, got 3. Write a header for every column."
    )


def test_excels_line_on_the_separator_is_followed(read):
    assert [3] == list(read("sep=;\na;b\n1,5;2\n").table.index)


def test_old_mac_lines_are_read(read):
    assert ["1", "3"] == read("a;b\r1;2\r3;4\r").table["a"].tolist()


def test_spaces_around_headers_and_values_are_left_out(read):
    table = read(" a \u00a0b , c\n 1 , 2\n").table
    assert (["a b", "c"], ["1", "2"]) == (list(table.columns), table.iloc[0].tolist())


def test_an_empty_cell_is_missing(read):
    assert [True, False] == read("a,b\n,1\n2,1\n").table["a"].isna().tolist()


def test_na_is_text_until_the_contract_says_otherwise(read):
    assert ["NA", "nan"] == read("a,b\nNA,1\nnan,1\n").table["a"].tolist()


def test_dropped_columns_are_not_there(read):
    assert ["id"] == list(read("id,Nom,Nom\n1,x,y\n", drop=["Nom"]).table.columns)


def test_a_column_to_drop_that_is_not_there_is_told(refused):
    (told,) = refused("id,Nom\n1,x\n", drop=["Name"])
    assert told == "ours.csv: drop: expected a header of the file, got 'Name'. Correct it; the file has 'id', 'Nom'."


def test_rows_that_cannot_be_right_are_told_by_their_lines_all_at_once(refused):
    told = refused("a,b,c,c\n1,2,3,4\n5,6\n7,8,9,0,1\n1,2,3,4\nTotal\n1,2,3,4\n")
    assert told == [
        "ours.csv: lines 3, 6: expected 4 cells, got 1 or 2: '5 | 6'. A line was broken in two, or is no row of data "
        "(a total, a note): mend or remove it in the file.",
        "ours.csv: line 4: expected 4 cells, got 5: '7 | 8 | 9 | 0 | 1'. A value holds the separator: put it in quotes, "
        "or export with another separator.",
        "ours.csv: line 1: expected every header once, got 'c' for columns 3, 4. Rename one in the file.",
    ]


def test_a_quote_that_is_never_closed_is_told_by_its_line(refused):
    (told,) = refused('a,b\n1,2\n1,"x\n' + "1,2\n" * 100)
    assert told.startswith("ours.csv: line 3: expected a quote that is closed again")


def test_a_letter_in_another_encoding_is_told_by_its_line(refused):
    (told,) = refused(FRENCH.encode() + "C9;1;2;forcé\n".encode("cp1252"))
    assert told.startswith("ours.csv: line 302: expected UTF-8 like the rest of the file")


def test_an_encoding_that_cannot_read_the_file_is_told_by_the_line(tmp_path):
    (tmp_path / "ours.csv").write_bytes(FRENCH.encode("cp1252"))
    with pytest.raises(DataError, match=r"ours.csv: line 1: expected text in utf-8, got b'\\xb0'"):
        read_portfolio(tmp_path / "ours.csv", FileSettings(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "content", "got"),
    [
        ("ours.csv", b"", "got an empty file"),
        ("ours.csv", b"\n \n", "got an empty file"),
        ("ours.xls", b"<html><body><table>", "got a page of HTML"),
        ("ours.zip", b"PK\x03\x04", "got .zip. Unpack it"),
        ("ours.csv", b"PK\x03\x04xl/", "got an Excel or zip file called .csv"),
        ("ours.xlsx", b"a,b\n1,2\n", "got something else called .xlsx"),
        ("ours.xlsx", b"PK\x03\x04xl/", "got one that cannot be opened"),
        ("ours.parquet", b"PAR1 and no more", "got one that cannot be read"),
        ("ours.foo", b"a,b\n1,2\n", "got .foo"),
        ("ours", b"a,b\n1,2\n", "got no suffix"),
        ("ours.sas7bdat", b"\0\0", "Export it from SAS"),
        ("ours.csv", b"a,b\n", "expected rows below the headers"),
        ("ours.csv", b"abc\ndef\nghi\n", "expected columns with a separator"),
    ],
)
def test_what_is_no_portfolio_is_refused_with_what_to_do(refused, name, content, got):
    (told,) = refused(content, name)
    assert got in told


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="got a folder"):
        read_portfolio(tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_portfolio(tmp_path / "ours.csv")


def test_a_sheet_is_read_as_typed(workbook):
    rows = [
        ["Titre"],
        [],
        ["id", "date", "montant", "texte"],
        [7, datetime(2024, 7, 15), 12.5, "1 200,5"],
        [8, None, 3, "x"],
    ]
    raw = read_portfolio(workbook(Portefeuille=rows))
    assert ([7, 8], [4, 5]) == (raw.table["id"].tolist(), list(raw.table.index))
    assert [datetime(2024, 7, 15), 12.5, "1 200,5"] == raw.table.iloc[0, 1:].tolist()
    assert ("Portefeuille", ",") == (raw.how["sheet"], raw.style.decimal)


def test_two_sheets_with_tables_are_a_choice_to_make(workbook):
    file = workbook(Portefeuille=[["a", "b"], [1, 2], [3, 4]], Archive=[["a", "b"], [5, 6]])
    with pytest.raises(DataError) as error:
        read_portfolio(file)
    assert str(error.value) == (
        'ours.xlsx: expected one sheet, got "Portefeuille" (2 rows), "Archive" (1 row). Write under [file] which to read, '
        'like sheet = "Portefeuille".'
    )


def test_the_contract_names_the_sheet(workbook):
    file = workbook(Portefeuille=[["a", "b"], [1, 2]], Archive=[["a", "b"], [5, 6]])
    assert [5] == read_portfolio(file, FileSettings(sheet="Archive")).table["a"].tolist()


def test_a_sheet_that_is_not_there_is_told(workbook):
    with pytest.raises(DataError, match='expected a sheet "Archiv", got "Archive"'):
        read_portfolio(workbook(Archive=[["a", "b"], [5, 6]]), FileSettings(sheet="Archiv"))


def test_a_sheet_of_notes_is_no_choice_to_make(workbook):
    file = workbook(Notes=[["Made by Ana"]], Portefeuille=[["a", "b"], [1, 2]])
    assert "Portefeuille" == read_portfolio(file).how["sheet"]


def test_a_parquet_file_is_read_as_typed(tmp_path):
    table = pd.DataFrame(
        {" a ": [1, 2], "when": pd.to_datetime(["2024-01-01", None]), "kind": pd.Categorical(["x", None])}
    )
    table.to_parquet(tmp_path / "ours.parquet")
    raw = read_portfolio(tmp_path / "ours.parquet")
    assert (["a", "when", "kind"], [1, 2]) == (list(raw.table.columns), raw.table["a"].tolist())
    assert [False, True] == raw.table["kind"].isna().tolist()


def test_lists_in_a_parquet_file_are_refused(tmp_path):
    pd.DataFrame({"a": [1], "b": [[1, 2]]}).to_parquet(tmp_path / "ours.parquet")
    with pytest.raises(DataError, match="`b`: expected one value a row"):
        read_portfolio(tmp_path / "ours.parquet")


def test_decimals_and_days_of_a_parquet_file_are_numbers_and_dates(tmp_path):
    pd.DataFrame({"a": [Decimal("1.50"), None], "when": [date(2024, 7, 15), None]}).to_parquet(
        tmp_path / "ours.parquet"
    )
    table = read_portfolio(tmp_path / "ours.parquet").table
    assert [1.5, pd.Timestamp("2024-07-15")] == table.iloc[0].tolist()
