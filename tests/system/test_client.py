"""The client against a daemon made of a script: what it sends, what it shows, what it does when answers get lost."""

import fcntl
import hashlib
import json
import os
import pty
import re
import select
import shutil
import socket
import struct
import subprocess
import termios
import threading
import time
import unicodedata

import pytest
import vonvay_env

UUID7 = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
LOAN = "6600000000000017"


class FakeDaemon:
    """Answers requests with answers[method]: a result, an exception made by refuse(), or a function of the request.

    `moods` are taken one a request: "answer" (also when there are none), "lose" (do it, hang up without answering),
    "hang up" (without doing it), "silent", or bytes to send instead of the answer before hanging up. A write is done
    once a key.
    """

    def __init__(self, folder):
        self.path = folder / "fake.sock"
        self.answers, self.moods, self.requests, self.done = {}, [], [], {}
        self.on_request = lambda request: None
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(8)
        self.server = threading.Thread(target=self._serve, daemon=True)
        self.server.start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.server.join()
        self.listener.close()
        self.path.unlink(missing_ok=True)

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection, connection.makefile("rb") as lines:
            try:
                for line in lines:
                    assert len(line) <= 1024 * 1024
                    if not self._answer(connection, json.loads(line)):
                        return
            except (OSError, KeyError):  # KeyError: no answer was given to it; the client sees a lost connection
                pass

    def _answer(self, connection, request):
        self.on_request(request)
        self.requests.append(request)
        mood = self.moods.pop(0) if self.moods else "answer"
        if mood == "hang up":
            return False
        if mood == "silent":
            connection.recv(1)  # until the client has given up
            return False
        reply = {"jsonrpc": "2.0", "id": request["id"], **self._reply(request)}
        if mood == "answer":
            connection.sendall(json.dumps(reply, ensure_ascii=False).encode() + b"\n")
        elif isinstance(mood, bytes):
            connection.sendall(mood)
        return mood == "answer"

    def _reply(self, request):
        key = request.get("params", {}).get("key")
        if key in self.done:
            return self.done[key]
        answer = self.answers[request["method"]]
        value = answer(request) if callable(answer) else answer
        if isinstance(value, list) and value and isinstance(value[0], Refused):
            value = value.pop(0) if len(value) > 1 else value[0]
        if isinstance(value, Refused):
            return {"error": value.error}
        if key:
            self.done[key] = {"result": value}
        return {"result": value}

    def calls(self, method):
        return [request for request in self.requests if request["method"] == method]


class Refused:
    def __init__(self, word, code=-32050, message="in English", field=None):
        self.error = {"code": code, "message": message, "data": {"word": word, "field": field, "ref": "c1-1"}}


class Client:
    def __init__(self, folder, socket_path):
        self.home = folder
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "VONVAY_SOCKET": str(socket_path), "TERM": "xterm",
            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")},
        }

    def run(self, *arguments, status=0, cwd=None, stdin=None, **env):
        out = subprocess.run(
            [vonvay_env.program("vonvay"), *map(str, arguments)], capture_output=True, text=True, timeout=vonvay_env.PATIENCE_S,
            input=stdin, cwd=cwd or self.home, env={**self.env, **env},
        )
        assert out.returncode == status, f"{arguments}: {out.returncode}\n{out.stdout}{out.stderr}"
        return out

    def waiting(self):
        folder = self.home / ".local/state/vonvay/pending"
        return sorted(folder.glob("*")) if folder.exists() else []


@pytest.fixture
def fake(tmp_path):
    daemon = FakeDaemon(tmp_path)
    yield daemon
    daemon.close()


@pytest.fixture
def client(tmp_path, fake):
    return Client(tmp_path, fake.path)


PAID = {
    "loan": LOAN, "fact": 3, "paid_on": "2026-06-30", "amount": 1234567,
    "allocation": {"principal_overdue": 0, "principal_due": 1000000, "principal_early": 0, "interest_overdue": 0,
                   "interest_in_term": 234567, "interest_grace": 0},
    "outstanding": 49000000, "interest_unpaid": {"in_term": 0, "overdue": 0, "grace": 0, "total": 0}, "status": "in_term",
}
TOTAL = {"loans": 9100, "borrowers": 8500, "outstanding": 524485000000, "in_term": 520000000000, "overdue": 4485000000,
         "frozen": 0, "interest_unpaid": 1234567, "overdue_ratio": "0.0086"}
SWEEP = {"business_date": "2026-06-30", "swept_until": "2026-06-30", "run": None, "last_day": None, "retry": 0, "held": 0}


def columns(text):
    """Display columns of a text, counted without the client's own table."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


# --- call ---------------------------------------------------------------------------------------------------------------


def test_call_prints_the_result_as_one_json_text(client, fake):
    fake.answers["status.daemon"] = {"name": "vonvayd", "đồng": 9223372036854775807, "list": [1, None, True]}
    out = client.run("call", "status.daemon")
    assert json.loads(out.stdout) == fake.answers["status.daemon"]
    assert out.stdout.count("\n") == 1 and out.stderr == ""
    assert "params" not in fake.requests[0] and "as" not in fake.requests[0]


def test_call_sends_the_parameters_as_they_are(client, fake):
    fake.answers["loan.find"] = {"loans": []}
    params = {"text": "Hồ Văn \"A\"\n", "limit": 3, "by": ["x"], "deep": {"a": [1.5, None]}}
    client.run("call", "loan.find", json.dumps(params))
    client.run("call", "loan.find", "-", stdin=json.dumps(params))
    assert [request["params"] for request in fake.requests] == [params, params]


def test_an_error_is_json_on_stderr_and_status_1(client, fake):
    fake.answers["status.loan"] = Refused("loan_not_found", -32004, "no such loan", "loan")
    out = client.run("call", "status.loan", '{"loan":"1"}', status=1)
    assert out.stdout == ""
    assert json.loads(out.stderr) == fake.answers["status.loan"].error


@pytest.mark.parametrize("text", ["{", "[1,2", '"x"', '{"a":1,"a":2}', '{"a":1} {}', '{"n":99999999999999999999}'])
def test_call_refuses_what_is_no_json(client, fake, text):
    client.run("call", "loan.find", text, status=2)
    assert fake.requests == []


def test_call_gives_a_write_its_key(client, fake):
    fake.answers["loan.pay"] = PAID
    client.run("call", "loan.pay", json.dumps({"loan": LOAN, "amount": 1}))
    assert UUID7.match(fake.requests[0]["params"]["key"])
    own = vonvay_env.uuid7()
    client.run("call", "loan.pay", json.dumps({"loan": LOAN, "amount": 1, "key": own}))
    assert fake.requests[1]["params"]["key"] == own
    assert client.waiting() == []


def test_act_as_stands_beside_the_method(client, fake):
    fake.answers["status.daemon"] = {}
    client.run("--as", "tindung", "call", "status.daemon")
    assert fake.requests[0]["as"] == "tindung"


# --- exit status and command line ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [
    (), ("nothing",), ("loan",), ("loan", "nothing"), ("loan", "pay"), ("loan", "pay", LOAN), ("loan", "show"),
    ("loan", "pay", LOAN, "1000", "extra"), ("loan", "show", "12a"), ("loan", "show", LOAN, "--nothing"),
    ("loan", "show", LOAN, "--as-of"), ("loan", "show", LOAN, "--as-of", "2023-02-29"),
    ("loan", "show", LOAN, "--as-of", "31/12/23"), ("loan", "show", LOAN, "--as-of", "2023-01-01", "--as-of", "2023-01-02"),
    ("portfolio", "--by", "programme,nothing"), ("portfolio", "--by", ""), ("--json=1", "status"),
    ("status", "--key", "x"), ("status", "--key", "01890a5d-ac96-774b-bcce-b302099a8057"), ("--timeout", "0", "status"),
    ("--lang", "fr", "status"), ("import", "areas"), ("import", "nothing", "x.csv"), ("import", "areas", "absent.csv"),
    ("loan", "quote", "--principal", "1000"), ("loan", "quote", "--event", "2024-01-01:paid"), ("help", "nothing"),
])
def test_usage_is_status_2_and_asks_nobody(client, fake, arguments):
    out = client.run(*arguments, status=2)
    assert out.stdout == "" and out.stderr.startswith("vonvay: ")
    assert fake.requests == []


def test_usage_shows_the_line_of_the_command(client):
    out = client.run("--lang", "en", "loan", "pay", LOAN, status=2)
    assert "AMOUNT is missing" in out.stderr
    assert "usage: vonvay loan pay LOAN AMOUNT [--on DATE]" in out.stderr


@pytest.mark.parametrize("text,amount", [
    ("1234567", 1234567), ("1.234.567", 1234567), ("1", 1), ("999.999", 999999), ("500.000 ₫", 500000),
    ("12.345.678.901.234", 12345678901234), ("1000000đ", 1000000),
])
def test_amounts(client, fake, text, amount):
    fake.answers["loan.pay"] = PAID
    client.run("loan", "pay", LOAN, text)
    assert fake.requests[0]["params"]["amount"] == amount


@pytest.mark.parametrize("text", [
    "1.23", "1.2345", "1234.567", ".123", "1..234", "1.234.56", "1.234,5", "1,234", "-5", "0", "1e6", "", " 1", "1.234.",
    "99999999999999999999", "0x10", "1 000", "1000 USD",
])
def test_amounts_that_are_none(client, fake, text):
    client.run("loan", "pay", LOAN, text, status=2)
    assert fake.requests == []


def test_dates_both_ways(client, fake):
    fake.answers["loan.pay"] = PAID
    for text in ("2024-02-29", "29/02/2024", "29/2/2024"):
        client.run("loan", "pay", LOAN, "1000", "--on", text)
    assert [request["params"]["paid_on"] for request in fake.requests] == ["2024-02-29"] * 3


def test_parameters_of_a_quote(client, fake):
    fake.answers["loan.quote"] = {"schedule": [], "positions": []}
    client.run(
        "loan", "quote", "--principal", "50.000.000", "--rate", "6,6", "--on", "10/11/2025", "--term", 36, "--instalment=6",
        "--rate-change", "2025-12-01:6.24", "--event", "10/05/2026:paid:500.000", "--event", "2026-06-10:principal_paid:1000",
        "--as-of", "2026-06-30", "--as-of", "2026-06-30", "--default", "overdue",
    )
    assert fake.requests[0]["params"] == {
        "principal": 50000000, "rate_percent": "6.6", "disbursed_on": "2025-11-10", "term_months": 36,
        "instalment_months": 6, "rate_changes": [{"on": "2025-12-01", "rate_percent": "6.24"}],
        "events": [{"on": "2026-05-10", "kind": "paid", "amount": 500000},
                   {"on": "2026-06-10", "kind": "principal_paid", "amount": 1000}],
        "as_of": ["2026-06-30", "2026-06-30"], "instalment_default": "overdue",
    }


def test_words_of_a_search_are_joined(client, fake):
    fake.answers["household.find"] = {"households": []}
    client.run("household", "find", "Hồ", "Văn", "Nam", "--limit", 5)
    client.run("household", "find", "--", "--Nam")
    assert [request["params"] for request in fake.requests] == [{"text": "Hồ Văn Nam", "limit": 5}, {"text": "--Nam"}]


def test_no_connection_is_status_3(client, tmp_path):
    out = client.run("--lang", "en", "--socket", tmp_path / "absent", "status", status=3)
    assert f"no connection to {tmp_path / 'absent'}" in out.stderr and out.stdout == ""
    client.run("--socket", tmp_path / "absent", "loan", "pay", LOAN, "1000", status=3)
    assert client.waiting() == [], "nothing was sent, so there is nothing to ask again"
    client.run("--socket", "/" + "x" * 200, "status", status=3)


def test_where_the_socket_is_looked_for(client, fake, tmp_path):
    fake.answers["status.daemon"] = {}
    client.run("call", "status.daemon", VONVAY_SOCKET="/absent", status=3)
    client.run("--socket", fake.path, "call", "status.daemon", VONVAY_SOCKET="/absent")
    (tmp_path / ".run").mkdir()
    fake.path.rename(tmp_path / ".run/vonvayd.sock")
    client.run("call", "status.daemon", VONVAY_SOCKET="")
    (tmp_path / ".run/vonvayd.sock").rename(fake.path)
    assert len(fake.requests) == 2


def test_a_silent_daemon_is_given_up(client, fake):
    fake.answers["status.daemon"] = {}
    fake.moods = ["silent"]
    out = client.run("--timeout", 1, "--lang", "en", "call", "status.daemon", status=3)
    assert "no answer within 1 s" in out.stderr


# --- what people read ---------------------------------------------------------------------------------------------------


def test_status_in_vietnamese_by_default(client, fake):
    fake.answers["status.portfolio"] = {"as_of": "2023-12-31", "swept_until": "2026-06-30", "total": TOTAL, "rows": []}
    fake.answers["status.sweep"] = SWEEP
    for locale in ({"LC_ALL": "C"}, {"LC_ALL": "vi_VN.UTF-8"}, {"LANG": "de_DE.ISO-8859-1"}, {}):
        out = client.run("status", **locale)
        assert "Dư nợ cuối ngày 31/12/2023" in out.stdout
        assert re.search(r"^Dư nợ +524\.485\.000\.000 ₫$", out.stdout, re.M)
        assert re.search(r"^Tỷ lệ nợ quá hạn +0,86%$", out.stdout, re.M)
        assert re.search(r"^Đã xử lý đến hết ngày +30/06/2026$", out.stdout, re.M)
        assert "\033" not in out.stdout


def test_status_in_english(client, fake):
    fake.answers["status.portfolio"] = {"as_of": "2023-12-31", "swept_until": "2026-06-30", "total": TOTAL, "rows": []}
    fake.answers["status.sweep"] = SWEEP
    for out in (client.run("status", "--lang=en"), client.run("status", VONVAY_LANG="en")):
        assert "Portfolio after 2023-12-31" in out.stdout
        assert re.search(r"^Outstanding +524,485,000,000 ₫$", out.stdout, re.M)
        assert re.search(r"^Overdue ratio +0\.86%$", out.stdout, re.M)


def test_json_is_the_result_itself(client, fake):
    fake.answers["status.portfolio"] = {"as_of": "2023-12-31", "total": TOTAL, "rows": []}
    out = client.run("portfolio", "--json", "--by", "programme,status", "--as-of", "31/12/2023")
    assert json.loads(out.stdout) == fake.answers["status.portfolio"] and out.stdout.startswith("{\n  ")
    assert fake.requests[0]["params"] == {"as_of": "2023-12-31", "by": ["programme", "status"]}


def test_tables_are_aligned_by_what_is_seen(client, fake):
    names = ["Hồ Văn Nam", unicodedata.normalize("NFD", "Nguyễn Thị Ếch"), "漢字かな", "x"]
    fake.answers["loan.find"] = {"loans": [
        {"loan": LOAN, "household": "0000000001", "household_name": name, "status": "in_term", "outstanding": 10**i}
        for i, name in enumerate(names)
    ]}
    lines = client.run("loan", "find", "x").stdout.rstrip("\n").split("\n")
    assert len(lines) == 5 and {columns(line) for line in lines} == {columns(lines[0])}
    assert re.search(r" trong hạn +1\.000 ₫$", lines[4])


def test_a_row_for_each_programme_with_the_total_below(client, fake):
    row = {**TOTAL, "programme": "01", "outstanding": 5}
    fake.answers["status.portfolio"] = {"as_of": "2023-12-31", "total": TOTAL, "rows": [row, {**row, "programme": "19"}]}
    lines = client.run("portfolio", "--by", "programme").stdout.split("\n")
    assert any(re.match(r"01 .*  5 ₫", line) for line in lines)
    assert not any("Xã" in line for line in lines), "a column without values"
    assert lines[-3].startswith("──") and "524.485.000.000 ₫" in lines[-2]


def test_data_can_not_steer_the_terminal(client, fake):
    fake.answers["loan.find"] = {"loans": [{"loan": LOAN, "household_name": "a\033[31mb\r\nc\x07\u202ed\u009be"}]}
    out = client.run("loan", "find", "x").stdout
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out) and "a [31mb" in out
    fake.answers["loan.find"] = Refused("unheard_of", message="bad \033]0;title\x07 end")
    assert "\033" not in client.run("loan", "find", "x", status=1).stderr


def test_errors_are_translated_and_name_the_option(client, fake):
    fake.answers["loan.pay"] = Refused("amount_too_large", -32010, "more than the 5 owed", "amount")
    out = client.run("loan", "pay", LOAN, "1000", status=1)
    assert out.stderr == "vonvay: số tiền lớn hơn số còn nợ: SỐ-TIỀN (amount)\n  more than the 5 owed\n"
    fake.answers["loan.quote"] = Refused("invalid_params", -32602, "a parameter is wrong", "events[0].on")
    arguments = ["--principal", 1, "--rate", 1, "--on", "2024-01-01", "--term", 1, "--instalment", 1]
    out = client.run("--lang", "en", "loan", "quote", *arguments, status=1)
    assert out.stderr == "vonvay: a parameter is wrong: --event (events[0].on)\n"
    fake.answers["loan.pay"] = Refused("unheard_of", message="something new")
    assert client.run("loan", "pay", LOAN, "1000", status=1).stderr == "vonvay: something new\n"


def test_a_refusal_names_its_reasons_and_rules(client, fake):
    refused = Refused("not_eligible", -32012, "the household is not eligible", "household")
    refused.error["data"]["reasons"] = [{"reason": "escaped_too_long", "rule": "28/2015/QD-TTg"}, "overdue_debt"]
    fake.answers["loan.pay"] = refused
    err = client.run("--lang", "en", "loan", "pay", LOAN, "1000", status=1).stderr
    assert "- left poverty too long ago (28/2015/QD-TTg)" in err and "\n" in err
    assert "28/2015/QD-TTg" in client.run("loan", "pay", LOAN, "1000", status=1).stderr


def test_a_large_answer(client, fake):
    fake.answers["loan.find"] = {"loans": [
        {"loan": str(10**15 + i), "household_name": "Hồ Thị Kăn Đang " * 8, "outstanding": i} for i in range(6000)
    ]}
    assert len(json.dumps(fake.answers["loan.find"], ensure_ascii=False).encode()) > 1024 * 1024
    assert client.run("loan", "find", "x").stdout.count("\n") == 6001
    assert json.loads(client.run("call", "loan.find").stdout) == fake.answers["loan.find"]


def test_every_command_has_help_and_a_known_way_to_call_it(client, fake):
    listed = re.findall(r"^  ((?:[a-z]+ ?){1,2})  ", client.run("help").stdout, re.M)
    assert len(listed) > 30 and "loan pay" in [name.strip() for name in listed]
    for name in listed:
        by_help = client.run("help", *name.split()).stdout
        assert by_help == client.run(*name.split(), "--help").stdout
        assert by_help.startswith(f"vonvay {name.strip()}")
    assert fake.requests == []


def manual(name):
    """Text of a manual page, without the marks of roff."""
    text = (vonvay_env.ROOT / "man" / name).read_text()
    return re.sub(r'[" ]+', " ", re.sub(r"\\f.", "", text.replace("\\-", "-")))


def test_the_manual_names_every_command_and_option(client):
    text = client.run("help").stdout
    names = [name.strip() for name in re.findall(r"^  ((?:[a-z]+ ?){1,2})  ", text, re.M)]
    missing = [name for name in names + re.findall(r"^  (--[a-z]+)", text, re.M) if name not in manual("vonvay.1")]
    assert missing == []
    options = re.findall(r"^  (--[a-z-]+) ", vonvay_env.vonvayd("--help").stdout, re.M)
    assert "--migrate" in options
    assert [name for name in options if name not in manual("vonvayd.8") and not name.endswith("worker")] == []


def test_client_and_daemon_mean_the_same_socket(client, tmp_path):
    default = re.search(r"^socket = (.*)$", vonvay_env.vonvayd("--print-config").stdout, re.M).group(1)
    if not os.path.exists(default):
        assert default in client.run("status", status=3, VONVAY_SOCKET="").stderr


def test_completion_of_bash(client):
    script = client.run("completion", "bash").stdout
    ask = 'COMP_WORDS=(vonvay %s); COMP_CWORD=%d; _vonvay; echo "${COMPREPLY[@]}"'
    for words, at, expected in [("lo", 1, "loan"), ("loan dis", 2, "disburse"), ("loan pay 1 --ki", 4, "--kind"),
                                ("portfolio --b", 2, "--by")]:
        out = subprocess.run(["bash", "-c", script + ask % (words, at)], capture_output=True, text=True, check=True)
        assert out.stdout.strip() == expected, words


def test_every_message_is_translated(tmp_path):
    subprocess.run([vonvay_env.ROOT / "po/update", tmp_path], check=True, capture_output=True)
    out = subprocess.run(
        ["msgfmt", "--check", "--statistics", "-o", tmp_path / "vi.mo", tmp_path / "vi.po"],
        capture_output=True, text=True, env={**os.environ, "LANGUAGE": "en"},
    )
    assert out.returncode == 0 and re.fullmatch(r"\d+ translated messages\.\n", out.stderr), out.stderr


# --- pipes and terminals ------------------------------------------------------------------------------------------------


def test_a_reader_that_leaves_is_no_error(client, fake):
    fake.answers["loan.find"] = {"loans": [{"loan": str(i), "household_name": "x" * 100} for i in range(20000)]}
    read, write = os.pipe()
    process = subprocess.Popen(
        [vonvay_env.program("vonvay"), "loan", "find", "x"], stdout=write, stderr=subprocess.PIPE, env=client.env,
        cwd=client.home,
    )
    os.close(write)
    os.read(read, 10)
    os.close(read)
    assert process.communicate(timeout=vonvay_env.PATIENCE_S)[1] == b"" and process.returncode == 0


def test_output_that_can_not_be_written_is_an_error(client, fake):
    fake.answers["loan.find"] = {"loans": []}
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [vonvay_env.program("vonvay"), "call", "loan.find"], stdout=full, stderr=subprocess.PIPE, env=client.env,
            cwd=client.home,
        )
    assert process.returncode == 1 and process.stderr


def on_a_terminal(client, *arguments, **env):
    """Run the client on a pseudo terminal 100 columns wide; (exit status, all it wrote)."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = subprocess.Popen(
        [vonvay_env.program("vonvay"), *map(str, arguments)], stdin=slave, stdout=slave, stderr=slave, close_fds=True,
        env={**client.env, **env}, cwd=client.home,
    )
    os.close(slave)
    output = b""
    while select.select([master], [], [], 20)[0]:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        output += data
    os.close(master)
    return process.wait(20), output.decode()


def test_colours_on_a_terminal_only(client, fake):
    fake.answers["status.sweep"] = SWEEP
    assert "\033[1m" in on_a_terminal(client, "sweep", "status")[1]
    assert "\033" not in on_a_terminal(client, "sweep", "status", NO_COLOR="1")[1]
    assert "\033" not in on_a_terminal(client, "sweep", "status", TERM="dumb")[1]


# --- writes and their keys ----------------------------------------------------------------------------------------------


def test_the_key_is_on_the_disk_before_the_request_leaves(client, fake):
    seen = []

    def look(request):
        (path,) = client.waiting()
        seen.append((path.stat().st_mode & 0o777, path.name, json.loads(path.read_text())))

    fake.answers["loan.pay"] = PAID
    fake.on_request = look
    out = client.run("loan", "pay", LOAN, "1.234.567", "--on", "30/06/2026")
    assert re.search(r"lãi trong hạn +234\.567 ₫", out.stdout)
    ((mode, name, kept),) = seen
    params = fake.requests[0]["params"]
    assert UUID7.match(params["key"]) and abs(int(params["key"].replace("-", "")[:12], 16) / 1000 - time.time()) < 60
    assert mode == 0o600 and name == params["key"] + ".json"
    assert kept["method"] == "loan.pay" and kept["params"] == params
    assert client.waiting() == []


@pytest.mark.parametrize("mood", ["lose", "hang up", b"garbage\n", b'{"jsonrpc":"2.0","id":1,"res', b'{"id":77,"result":1}\n',
                                  b"\xff\xfe\n", b"[]\n", b"\n"], ids=repr)
def test_a_lost_answer_is_asked_for_with_the_same_key(client, fake, mood):
    fake.answers["loan.pay"] = PAID
    fake.moods = [mood]
    client.run("loan", "pay", LOAN, "1000")
    first, second = fake.requests
    assert first["params"] == second["params"] and len(fake.done) == 1
    assert client.waiting() == []


@pytest.mark.parametrize("mood", ["hang up", b"garbage\n", b'{"jsonrpc":"2.0","id":1,"res'])
def test_a_read_is_asked_for_again_too_and_given_up(client, fake, mood):
    fake.answers["status.daemon"] = {"name": "x"}
    fake.moods = [mood]
    client.run("call", "status.daemon")
    fake.moods = [mood] * 20
    assert client.run("call", "status.daemon", status=3).stdout == ""
    assert len(fake.requests) == 5


def test_a_write_without_an_answer_is_kept_and_can_be_asked_again(client, fake):
    fake.answers["loan.pay"] = PAID
    fake.moods = ["lose"] * 6
    out = client.run("loan", "pay", LOAN, "1.234.567", "--as", "giao dich", status=3)
    assert len(fake.requests) == 6 and len({request["params"]["key"] for request in fake.requests}) == 1
    key = fake.requests[0]["params"]["key"]
    assert f"vonvay --key {key} loan pay {LOAN} 1.234.567 --as 'giao dich'" in out.stderr
    assert [path.name for path in client.waiting()] == [f"{key}.json"]
    assert key in client.run("pending").stdout
    assert json.loads(client.run("pending", "--json").stdout)[0]["method"] == "loan.pay"
    client.run("--socket", client.home / "absent", "pending", "retry", status=3)
    assert len(client.waiting()) == 1
    # to the daemon it was meant for, whatever the environment says now
    assert key in client.run("pending", "retry", VONVAY_SOCKET="/absent").stdout
    assert fake.requests[-1] == {**fake.requests[0], "id": 1} and len(fake.done) == 1
    assert client.waiting() == [] and key not in client.run("pending").stdout


def test_the_line_it_says_asks_for_the_same_write(client, fake):
    fake.answers["loan.pay"] = PAID
    fake.moods = ["lose"] * 6
    out = client.run("loan", "pay", LOAN, "1000", "--on", "2026-06-30", status=3)
    (line,) = [line.strip() for line in out.stderr.split("\n") if "loan pay" in line]
    client.run(*line.split()[1:])
    assert len(fake.done) == 1 and fake.requests[-1]["params"] == fake.requests[0]["params"]
    assert client.waiting() == []


def leave_waiting(client, fake, **env):
    """A client that is killed while it waits for the answer to its write; the key of that write."""
    fake.answers["loan.pay"] = PAID
    fake.moods = ["silent"]
    process = subprocess.Popen(
        [vonvay_env.program("vonvay"), "loan", "pay", LOAN, "1000"], env={**client.env, **env}, cwd=client.home
    )
    vonvay_env.wait_until(lambda: fake.requests, what="request")
    process.kill()
    process.wait()
    return fake.requests[0]["params"]["key"]


def test_a_waiting_write_can_be_forgotten(client, fake):
    key = leave_waiting(client, fake)
    client.run("pending", "forget", vonvay_env.uuid7(), status=1)
    client.run("pending", "retry", vonvay_env.uuid7(), status=1)
    assert len(client.waiting()) == 1
    client.run("pending", "forget", key)
    assert client.waiting() == [] and len(fake.requests) == 1


def test_a_refused_write_is_not_kept(client, fake):
    fake.answers["loan.pay"] = Refused("loan_closed", -32009, "the loan is closed", "loan")
    client.run("loan", "pay", LOAN, "1000", status=1)
    assert len(fake.requests) == 1 and client.waiting() == []


@pytest.mark.parametrize("word", ["unavailable", "try_again", "stale", "key_race", "stopping", "too_many_clients"])
def test_what_passes_is_waited_for(client, fake, word):
    answers = [Refused(word), PAID]
    fake.answers["loan.pay"] = lambda request: answers.pop(0)
    client.run("loan", "pay", LOAN, "1000")
    assert len({request["params"]["key"] for request in fake.requests}) == 1 and len(fake.requests) == 2
    assert client.waiting() == []


def test_what_does_not_pass_stays_waiting(client, fake):
    fake.answers["loan.pay"] = Refused("unavailable")
    out = client.run("loan", "pay", LOAN, "1000", status=1)
    assert len(fake.requests) == 6 and len(client.waiting()) == 1
    assert "vonvay pending retry" in out.stderr


def test_a_killed_client_leaves_its_write_waiting(client, fake):
    leave_waiting(client, fake)
    client.run("pending", "retry")
    assert fake.requests[0]["params"] == fake.requests[1]["params"] and client.waiting() == []


def test_without_a_place_for_keys_the_key_is_told(client, fake, tmp_path):
    fake.answers["loan.pay"] = PAID
    (tmp_path / "file").write_text("")
    for env in ({"XDG_STATE_HOME": str(tmp_path / "file")}, {"HOME": "", "XDG_STATE_HOME": "relative"}):
        out = client.run("loan", "pay", LOAN, "1000", **env)
        assert f"--key {fake.requests[-1]['params']['key']}" in out.stderr
    assert "₫" in out.stdout


def test_the_place_for_keys(client, fake, tmp_path):
    leave_waiting(client, fake, XDG_STATE_HOME=str(tmp_path / "state"))
    assert len(list((tmp_path / "state/vonvay/pending").glob("*.json"))) == 1 and client.waiting() == []


def test_a_key_of_ones_own(client, fake):
    fake.answers["loan.pay"] = PAID
    key = vonvay_env.uuid7()
    client.run("loan", "pay", LOAN, "1000", "--key", key)
    assert fake.requests[0]["params"]["key"] == key


# --- the night ----------------------------------------------------------------------------------------------------------


def sweep_answers(days, state="done"):
    run = {"run_id": "4", "from_on": "2022-01-01", "until_on": "2022-01-10", "days_total": days, "at": None, "error": None}
    for done in range(days):
        yield {**SWEEP, "run": {**run, "state": "running", "days_done": done}}
    yield {**SWEEP, "run": {**run, "state": state, "days_done": days, "error": "disk full" if state == "failed" else None}}


def test_sweep_run_waits_and_shows_its_progress(client, fake):
    fake.answers["sweep.run"] = {"run_id": "4", "from_on": "2022-01-01", "until_on": "2022-01-10"}
    answers = sweep_answers(4)
    fake.answers["status.sweep"] = lambda request: next(answers)
    fake.moods = ["answer", "answer", "hang up"]
    status, output = on_a_terminal(client, "sweep", "run", "--until", "10/01/2022", "--wait")
    assert status == 0 and fake.calls("sweep.run")[0]["params"]["until"] == "2022-01-10"
    assert "xử lý cuối ngày [" in output and "50%  2/4" in output
    assert "xong" in output.split("\r\033[K")[-1]


def test_sweep_run_tells_of_failure(client, fake):
    fake.answers["sweep.run"] = {"run_id": "4"}
    answers = sweep_answers(1, "failed")
    fake.answers["status.sweep"] = lambda request: next(answers)
    assert "disk full" in client.run("sweep", "run", "--wait", status=1).stderr
    assert len(fake.calls("status.sweep")) == 2


def test_sweep_run_without_waiting(client, fake):
    fake.answers["sweep.run"] = {"run_id": "4", "from_on": "2022-01-01", "until_on": "2022-01-10"}
    assert "10/01/2022" in client.run("sweep", "run", "--until", "2022-01-10").stdout
    assert {**fake.requests[0]["params"], "key": 0} == {"until": "2022-01-10", "key": 0} and len(fake.requests) == 1


# --- import -------------------------------------------------------------------------------------------------------------


class FakeImport:
    """The import.* methods with the states a real import goes through."""

    def __init__(self, fake, errors=(), page=2):
        self.bytes, self.errors, self.page, self.state = b"", list(errors), page, "uploading"
        self.begun, self.steps = None, []
        for name in ("begin", "append", "check", "apply", "status"):
            fake.answers[f"import.{name}"] = getattr(self, name)

    def begin(self, request):
        self.begun = request["params"]
        return {"import": "7"}

    def append(self, request):
        text = request["params"]["text"].encode()
        assert request["params"]["import"] == "7" and request["params"]["at_byte"] == len(self.bytes)
        assert 0 < len(text) <= 512 * 1024
        self.bytes += text
        return {"received": len(self.bytes)}

    def check(self, request):
        assert len(self.bytes) == self.begun["size"]
        assert hashlib.sha256(self.bytes).hexdigest() == self.begun["sha256"]
        self.steps = ["uploaded", "validating", "invalid" if self.errors else "valid"]
        return {"import": "7"}

    def apply(self, request):
        assert not self.errors
        self.steps = ["valid", "applying", "applying", "applied"]
        return {"import": "7"}

    def status(self, request):
        if self.steps:
            self.state = self.steps.pop(0)
        after = request["params"].get("errors_after", 0)
        listed = [{"line": line, "column": column, "message": message} for line, column, message in self.errors]
        return {"import": "7", "kind": self.begun["kind"], "state": self.state, "lines": 4, "checked_lines": 2,
                "applied_lines": 4 if self.state == "applied" else 1, "errors": len(self.errors),
                "error_list": listed[after : after + self.page], "message": None}


@pytest.mark.parametrize("text", ["code,name\n1,Xã Hồng Bắc\n", "\ufeff" + "ộ漢😀\"\\\n" * 130000, "\x01\x02" * 300000, "x"],
                         ids=["short", "wide", "control", "one byte"])
def test_import_sends_the_file_whole(client, fake, tmp_path, text):
    staged = FakeImport(fake)
    (tmp_path / "a b.csv").write_text(text, newline="")
    out = client.run("import", "areas", "a b.csv")
    assert staged.bytes == text.encode() and staged.begun["kind"] == "areas" and staged.begun["name"] == "a b.csv"
    assert "a b.csv: đã áp dụng 4 dòng" in out.stdout and client.waiting() == []
    keys = [request["params"]["key"] for request in fake.requests if request["method"] != "import.status"]
    assert len(set(keys)) == len(keys) and all(map(UUID7.match, keys))


def test_import_goes_on_over_lost_connections(client, fake, tmp_path):
    staged = FakeImport(fake)
    (tmp_path / "loans.csv").write_text("ộ" * 700000)
    fake.moods = ["lose", "answer", "hang up", "lose", "answer", "lose"]
    client.run("import", "loans", "loans.csv")
    assert staged.bytes == ("ộ" * 700000).encode() and staged.state == "applied"


def test_import_prints_every_error_and_applies_nothing(client, fake, tmp_path):
    FakeImport(fake, errors=[(2, "amount", "not a number"), (3, "", "too few columns"), (9, "on", "before 2018-01-01")])
    (tmp_path / "loans.csv").write_text("x\n")
    out = client.run("import", "loans", tmp_path / "loans.csv", status=1)
    path = tmp_path / "loans.csv"
    assert f"{path}:2:amount: not a number\nvonvay: {path}:3: too few columns\nvonvay: {path}:9:on: before" in out.stderr
    assert "3 lỗi" in out.stderr and out.stdout == "" and fake.calls("import.apply") == []


@pytest.mark.parametrize("data,where", [(b"a\nb\xc3\n", "2:2"), (b"\xed\xa0\x80", "1:1"), (b"\xc0\xaf", "1:1"),
                                        ("ộ\n".encode() + b"xy\x00", "2:3"), (b"ab\xf4\x90\x80\x80", "1:3")])
def test_import_of_what_is_no_text(client, fake, tmp_path, data, where):
    (tmp_path / "x.csv").write_bytes(data)
    out = client.run("import", "areas", "x.csv", status=1)
    assert f"x.csv:{where}: " in out.stderr and fake.requests == []


def test_import_of_no_file(client, fake, tmp_path):
    (tmp_path / "empty.csv").write_text("")
    for path in ("empty.csv", "absent.csv", tmp_path):
        client.run("import", "areas", path, status=2)
    assert fake.requests == []


def test_an_import_that_was_checked_is_applied(client, fake):
    staged = FakeImport(fake)
    staged.begun = {"kind": "loans"}
    assert "4" in client.run("import", "apply", "7").stdout
    assert staged.state == "applied"


def test_import_shows_a_bar_on_a_terminal_and_lines_elsewhere(client, fake, tmp_path):
    FakeImport(fake)
    (tmp_path / "loans.csv").write_text("x\n" * 400000)
    status, output = on_a_terminal(client, "import", "loans", "loans.csv")
    assert status == 0 and "đang gửi, byte [" in output and "đang áp dụng, dòng [" in output
    FakeImport(fake)
    assert "[" not in client.run("import", "loans", "loans.csv").stderr


# --- against the real daemon --------------------------------------------------------------------------------------------

SAMPLES = {
    "CHANGE": "1", "CHANGE_KIND": "rate", "LINE": "01", "NAME": "x", "TEXT,TEXT...": "a,b", "LINE:RATE": "01:6.6",
    "DATE": "2024-01-01", "NUMBER": "1", "LOAN": LOAN, "HOUSEHOLD": "1", "GROUP": "1", "POINT": "TXN01", "IMPORT": "7", "AMOUNT": "1000",
    "N": "1", "ACCOUNT": "1011", "MONTH": "2024-02", "LOANS": LOAN, "NUMBER,NUMBER...": "1,2", "RATE": "6.6", "TEXT": "x", "TEXT…": "x", "DATE:RATE": "2024-01-01:6.6",
    "NUMBER:AMOUNT": "1:1000", "NUMBER:REASON": "1:x", "APPLICATION": "1", "FUND": "1", "NEED": "1", "KIND": "credit", "YEAR": "2024", "COMMUNE": "C1", "METRIC": "poor_rate", "VALUE": "12.01", "STAFF": "x", "ROLE": "clerk", "TO": "y",
}


def sample_arguments(text):
    """Every argument a command has, from its help, with a value."""
    arguments = []
    for name, value, meaning in re.findall(r"^  (\S+)(?: (\S+))?  +(.*)$", text.split("With every command")[0], re.M):
        if value == "WORD,WORD...":
            value = meaning.rsplit(": ", 1)[1].split("|")[0]
        elif value == "DATE:KIND:AMOUNT":
            value = "2024-01-01:paid:1000"
        arguments += [name, SAMPLES.get(value, value.split("|")[0])] if name.startswith("--") and value else \
            [name if name.startswith("--") else SAMPLES[name]]
    return arguments


def test_what_the_client_sends_is_what_the_daemon_takes(client, fake, tmp_path, module_rpc):
    described = {
        method["name"]: {param["name"]: param for param in method["params"]}
        for method in module_rpc.call("rpc.discover")["methods"]
    }
    names = re.findall(r"^  ((?:[a-z-]+ ?){1,2})  ", client.run("--lang", "en", "help").stdout, re.M)
    for name in names:
        text = client.run("--lang", "en", "help", *name.split()).stdout
        found = re.search(r"^Method of the daemon: (\S+)$", text, re.M)
        if found:
            fake.answers[found.group(1)] = {}
            client.run(*name.split(), *sample_arguments(text.split("\n\n", 2)[2]))
    FakeImport(fake)
    (tmp_path / "x.csv").write_text("x\n")
    client.run("import", "areas", "x.csv")
    sent = {request["method"]: request["params"] for request in fake.requests if request.get("params")}
    assert len(sent) > 15
    for method, params in sent.items():
        assert method in described, f"{method} is not there"
        assert set(params) <= set(described[method]), f"{method} does not take {set(params) - set(described[method])}"
        missing = {name for name, param in described[method].items() if param.get("required") and name not in params}
        assert not missing, f"{method} wants {missing}"


# --- the catalogue is found where the program stands --------------------------------------------------------------------


def test_the_catalogue_next_to_the_program(client, fake, tmp_path):
    shutil.copy(vonvay_env.program("vonvay"), tmp_path / "vonvay")
    plain = subprocess.run([tmp_path / "vonvay", "nothing"], capture_output=True, text=True, env=client.env)
    named = subprocess.run(
        [tmp_path / "vonvay", "nothing"], capture_output=True, text=True,
        env={**client.env, "VONVAY_LOCALEDIR": str(vonvay_env.BUILD / "locale")},
    )
    shutil.copytree(vonvay_env.BUILD / "locale", tmp_path / "locale")
    beside = subprocess.run([tmp_path / "vonvay", "nothing"], capture_output=True, text=True, env=client.env)
    assert "no such command" in plain.stderr
    assert "không có lệnh này" in named.stderr and beside.stderr == named.stderr
