"""Learners get the contract without a word on the company's own file, and without comments."""

import pytest

from graders.contract import read_contract
from instructors.company.delivered import delivered_contract

OURS = """# Our loans
title = "Loans"

# how we read the export of SECRET
[file]
# who may not be seen
drop = ["SECRET"]  # never
pseudonymise = ["client"]

# What columns are for
[roles]
id = "client"  # one a loan

[columns]
client = { from = "SECRET", type = "code", label = "Client" }

# Numbers
[columns.income]
from = "SECRET net"  # our word
type = "number"
range = [0, 9000]  # euros
missing = true
missing_values = [-1]
label = "Income"

[columns.home]
type = "category"
values = ["owner", "other"]
map = { SECRET = "owner" }
label = "Home"
"""


@pytest.fixture
def delivered(tmp_path):
    def delivered(text):
        (tmp_path / "ours.toml").write_text(
            text.replace('drop = ["SECRET"]', 'drop = ["SECRET name"]'), encoding="utf-8"
        )
        return delivered_contract(tmp_path / "ours.toml")

    return delivered


def test_nothing_of_the_companys_own_file_is_delivered(delivered):
    assert "SECRET" not in delivered(OURS)


def test_no_comment_is_delivered(delivered):
    assert "#" not in delivered(OURS)


def test_what_is_delivered_says_the_same_of_the_columns(delivered, tmp_path):
    (tmp_path / "theirs.toml").write_text(delivered(OURS), encoding="utf-8")
    ours, theirs = read_contract(tmp_path / "ours.toml"), read_contract(tmp_path / "theirs.toml")
    assert ours.roles == theirs.roles
    assert {name: column.label for name, column in ours.columns.items()} == {
        n: c.label for n, c in theirs.columns.items()
    }
    assert [None, (), {}] == [
        theirs.file.separator,
        theirs.columns["income"].missing_values,
        theirs.columns["home"].map,
    ]


def test_nothing_of_the_companys_model_is_delivered(delivered):
    model = '[model]\ncolumns = ["SECRET net"]  # in its order\nbad = "SECRET"\n\n'
    assert "SECRET" not in delivered(OURS.replace("# Numbers\n", model + "# Numbers\n"))


def test_a_contract_without_the_companys_part_is_delivered_as_it_is(delivered, tmp_path):
    once = delivered(OURS)
    (tmp_path / "once.toml").write_text(once, encoding="utf-8")
    assert once == delivered_contract(tmp_path / "once.toml")


def test_the_companys_part_may_stand_last_or_inline(delivered):
    head, _, rest = OURS.partition("# how we read the export of SECRET\n")
    last = head + rest.partition("# What columns are for")[2].join(["# What columns are for", ""])
    assert "[file]" not in delivered(last + '\n[file]\ndrop = ["SECRET"]\n')
    assert (
        "file"
        not in delivered(last.replace('title = "Loans"', 'title = "Loans"\nfile = { drop = ["SECRET"] }')).split()
    )
