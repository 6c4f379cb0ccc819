"""The units of systemd/: what systemd-analyze says of them, and the service really run by systemd in a container that is
this machine's own system with vonvayd installed (tests/lib/machine.sh, machine_probe.sh)."""

import os
import re
import subprocess

import pytest

import vonvay_env

UNITS = ("vonvayd.service", "vonvayd.socket", "vonvayd-tls.socket", "vonvayd-https.socket")
EXPOSURE_MAX = 1.0


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """`make install` into a folder, without building anything."""
    folder = tmp_path_factory.mktemp("installed")
    make = ["make", "--no-print-directory", "-s", "-o", "all", "install", f"BUILD={vonvay_env.BUILD}", f"DESTDIR={folder}"]
    out = subprocess.run(make, capture_output=True, text=True, cwd=vonvay_env.ROOT)
    assert out.returncode == 0, out.stderr
    return folder


@pytest.fixture(scope="module")
def units(installed, tmp_path_factory):
    """The installed units, with the program where it lies now, so that systemd-analyze finds it."""
    folder = tmp_path_factory.mktemp("units")
    for name in UNITS:
        text = (installed / "usr/local/lib/systemd/system" / name).read_text()
        assert "/usr/sbin/" not in text
        (folder / name).write_text(text.replace("=/usr/local/sbin/", f"={installed}/usr/local/sbin/"))
    return folder


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *map(str, arguments)], capture_output=True, text=True)


def test_every_unit_is_installed_and_known_here(installed):
    names = {p.name for p in (vonvay_env.ROOT / "systemd").iterdir()} - {"vonvayd.sysusers", "vonvayd.tmpfiles"}
    assert names == set(UNITS) == {p.name for p in (installed / "usr/local/lib/systemd/system").iterdir()}
    assert (installed / "usr/local/lib/sysusers.d/vonvayd.conf").read_text().count("\nu vonvayd ") == 1
    assert " /usr/local/etc/vonvay/vonvayd.conf 0640 " in (installed / "usr/local/lib/tmpfiles.d/vonvayd.conf").read_text()


def test_verify_has_nothing_to_say(units):
    out = analyze("verify", "--man=no", *(units / name for name in UNITS))
    assert (out.returncode, out.stdout, out.stderr) == (0, "", "")


def test_verify_finds_a_mistake(units, tmp_path):
    """What the test before rests on."""
    wrong = tmp_path / "vonvayd.service"
    wrong.write_text((units / "vonvayd.service").read_text().replace("ProtectSystem=strict", "ProtectSystme=strict"))
    assert "ProtectSystme" in analyze("verify", "--man=no", wrong).stderr


def test_exposure(units):
    out = analyze("security", "--offline=yes", "--no-pager", units / "vonvayd.service")
    level = float(re.search(r"Overall exposure level for vonvayd.service: ([0-9.]+)", out.stdout).group(1))
    assert level <= EXPOSURE_MAX, out.stdout


def probe(folder):
    """What the container printed, as a dictionary; skips where the machine can't run one."""
    if os.getuid() != 0:
        pytest.skip("a container needs root")
    if "-fsanitize" in (vonvay_env.BUILD / "flags").read_text():
        pytest.skip("sanitizers want more of the machine than the sandbox gives")
    command = ["unshare", "--mount", "tests/lib/machine.sh", str(folder), str(vonvay_env.BUILD), "tests/lib/machine_probe.sh"]
    out = subprocess.run(command, capture_output=True, text=True, errors="replace", cwd=vonvay_env.ROOT, preexec_fn=vonvay_env.die_with_parent)
    if "booted: yes" not in out.stdout:
        last = (out.stderr.strip() or "nothing was said").split("\n")[-1]
        pytest.skip(f"systemd-nspawn does not boot here (status {out.returncode}): {last}")
    assert "ended: yes" in out.stdout, out.stdout + out.stderr
    return dict(re.findall(r"^([a-z ]+): (.*)$", out.stdout, re.M))


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    return probe(tmp_path_factory.mktemp("machine"))


def test_the_service_starts_with_the_first_staff_at_the_socket(said):
    assert (said["before"], said["stranger"], said["after"]) == ("inactive", "inactive", "active")
    assert said["user"] == "vonvayd"
    assert said["conf"] == "root:vonvayd 640"


def test_the_running_service_is_locked_in(said):
    assert said["capabilities"] == "0000000000000000 0000000000000000"
    assert said["seccomp"] == "2 2"  # the worker too
    assert said["no new privileges"] == "1"
    assert said["interfaces"] == "lo"
    assert said["written"] == "0"
    assert int(said["worker nice"]) > 0
    assert float(said["exposure"]) <= EXPOSURE_MAX


def test_reload_restart_and_stop(said):
    assert said["reload"] == "active same"
    assert said["socket"] == "same vonvayd:vonvay 660"
    assert said["stopped"] == "success inactive"


def test_a_daemon_that_hangs_is_started_again(said):
    assert said["watchdog"] == "1 active other"
    assert said["again"] == "answered"
