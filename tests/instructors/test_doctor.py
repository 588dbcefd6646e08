"""What `situ doctor` says of a machine and of a class, and that it would notice."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from instructors import cli, doctor
from instructors.doctor import class_folder, inside, look, machine
from instructors.doctor.findings import Finding, Standing, conclusion, holds
from instructors.doctor.sealing import Machine, advice, examine_sealing
from instructors.engine import linux, running
from instructors.engine.jobs import CellRun, CellState, Outcome, Run, nothing_run
from instructors.engine.sealing import Probe, Way, probe

HOLDS, LOOK, FAILS = Standing.HOLDS, Standing.LOOK, Standing.FAILS
SEALED, WEAKER, OPEN = Probe(Way.NAMESPACES), Probe(Way.LANDLOCK, "unshare: no"), Probe(Way.NONE, "unshare: no")
NOTHING_REACHED = {tried: [] for tried in inside._SAYINGS}


def standings(found):
    return {one.about: one.standing for one in found}


def said(found):
    return " ".join(f"{one.says} {one.do}" for one in found)


# ---- sealing


@pytest.mark.parametrize(("probed", "standing"), [(SEALED, HOLDS), (WEAKER, LOOK), (OPEN, FAILS)])
def test_how_a_machine_seals_decides_how_it_stands(probed, standing):
    assert [standing] == [one.standing for one in examine_sealing(probed, Machine())]


def test_a_machine_that_cannot_seal_is_told_what_that_means_and_what_to_do():
    text = said(examine_sealing(OPEN, Machine("Darwin")))
    assert [True] * 4 == [words in text for words in ("unshare: no", "read the keys", "docker run", "--unsealed")]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Machine("Darwin"), "container"),
        (Machine("Windows"), "wsl --install"),
        (Machine(container="Docker"), "systempaths=unconfined"),
        (Machine(container="Podman"), "unmask=ALL"),
        (Machine(apparmor_restricts=True), "kernel.apparmor_restrict_unprivileged_userns=0"),
        (Machine(debian_restricts=True), "kernel.unprivileged_userns_clone=1"),
        (Machine(no_namespaces=True), "user.max_user_namespaces="),
        (Machine(), "virtual machine"),
    ],
)
def test_every_machine_has_its_own_advice(kind, words):
    assert words in advice(kind)


def test_a_container_on_a_machine_that_restricts_too_gets_both_pieces_of_advice():
    text = advice(Machine(container="Docker", apparmor_restricts=True))
    assert (True, True) == ("systempaths" in text, "sysctl" in text)


# ---- from inside


@pytest.fixture
def made_up():
    with inside.made_up() as kept:
        yield kept


def fake(reached=None, outcome=Outcome.FINISHED):
    """Return what stands in for a sealed run that reached something."""
    text = json.dumps({**NOTHING_REACHED, **(reached or {})})
    cell = CellRun(0, CellState.RAN, 1, ({"output_type": "stream", "name": "stdout", "text": text},))
    return lambda job, way, hidden: Run(outcome, (cell,))


def test_nothing_reached_from_inside_is_well(made_up):
    assert {HOLDS} == set(standings(inside.examine(made_up, Way.NAMESPACES, fake())).values())


def test_what_was_tried_on_a_stand_in_says_so(made_up):
    told = {one.about: "stand-in" in one.says for one in inside.examine(made_up, Way.NAMESPACES, fake())}
    assert {"keys, gradebook, class folder", "what others handed in", "copies of keys"} == {k for k in told if told[k]}


def test_what_was_tried_on_a_class_speaks_of_no_stand_in(mini_class):
    assert "stand-in" not in said(inside.examine(doctor._secrets(mini_class), Way.NAMESPACES, fake()))


@pytest.mark.parametrize("tried", inside._SAYINGS)
def test_whatever_is_reached_from_inside_fails_and_is_named(made_up, tried):
    found = inside.examine(made_up, Way.NAMESPACES, fake({tried: ["this/one"]}))
    assert [inside._SAYINGS[tried][0]] == [one.about for one in found if one.standing is FAILS]
    assert "this/one" in said(found)


def test_a_sealed_run_that_does_not_begin_fails(made_up):
    found = inside.examine(
        made_up, Way.NAMESPACES, lambda job, *_: nothing_run(job.cells, Outcome.NOT_STARTED, "exit 97")
    )
    assert ([FAILS], True) == ([one.standing for one in found], "exit 97" in said(found))


def test_a_sealed_run_whose_look_around_raises_fails(made_up):
    error = CellRun(
        0, CellState.RAISED, 1, ({"output_type": "error", "ename": "E", "evalue": "it broke", "traceback": []},)
    )
    found = inside.examine(made_up, Way.NAMESPACES, lambda *_: Run(Outcome.FINISHED, (error,)))
    assert ([FAILS], True) == ([one.standing for one in found], "it broke" in said(found))


def test_what_was_put_out_as_bait_is_gone_afterwards(made_up):
    before = dict(os.environ)
    with inside._bait() as bait:
        assert bait.mark in os.environ[f"SITU_DOCTOR_{bait.mark}"]
    assert before == dict(os.environ)
    assert not bait.socket.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(bait.process, 0)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_the_look_around_reaches_everything_where_nothing_is_sealed(made_up):
    found = inside.examine(made_up, Way.NAMESPACES, lambda job, *_: running.run(job))
    wanted = {"keys, gradebook, class folder", "what others handed in", "network", "this machine's processes", "limits"}
    assert wanted <= {one.about for one in found if one.standing is FAILS}, said(found)


@pytest.mark.slow
@pytest.mark.parametrize("way", [Way.NAMESPACES, Way.LANDLOCK])
def test_a_class_cannot_be_reached_from_a_sealed_run(mini_class, way):
    if probe().way is not way and (probe().way is Way.NONE or not linux.landlock_version()):
        pytest.skip(f"this machine cannot seal with {way}")
    found = inside.examine(doctor._secrets(mini_class), way)
    assert {HOLDS} == set(standings(found).values()), said(found)


def test_the_keys_of_a_class_are_among_its_secrets(mini_class):
    names = {path.name for path in doctor._secrets(mini_class).contents}
    assert {"gradebook.db", "truth.json"} < names
    assert {path.name for path in mini_class.block.folder.glob("keys/*.py")} < names


# ---- the look itself


def test_a_copy_of_a_key_is_found_by_what_is_in_it(tmp_path):
    (tmp_path / "harmless.txt").write_text("the key")
    wanted = [[7, hashlib.sha256(b"the key").hexdigest()]]
    assert [str(tmp_path / "harmless.txt")] == look.copies(wanted, [str(tmp_path)])


def test_what_is_of_the_same_size_is_no_copy(tmp_path):
    (tmp_path / "harmless.txt").write_text("the-key")
    assert [] == look.copies([[7, hashlib.sha256(b"the key").hexdigest()]], [str(tmp_path)])


def test_an_attempt_to_write_leaves_nothing_behind(tmp_path):
    look.leave_a_file(str(tmp_path))
    assert [] == list(tmp_path.iterdir())


def test_only_what_was_not_refused_is_named(tmp_path):
    assert ["well"] == look.reached(
        [("gone", lambda: look.read(str(tmp_path / "no"))), ("well", lambda: look.read(str(tmp_path)))]
    )


# ---- the machine


def test_this_machine_has_what_the_tests_run_on():
    assert {"Python": HOLDS, "kernel": HOLDS} == {
        about: one for about, one in standings(machine.examine_machine(1)).items() if about in ("Python", "kernel")
    }


def test_a_python_nobody_has_tried_is_named(monkeypatch):
    monkeypatch.setattr(machine, "PYTHONS", ((3, 8), (3, 9)))
    assert (FAILS, True) == (machine._python().standing, "Expected 3.8 to 3.9" in machine._python().says)


def test_the_pythons_are_those_that_situ_can_be_installed_with():
    text = (doctor.Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    (oldest, newest) = machine.PYTHONS
    assert f'requires-python = ">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}"' in text


def test_a_missing_library_is_named_with_the_command_that_brings_it(monkeypatch):
    monkeypatch.setattr(machine, "find_spec", lambda name: None if name == "ipykernel" else True)
    assert (FAILS, True) == (machine._kernel().standing, machine._kernel().do.endswith("-m pip install ipykernel"))


@pytest.mark.parametrize(("free", "standing"), [(100_000, HOLDS), (4_000, LOOK), (900, FAILS), (None, LOOK)])
def test_memory_is_held_against_what_so_many_runs_need(monkeypatch, free, standing):
    monkeypatch.setattr(machine, "_available_mb", lambda: free)
    assert standing is machine._memory(2, 2048).standing


@pytest.mark.parametrize(("wanted", "standing"), [(0, HOLDS), (10**12, FAILS)])
def test_a_disk_without_room_is_named(tmp_path, wanted, standing):
    assert [standing] == [one.standing for one in machine.room(tmp_path, "files", wanted)]


# ---- the class


def test_a_new_class_holds(mini_class):
    assert {HOLDS} == set(standings(class_folder.examine_class(mini_class)).values())


@pytest.mark.skipif(os.name != "posix", reason="about permissions")
def test_a_key_that_other_accounts_can_read_is_named(mini_class, monkeypatch):
    monkeypatch.setattr(class_folder, "_others_may", lambda path, rights: path.stat().st_mode & rights == rights)
    (mini_class.root / "content").chmod(0o755)
    found = [one for one in class_folder.examine_class(mini_class) if one.standing is FAILS]
    assert ["other accounts of this machine"] == [one.about for one in found]
    assert "content" in found[0].says


def test_a_closed_folder_above_closes_what_is_below(tmp_path):
    file = tmp_path / "closed" / "open.txt"
    file.parent.mkdir()
    file.write_text("x")
    file.chmod(0o644)
    file.parent.chmod(0o700)
    assert not class_folder._others_may(file, 0o004)


@pytest.fixture
def hub_class(mini_class, tmp_path, monkeypatch):
    """A class with an exchange for many accounts, which this test alone decides on."""
    monkeypatch.setattr(class_folder, "_others_may", lambda path, rights: path.stat().st_mode & rights == rights)
    root = tmp_path / "exchange"
    for name, mode in (("", 0o777), ("autumn", 0o755), ("autumn/inbound", 0o733), ("autumn/outbound", 0o755)):
        (root / name).mkdir()
        (root / name).chmod(mode)
    settings = mini_class.settings.model_copy(update={"exchange": str(root)})
    return class_folder.Class(mini_class.root, settings)


def exchange_of(made):
    (found,) = class_folder._exchange(made)
    return found.standing, found.says


def test_an_exchange_as_nbgrader_makes_it_holds(hub_class):
    assert HOLDS is exchange_of(hub_class)[0]


@pytest.mark.parametrize(("folder", "mode"), [("", 0o755), ("autumn/inbound", 0o700), ("autumn/outbound", 0o700)])
def test_an_exchange_that_learners_cannot_use_is_named(hub_class, folder, mode):
    (hub_class.exchange / folder).chmod(mode)
    standing, says = exchange_of(hub_class)
    assert (FAILS, True) == (standing, str(hub_class.exchange / folder).rstrip("/") in says)


def test_an_exchange_in_which_learners_see_what_others_hand_in_is_named(hub_class):
    (hub_class.exchange / "autumn/inbound").chmod(0o777)
    assert (FAILS, True) == (exchange_of(hub_class)[0], "list what others handed in" in exchange_of(hub_class)[1])


def test_an_exchange_that_is_not_there_is_named(hub_class, tmp_path):
    hub_class.exchange.rename(tmp_path / "elsewhere")
    assert FAILS is exchange_of(hub_class)[0]


def test_a_file_server_with_another_clock_is_named(mini_class, monkeypatch):
    monkeypatch.setattr(class_folder.time, "time", lambda: 2_000_000_000.0)
    (found,) = class_folder._clock(mini_class)
    assert (FAILS, True) == (found.standing, "off this machine's clock" in found.says)


# ---- the command


@pytest.fixture
def situ(monkeypatch, capsys):
    def call(probed, *arguments):
        monkeypatch.setattr(doctor, "probe", lambda: probed)
        monkeypatch.setattr(inside, "examine", lambda *_: [Finding("network", HOLDS, "Cannot be reached.")])
        monkeypatch.setattr("sys.argv", ["situ", "doctor", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return stop.value.code or 0, capsys.readouterr().out

    return call


def test_a_machine_on_which_all_holds_ends_well(situ, mini_class):
    code, out = situ(SEALED, mini_class.root, "--jobs", 1)
    assert (0, True) == (code, "All holds." in out), out


def test_a_machine_that_cannot_seal_ends_with_one_and_says_what_to_do(situ):
    code, out = situ(OPEN, "--jobs", 1)
    assert (1, True, False) == (code, "To do:" in out, "from inside" in out)


def test_the_examination_is_one_json_object(situ, mini_class):
    code, out = situ(WEAKER, mini_class.root, "--json", "--jobs", 1)
    told = json.loads(out)
    assert (0, True) == (code, told["holds"])
    assert ["sealing", "from inside a sealed run", "this machine", "the class"] == list(told["findings"])


@pytest.fixture
def told_of_settings(situ, mini_class, monkeypatch):
    """What the command finds in the class, and of memory, with these lines in the class's settings."""

    def call(text, *arguments):
        file = mini_class.root / "nbgrader_config.py"
        file.write_text(f"{file.read_text()}\n{text}\n")
        monkeypatch.setattr(machine, "_available_mb", lambda: 100_000)
        code, out = situ(SEALED, mini_class.root, "--json", *arguments)
        found = json.loads(out)["findings"]
        by_name = {one["about"]: one for one in [*found["this machine"], *found["the class"]]}
        return code, by_name

    return call


OWN = 'c.RunSubmission.limits = {"memory_mb": 40960}\nc.RunSubmission.jobs = 6\nc.Execute.timeout = 90'


def test_the_class_s_own_settings_are_what_memory_is_held_against(told_of_settings):
    _, found = told_of_settings(OWN)
    assert "6 runs at a time usually need 2200 MB, and may take 246460 MB" in found["memory"]["says"]
    assert "6 at a time, with 40960 MB each; 90 s a cell, 600 s a notebook." == found["how submissions run"]["says"]


def test_so_many_at_a_time_as_asked_for_stand_before_the_class_s_own(told_of_settings):
    assert "3 runs at a time" in told_of_settings(OWN, "--jobs", 3)[1]["memory"]["says"]


@pytest.mark.parametrize("wrong", ["1 / 0", 'c.RunSubmission.limits = {"memroy_mb": 1}', "raise SystemExit(1)", "c."])
def test_settings_that_cannot_be_read_are_named(told_of_settings, wrong):
    code, found = told_of_settings(wrong)
    assert (1, "fails") == (code, found["how submissions run"]["standing"])


@pytest.mark.parametrize(
    ("line", "about"),
    [("c.RunSubmission.sealed = False", "unsealed"), ('c.RunSubmission.cluster = "tcp://x:1"', "cluster")],
)
def test_settings_that_ask_for_less_or_for_elsewhere_are_worth_a_look(told_of_settings, line, about):
    assert "look" == told_of_settings(line)[1][about]["standing"]


def test_a_folder_that_is_no_class_is_bad_usage(situ, tmp_path):
    assert 2 == situ(SEALED, tmp_path)[0]


def test_what_is_worth_a_look_does_not_stop_anybody():
    assert holds([Finding("a", LOOK, "b"), Finding("a", HOLDS, "b")])


@pytest.mark.parametrize(("standing", "words"), [(HOLDS, "All holds"), (LOOK, "have a look"), (FAILS, "does not hold")])
def test_the_last_line_says_how_it_stands_in_all(standing, words):
    assert words in conclusion([Finding("a", HOLDS, "b"), Finding("a", standing, "b")])


@pytest.mark.slow
@pytest.mark.skipif(not linux.is_known_machine(), reason="not Linux")
def test_a_machine_whose_kernel_refuses_namespaces_is_examined_under_landlock():
    code = """if True:
        import sys
        from instructors.engine import linux, seccomp
        linux.gain_no_privileges()
        linux.install_filter(seccomp.refusing(linux.machine(), ["unshare"]))
        sys.argv = ["situ", "doctor", "--jobs", "1", "--json"]
        from instructors import cli
        cli.main()
    """
    ran = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    told = json.loads(ran.stdout)["findings"]
    assert ["look"] == [one["standing"] for one in told["sealing"]]
    assert {"holds"} == {one["standing"] for one in told["from inside a sealed run"]}, told
