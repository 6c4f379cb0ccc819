"""Staff through the socket and the client: changed by two administrators, with effect on the next request."""

import os

import pytest

import vonvay_env
from vonvay_env import Daemon


class Somebody:
    """A connection on which one member of the demo's staff acts."""

    def __init__(self, daemon, name):
        self.rpc, self.name = daemon.rpc(), name

    def request(self, method, **params):
        self.rpc.send({"jsonrpc": "2.0", "id": 1, "method": method, "params": params, "as": self.name})
        return self.rpc.receive()

    def call(self, method, **params):
        reply = self.request(method, **params)
        if "error" in reply:
            raise vonvay_env.RpcError(reply["error"])
        return reply["result"]

    def write(self, method, **params):
        return self.call(method, key=vonvay_env.uuid7(), **params)

    def refused(self, method, **params):
        reply = self.request(method, key=vonvay_env.uuid7(), **params)
        assert "error" in reply, reply
        return reply["error"]["data"]["word"], reply["error"]["data"].get("field")


@pytest.fixture
def kept(database):
    """A daemon that would keep for a minute what it knows of its peers."""
    with Daemon(database, settings={"database.context_kept_ms": 60000}) as daemon:
        yield daemon


def happens(daemon, method, **params):
    """Proposed by one administrator, approved by the other."""
    change = Somebody(daemon, "quantri").write(method, reason="thử", **params)["change"]
    return Somebody(daemon, "quantri2").write("staff.approve", change=change)


def test_a_new_clerk_of_a_point(kept, database):
    database.psql(
        "insert into loan.area (branch, code, name, search, kind, valid_from, mark) values (1, 'AL', 'A Lưới', 'a luoi', 'town', '2018-01-01', 'demo');"
        " insert into loan.point (branch, point_id, code, name, area, valid_from) values (1, 1, 'TXN01', 'Điểm', 'AL', '2018-01-01')"
    )
    new = {"name": "moi", "full_name": "Người Mới", "role": "clerk", "point": "TXN01"}
    applied = happens(kept, "staff.create", **new)
    assert (applied["state"], applied["staff"], applied["decided_by"]) == ("applied", "moi", "quantri2")
    clerk = Somebody(kept, "moi")
    assert clerk.call("status.portfolio")["total"]["loans"] == 0
    assert clerk.refused("staff.end", staff="quantri", reason="x") == ("denied", None)
    shown = Somebody(kept, "thanhtra").call("staff.show", staff="moi")
    assert (shown["role"], shown["point"], shown["roles"][0]["role"]) == ("clerk", "TXN01", "clerk")


def test_nothing_without_a_second_administrator(kept):
    one, two = Somebody(kept, "quantri"), Somebody(kept, "quantri2")
    change = one.write("staff.end", staff="giaodich", reason="nghỉ hưu")["change"]
    assert one.refused("staff.approve", change=change) == ("same_person", "change")
    assert Somebody(kept, "giamdoc").refused("staff.approve", change=change) == ("denied", None)
    assert two.refused("staff.withdraw", change=change) == ("denied", "change")
    assert two.write("staff.reject", change=change, note="chưa")["state"] == "rejected"
    assert one.refused("staff.approve", change=change) == ("conflict", "change")
    assert Somebody(kept, "giaodich").call("status.portfolio")
    change = one.write("staff.end", staff="giaodich", reason="nghỉ hưu")["change"]
    assert one.write("staff.withdraw", change=change)["state"] == "withdrawn"
    assert [c["state"] for c in two.call("staff.changes")["changes"]] == ["withdrawn", "rejected"]


def test_a_role_changes_for_who_is_connected(kept):
    clerk = Somebody(kept, "giaodich")
    assert "error" not in clerk.request("status.portfolio")
    happens(kept, "staff.role", staff="giaodich", role="inspector")
    assert "error" not in clerk.request("status.portfolio")
    assert clerk.refused("loan.pay", loan="1", amount=1) == ("denied", None)
    happens(kept, "staff.role", staff="giaodich", role="clerk", organisation="women")
    assert clerk.refused("loan.pay", loan="6600000000000001", amount=1) == ("loan_not_found", "loan")


def test_who_ends_while_connected_is_refused_at_once(kept):
    with kept.rpc() as here, kept.rpc() as there:
        assert here.call("status.portfolio")["total"]["loans"] == 0
        there.send({"jsonrpc": "2.0", "id": 1, "method": "staff.list", "as": "quantri"})
        assert "result" in there.receive()
        happens(kept, "staff.end", staff="demo")
        for rpc in (here, there):
            error = rpc.fails("status.portfolio")
            assert (error.word, error.message) == ("denied", f"user {os.getuid()} of this machine is no staff")


def test_administrators_add_themselves_up(kept):
    happens(kept, "staff.role", staff="demo", role="clerk")
    assert Somebody(kept, "quantri").refused("staff.end", staff="quantri2", reason="x") == ("conflict", "staff")
    assert happens(kept, "staff.create", name="quantri3", full_name="Ba", role="administrator")["state"] == "applied"
    change = Somebody(kept, "quantri").write("staff.end", staff="quantri2", reason="x")["change"]
    assert Somebody(kept, "quantri2").refused("staff.approve", change=change) == ("same_person", "change")
    assert Somebody(kept, "quantri3").write("staff.approve", change=change)["state"] == "applied"
    assert Somebody(kept, "quantri2").refused("staff.end", staff="giaodich", reason="x") == ("denied", "as")


def test_through_the_client(kept):
    out = kept.client("--lang", "en", "--as", "quantri", "staff", "role", "tindung", "director", "--reason", "thay giám đốc")
    assert "Change of staff" in out.stdout and "credit officer" not in out.stdout and "proposed" in out.stdout
    kept.client("--as", "quantri2", "staff", "approve", "1", "--note", "đồng ý")
    assert "director" in kept.client("--lang", "en", "--as", "thanhtra", "staff", "list").stdout
    shown = kept.client("--as", "quantri", "staff", "show", "tindung").stdout
    assert "cán bộ tín dụng" in shown and "giám đốc" in shown and "thay giám đốc" in shown
    again = kept.client("--lang", "en", "--as", "quantri2", "staff", "approve", "1", check=False)
    assert again.returncode == 1 and "applied" in again.stderr


def test_the_operator_enters_the_first_two_administrators(template, postgres):
    database = postgres.database(template)
    database.psql("delete from loan.staff_role r using loan.staff s where s.staff_id = r.staff_id and s.name not in ('system', 'night', 'import')")
    database.psql("delete from loan.staff where name not in ('system', 'night', 'import')")
    daemon = Daemon(database, start=False)

    def add(*arguments):
        return vonvay_env.vonvayd("--config", daemon.config_path, "--add-administrator", *arguments)

    out = add("Sai Tên")
    assert out.returncode == 1 and "small letters" in out.stderr
    out = add("chi", "--uid", "x")
    assert out.returncode == 1 and "integer" in out.stderr
    assert add("chi", "--full-name", "Lê Thị Chi", "--uid", str(os.getuid())).stdout == "chi is an administrator from today\n"
    out = add("chi")
    assert out.returncode == 1 and "the name chi is taken" in out.stderr
    assert add("dung").returncode == 0
    out = add("ba")
    assert out.returncode == 1 and "there are two administrators" in out.stderr
    assert vonvay_env.vonvayd("--uid", "1").returncode == 2
    with daemon.start(), daemon.rpc() as rpc:
        staff = rpc.call("staff.list")["staff"]
        assert [(s["staff"], s["full_name"], s["role"]) for s in staff] == [
            ("chi", "Lê Thị Chi", "administrator"), ("dung", "dung", "administrator"),
        ]
    database.drop()
