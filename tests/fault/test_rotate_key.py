"""vonvayd --rotate-key, killed in the middle and started again, while a daemon serves: at the end nothing is sealed with the
old key, every value is right, and duplicates are found at any moment."""

import os
import pathlib
import random
import re
import secrets
import subprocess
import sys

import pytest
import vonvay_env

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
import loan_district  # noqa: E402
from test_find import import_file  # noqa: E402

SEED = int(os.environ.get("VONVAY_SEED", secrets.randbits(32)))
KILLS = int(os.environ.get("VONVAY_KILLS", 5))
FIRST, COUNT = 1000, 900  # households with a person of three values each
HEADER = ("record,household,area,hamlet,group,on,until,member,name,sex,born_on,relation,ethnic,citizen_id,telephone,address,"
          "class,attributes,decision\n")


def citizen(number):
    return f"046{number:09d}"


def person(number):
    return {"citizen_id": citizen(number), "telephone": f"09{number:08d}", "address": f"Thôn {number}"}


def people():
    rows = [HEADER]
    for number in range(FIRST, FIRST + COUNT):
        p = person(number)
        rows.append(f"household,{number},C1,,,2019-05-01,,,Hộ {number},,,,,,,,,,\n")
        rows.append(f"member,{number},,,,,,1,Hộ {number},female,1985-02-03,head,,{p['citizen_id']},{p['telephone']},{p['address']},,,\n")
    return "".join(rows)


def key_file(folder, name):
    path = folder / name
    path.write_text(secrets.token_hex(32) + "\n")
    return str(path)


@pytest.fixture(scope="module")
def filled(postgres, template, tmp_path_factory):
    """A district sealed with the key in old.key, some of it in the past."""
    database = loan_district.fill(postgres.database(template))
    folder = tmp_path_factory.mktemp("keys")
    database.old_key = key_file(folder, "old.key")
    database.new_key = key_file(folder, "new.key")
    with vonvay_env.Daemon(database, settings=settings(database.old_key)) as daemon, daemon.rpc() as rpc:
        import_file(rpc, "households", people())
        for number in range(FIRST, FIRST + 20):
            rpc.write("household.member", household=str(number), member=1, telephone="0234" + person(number)["telephone"][4:])
    yield database
    database.drop()


def settings(current, *others):
    return {**loan_district.SETTINGS, "security.data_key_file": current, "security.old_data_key_files": " ".join(others)}


@pytest.fixture
def database(postgres, filled):
    copy = postgres.database(filled)
    copy.old_key, copy.new_key = filled.old_key, filled.new_key
    yield copy
    copy.drop()


def take_new_key(daemon, database):
    """Step 1 of the manual: new key current, old one still read."""
    daemon.settings.update(settings(database.new_key, database.old_key))
    daemon.write_config()
    before = daemon.log().count("data keys: 2")
    daemon.reload()
    vonvay_env.wait_until(lambda: daemon.log().count("data keys: 2") > before, 60, "the new key")


def rotation(daemon):
    return subprocess.Popen(
        [vonvay_env.program("vonvayd"), "--rotate-key", "--config", str(daemon.config_path)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=vonvay_env.die_with_parent)


def rotate(daemon):
    process = rotation(daemon)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def by_key(database):
    rows = database.psql("""select key_id, count(*) from (select key_id from loan.personal union all select key_id from loan.personal_past
        union all select key_id from loan.import_part where key_id is not null) x group by 1""").split("\n")
    return sorted(int(row.split("|")[1]) for row in rows)


def shown(rpc, household):
    member = rpc.call("household.personal", household=str(household), member=1, reason="kiểm tra")["members"][0]
    return {field: member[field] for field in ("citizen_id", "telephone", "address")}


def expected(number):
    return {**person(number), **({"telephone": "0234" + person(number)["telephone"][4:]} if number < FIRST + 20 else {})}


def check_one(rpc, number):
    """Read, found, and not to be registered once more."""
    assert shown(rpc, number) == expected(number)
    assert [int(h["household"]) for h in rpc.call("household.find", citizen_id=citizen(number))["households"]] == [number]
    error = rpc.fails("household.member", household="5", member=1, citizen_id=citizen(number), key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("conflict", "citizen_id")


def test_killed_while_others_read_and_write(database):
    print(f"VONVAY_SEED={SEED}")
    random_ = random.Random(SEED)
    written = {}
    with vonvay_env.Daemon(database, settings=settings(database.old_key)) as daemon, daemon.rpc() as rpc:
        take_new_key(daemon, database)
        total = sum(by_key(database))
        for run in range(KILLS):
            process = rotation(daemon)
            for _ in range(random_.randrange(4)):
                check_one(rpc, random_.randrange(FIRST, FIRST + COUNT))
            number = 5000 + run
            rpc.write("household.register", household=str(number), name="Hồ Mới", sex="female", born_on="1985-02-03", area="C1",
                      **person(number))
            written[number] = person(number)
            process.kill()
            process.communicate()
        code, out, err = rotate(daemon)
        assert (code, err) == (0, ""), out
        assert re.search(r"done: everything is sealed with key [0-9a-f]{8}", out)
        assert by_key(database) == [total + 3 * len(written)]
        assert database.psql("select count(*) from loan.data_key where retired_at is null") == "1"
        for number in random_.sample(range(FIRST, FIRST + COUNT), 40):
            check_one(rpc, number)
        for number, values in written.items():
            assert shown(rpc, number) == values
        code, out, err = rotate(daemon)  # nothing is left to do
        assert code == 0 and ": 0 values are sealed with another one" in out
    # only the new key is there now: all values open, those of the past too
    daemon.settings.update(settings(database.new_key))
    daemon.write_config()
    with daemon.start().rpc() as rpc:
        for number in range(FIRST, FIRST + COUNT, 7):
            assert shown(rpc, number) == expected(number)
        process = rotate(daemon)
        assert process[0] == 0
    assert daemon.stop() == 0


def test_not_done_while_a_value_is_left(database):
    with vonvay_env.Daemon(database, settings=settings(database.new_key, database.old_key)) as daemon:
        total = sum(by_key(database))
        database.psql(f"update loan.personal set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where household_id = {FIRST + 5} and field = 3")
        database.psql("update loan.personal_past set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) "
                      "where row_id = (select min(row_id) from loan.personal_past)")
        code, out, err = rotate(daemon)
        assert code == 1 and "done:" not in out
        assert "not done: 2 values are still sealed with another key" in err
        assert f"address of household {FIRST + 5:010d}, member 1, can't be opened" in err
        assert by_key(database) == sorted([2, total - 2])
        assert database.psql("select count(*) from loan.data_key where retired_at is null") == "2"
        with daemon.rpc() as rpc:  # and all goes on with both keys
            check_one(rpc, FIRST + 1)


def test_the_retired_key_seals_no_more(database):
    with vonvay_env.Daemon(database, settings=settings(database.old_key)) as daemon, daemon.rpc() as rpc:
        late = vonvay_env.Daemon(database, folder=daemon.dir / "other", settings=settings(database.new_key, database.old_key), start=False)
        code, _, err = rotate(late)
        assert (code, err) == (0, "")
        # this daemon was never reloaded: it is told, not believed
        error = rpc.fails("household.member", household="5", member=1, citizen_id=citizen(7), key=vonvay_env.uuid7())
        assert error.word == "data_key_retired"
        assert len(by_key(database)) == 1
        take_new_key(daemon, database)
        rpc.write("household.member", household="5", member=1, citizen_id=citizen(7))
        check_one(rpc, FIRST)
        daemon.settings.update(settings(database.old_key, database.new_key))
        daemon.write_config()
        daemon.reload()
        vonvay_env.wait_until(lambda: "is retired: everything was sealed anew with another" in daemon.log(), 60, "the old key")
        rpc.write("household.member", household="5", member=1, telephone="0905000001")  # it goes on with the new one


def test_two_rotations_do_not_fight(database):
    with vonvay_env.Daemon(database, settings=settings(database.new_key, database.old_key)) as daemon:
        holder = subprocess.Popen(
            [vonvay_env.PSQL, "-X", "-q", "-A", "-t", "-h", str(database.postgres.dir), "-U", "postgres", "-d", database.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=vonvay_env.die_with_parent)
        holder.stdin.write("select pg_advisory_lock(7263002), 'held';\n")
        holder.stdin.flush()
        assert "held" in holder.stdout.readline()
        code, out, err = rotate(daemon)
        assert code == 1 and "another rotation is under way" in err and "done" not in out
        holder.stdin.close()
        holder.wait()
        assert rotate(daemon)[0] == 0


def test_without_the_old_key_nothing_is_touched(database):
    with vonvay_env.Daemon(database, settings=settings(database.old_key)) as daemon:
        before = by_key(database)
        lost = vonvay_env.Daemon(database, folder=daemon.dir / "other", settings=settings(database.new_key), start=False)
        code, out, err = rotate(lost)
        assert code == 1 and "can't be opened (key " in err and f"not done: {sum(before)} values" in err
        assert by_key(database) == before
        with daemon.rpc() as rpc:
            check_one(rpc, FIRST)
