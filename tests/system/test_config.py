"""Options and settings of vonvayd: what it prints, what it refuses, and with which status."""

import vonvay_env
from vonvay_env import vonvayd


def config(tmp_path, text):
    path = tmp_path / "vonvayd.conf"
    path.write_text(text)
    return path


def test_printed_defaults_are_the_file_in_config():
    out = vonvayd("--print-config")
    assert out.returncode == 0
    assert out.stdout == (vonvay_env.ROOT / "config/vonvayd.conf").read_text()


def test_printed_defaults_are_good(tmp_path):
    path = config(tmp_path, vonvayd("--print-config").stdout)
    out = vonvayd("--config", path, "--check-config")
    assert (out.returncode, out.stdout) == (0, f"{path}: good\n")


def test_bad_value_names_file_line_key_and_range(tmp_path):
    path = config(tmp_path, "[daemon]\n\nmax_clients = many\n")
    out = vonvayd("--config", path, "--check-config")
    assert out.returncode == 2
    assert out.stdout == ""
    assert out.stderr == (
        f'vonvayd: {path}:3: max_clients in [daemon] is "many"; allowed: a whole number, 1 to 10000\n'
    )


def test_unknown_key_is_refused_in_every_mode(tmp_path):
    path = config(tmp_path, "[night]\nwhen = 23:00\n")
    for mode in ([], ["--check-config"], ["--migrate"], ["--worker"]):
        out = vonvayd("--config", path, *mode)
        assert out.returncode == 2, mode
        assert out.stderr == f"vonvayd: {path}:2: unknown key when in [night]; allowed: at, chunk_loans\n"


def test_missing_file(tmp_path):
    out = vonvayd("--config", tmp_path / "none.conf")
    assert out.returncode == 2
    assert out.stderr == f"vonvayd: {tmp_path}/none.conf: No such file or directory\n"


def test_version():
    out = vonvayd("--version")
    assert out.returncode == 0
    assert out.stdout.startswith("vonvayd ")


def test_help_names_every_option():
    out = vonvayd("--help")
    assert out.returncode == 0
    for option in ("--config", "--check-config", "--print-config", "--migrate", "--set-password", "--version", "--help", "--worker", "--hash-worker"):
        assert option in out.stdout


def test_usage_errors():
    for arguments in (["--nonsense"], ["file"], ["--check-config", "--migrate"], ["--config"]):
        out = vonvayd(*arguments)
        assert out.returncode == 2, arguments
        assert "usage: vonvayd" in out.stderr


def test_bad_data_key_is_refused_at_start(tmp_path):
    key = tmp_path / "key"
    key.write_text("too short")
    sql = vonvay_env.ROOT / "sql"
    path = config(tmp_path, f"[security]\ndata_key_file = {key}\n[sql]\ndir = {sql}\n")
    out = vonvayd("--config", path)
    assert out.returncode == 1
    assert f"data key {key}: must be 32 bytes or 64 hexadecimal digits" in out.stderr


def test_sql_folder_that_is_none_is_refused_at_start(tmp_path):
    path = config(tmp_path, f"[sql]\ndir = {tmp_path}\n")
    out = vonvayd("--config", path)
    assert out.returncode == 1
    assert f"{tmp_path}/migrations: No such file or directory" in out.stderr
