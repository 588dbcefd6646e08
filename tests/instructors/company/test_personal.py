"""Personal data are found where they are, and ordinary numbers and words are left alone."""

import random
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from instructors.company.personal import personal_data

ROWS = 400
LUCK = random.Random(7)
FIRST = [a + b for a in ("An", "Be", "Ce", "Da", "El", "Fi", "Gu", "Ha") for b in ("na", "ric", "line", "vid")]
LAST = [a + b for a in ("Mar", "Du", "Le", "Ro", "Gar", "Schm", "Ber", "Pet") for b in ("tin", "bois", "blanc", "idt")]


def digits(count, luck=LUCK):
    return "".join(luck.choices("0123456789", k=count))


def with_check(make):
    return [make() for _ in range(ROWS)]


def nir():
    body = f"{LUCK.choice('12')}{LUCK.randrange(40, 99)}{LUCK.randrange(1, 13):02d}{LUCK.randrange(10, 95)}{digits(6)}"
    return body + f"{97 - int(body) % 97:02d}"


def dni():
    number = LUCK.randrange(10_000_000, 99_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def bsn():
    while True:
        body = [LUCK.randrange(1, 10), *(LUCK.randrange(10) for _ in range(7))]
        check = sum(digit * weight for digit, weight in zip(body, range(9, 1, -1), strict=True)) % 11
        if check < 10:
            return "".join(map(str, [*body, check]))


def belgian():
    body = f"{LUCK.randrange(40, 99)}{LUCK.randrange(1, 13):02d}{LUCK.randrange(1, 29):02d}{LUCK.randrange(1, 998):03d}"
    return body + f"{97 - int(body) % 97:02d}"


def iban():
    account = digits(18)
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def card():
    body = "4" + digits(14)
    total = sum(sum(divmod(int(d) * (2 - place % 2), 10)) for place, d in enumerate(body))
    return body + str(-total % 10)


def nino():
    return f"{LUCK.choice('ABCEGH')}{LUCK.choice('ABCEGH')}{digits(6)}{LUCK.choice('ABCD')}"


def ssn():
    return f"{LUCK.randrange(100, 600)}-{LUCK.randrange(10, 99)}-{LUCK.randrange(1000, 9999)}"


def full_name():
    return f"{LUCK.choice(FIRST)} {LUCK.choice(LAST)}{LUCK.choice(LAST).lower()}"


def date_between(low, high):
    return f"{LUCK.randrange(1, 29):02d}/{LUCK.randrange(1, 13):02d}/{LUCK.randrange(low, high)}"


def remark():
    return " ".join(LUCK.choices(FIRST, k=9)).lower()


def found(header, values):
    table = pd.DataFrame({header: values})
    return {finding.kind for finding in personal_data(SimpleNamespace(table=table), [header])}


@pytest.mark.parametrize(
    ("kind", "header", "make"),
    [
        ("IBAN", "c1", iban),
        ("card number", "c1", card),
        ("French social security number (NIR)", "c1", nir),
        ("Spanish identity number (DNI)", "c1", dni),
        ("Dutch citizen number (BSN)", "c1", bsn),
        ("Belgian national number", "c1", belgian),
        ("British national insurance number", "c1", nino),
        ("American social security number", "c1", ssn),
        ("national number, as its header says", "Passport", lambda: f"K{digits(8)}"),
        ("e-mail", "contact", lambda: f"{digits(5)}@post.fr"),
        ("phone", "contact", lambda: f"+336{digits(8)}"),
        ("phone", "contact", lambda: "06 " + " ".join(digits(2) for _ in range(4))),
        ("phone", "contact", lambda: f"06{digits(8)}"),
        ("phone", "téléphone", lambda: f"6{digits(8)}"),
        ("phone", "Handy", lambda: f"0151{digits(7)}"),
        ("name", "Nom", lambda: LUCK.choice(LAST).upper()),
        ("name", "Prénom", lambda: LUCK.choice(FIRST)),
        ("name", "Vorname", lambda: LUCK.choice(FIRST)),
        ("name", "c1", full_name),
        ("birth date", "Date de naissance", lambda: date_between(1940, 2004)),
        ("birth date", "Geburtsdatum", lambda: date_between(1940, 2004).replace("/", ".")),
        ("birth date", "c1", lambda: date_between(1940, 2004)),
        ("birth date", "dob", lambda: f"19{LUCK.randrange(40, 99)}0{LUCK.randrange(1, 9)}15"),
        ("address", "c1", lambda: f"{LUCK.randrange(1, 99)} rue de la {LUCK.choice(LAST)} {digits(3)}"),
        ("address", "Anschrift", lambda: f"{LUCK.choice(LAST)}straße {digits(2)}"),
        ("free text", "c1", remark),
    ],
)
def test_personal_data_are_found(kind, header, make):
    assert kind in found(header, with_check(make))


def codice_fiscale():
    return LUCK.choice(["RCCMNL83S18D969H", "MRTMTT91D08F205J", "RSSMRA85T10A562S"])


def test_an_italian_codice_fiscale_is_found_however_few_there_are():
    assert {"Italian codice fiscale"} == found("c1", [codice_fiscale() for _ in range(3)])


@pytest.mark.parametrize("pension", ["15070649C103", "65170839J003"])
def test_a_german_pension_number_is_known_by_its_check_digit(pension):
    from instructors.company.identity_numbers import NATIONAL

    assert ["German pension number"] == [kind.name for kind in NATIONAL if kind.passes(pension)]
    changed = f"{(int(pension[0]) + 1) % 10}{pension[1:]}"
    assert [] == [kind.name for kind in NATIONAL if kind.passes(changed)]


@pytest.mark.parametrize("length", range(1, 17))
def test_random_whole_numbers_are_no_finding(length):
    values = [LUCK.randrange(10 ** (length - 1), 10**length) for _ in range(ROWS)]
    assert set() == found("c1", values) | found("c1", [str(value) for value in values])


@pytest.mark.parametrize("start", [1, 100_001, 10_000_000, 200_000_000, 4_000_000_000_000_000])
def test_running_numbers_are_no_finding(start):
    assert set() == found("id", list(range(start, start + ROWS)))


@pytest.mark.parametrize(
    ("header", "make"),
    [
        ("amount", lambda: f"{LUCK.uniform(0, 1e6):.2f}"),
        ("montant", lambda: f"{LUCK.randrange(1000, 900_000):,}".replace(",", " ")),
        ("betrag", lambda: f"{LUCK.uniform(0, 1e5):.2f} €".replace(".", ",")),
        ("ratio", lambda: f"{LUCK.random():.8f}"),
        ("application date", lambda: date_between(2020, 2025)),
        ("client since", lambda: date_between(1960, 2005)),
        ("timestamp", lambda: f"2023-0{LUCK.randrange(1, 9)}-1{LUCK.randrange(9)} 1{LUCK.randrange(9)}:05:33"),
        ("month", lambda: f"2023-{LUCK.randrange(1, 13):02d}"),
        ("zip", lambda: digits(5)),
        ("postcode", lambda: f"{digits(4)} {LUCK.choice('ABCD')}{LUCK.choice('ABCD')}"),
        ("product code", lambda: f"AB{digits(6)}{LUCK.choice('EFGHKLMN')}"),
        ("product", lambda: f"{digits(3)}-{digits(2)}-{digits(3)}"),
        ("contract", lambda: f"{digits(8)}{LUCK.choice('ABCDEFGHJKLMNPQRSTVWXYZ')}"),
        ("dossier", lambda: f"{LUCK.randrange(10**9):010d}"),
        ("hash", lambda: f"{LUCK.getrandbits(64):016x}"),
        ("age", lambda: LUCK.randrange(18, 90)),
        ("année de naissance", lambda: LUCK.randrange(1940, 2004)),
        ("product name", lambda: LUCK.choice(LAST)),
        ("nom de l'agence", lambda: LUCK.choice(LAST)),
        ("city", lambda: LUCK.choice(LAST)),
        ("job", lambda: LUCK.choice(["Head Nurse", "Bus Driver", "Sales Clerk"])),
        ("purpose", lambda: LUCK.choice(["existing credits paid back duly till now", "critical account or others"])),
        ("mobile phone", lambda: LUCK.choice(["yes", "no"])),
        ("phone", lambda: LUCK.choice([0, 1])),
        ("grade", lambda: LUCK.choice("ABC")),
        ("nombre de crédits", lambda: LUCK.randrange(5)),
    ],
)
def test_ordinary_columns_are_no_finding(header, make):
    assert set() == found(header, with_check(make))


def test_a_column_with_a_few_e_mails_among_thousands_of_words_is_found():
    values = ["branch", "online"] * 5_000
    values[4_321] = "ana@post.fr"
    assert {"e-mail"} == found("channel", values)


def test_what_stands_in_free_text_is_named_beside_it():
    values = with_check(remark)
    values[3] += f" at {iban()}"
    values[4] += " ana@post.fr"
    values[5] += " on +33 6 12 34 56 78"
    inside = {"e-mail in free text", "IBAN in free text", "phone in free text"}
    assert {"free text", *inside} == found("notes", values)


def test_an_example_shows_no_letter_and_no_digit_of_the_value():
    table = pd.DataFrame({"contact": ["Zoe.Martin7@post.fr"] * 3})
    (finding,) = personal_data(SimpleNamespace(table=table), ["contact"])
    assert "Xxx.Xxxxxx9@xxxx.xx" == finding.example
    assert 'Add "contact" to drop under [file].' == finding.do
    assert (1.0, 3) == (finding.share, finding.looked_at)


def test_a_column_that_is_not_kept_is_not_looked_at():
    table = pd.DataFrame({"Nom": with_check(full_name), "age": range(ROWS)})
    assert [] == personal_data(SimpleNamespace(table=table), ["age", "gone"])


def test_columns_as_excel_and_parquet_type_them_are_read():
    table = pd.DataFrame(
        {
            "a": pd.Series([int(bsn()) for _ in range(ROWS)], dtype="Int64"),
            "b": pd.to_datetime(["1961-02-03", "1999-12-01"] * (ROWS // 2)),
            "c": pd.Series([True, False] * (ROWS // 2)),
            "d": pd.Series(["x", None] * (ROWS // 2), dtype="category"),
            "e": [np.nan] * ROWS,
            "date de naissance": pd.to_datetime(["1961-02-03", "1999-12-01"] * (ROWS // 2)),
        }
    )
    kinds = {finding.column: finding.kind for finding in personal_data(SimpleNamespace(table=table), list(table))}
    assert {"a": "Dutch citizen number (BSN)", "date de naissance": "birth date"} == kinds


def test_fifty_thousand_rows_of_forty_columns_take_seconds():
    luck = np.random.default_rng(1)
    texts = {f"t{place}": luck.integers(0, 10**9, 50_000).astype(str) for place in range(20)}
    words = {f"w{place}": luck.choice(["branch", "online", "broker"], 50_000) for place in range(20)}
    table = pd.DataFrame(texts | words)
    began = time.perf_counter()
    assert [] == personal_data(SimpleNamespace(table=table), list(table))
    assert time.perf_counter() - began < 10
