"""The machinery of migrations, on folders of its own: order, checksums, never down, functions and data re-applied."""

import shutil
import subprocess
import threading

import pytest

import vonvay_env
from vonvay_env import vonvayd


class Sql:
    """A folder like sql/ and the database it is applied to."""

    def __init__(self, path, database):
        self.path = path
        self.database = database
        for name in ("migrations", "api", "data"):
            (path / name).mkdir()
        self.config = path / "vonvayd.conf"
        settings = {**vonvay_env.default_settings(database, path / "vonvayd.sock"), "sql.dir": str(path)}
        self.config.write_text(vonvay_env.config_text(settings))

    def write(self, name, text):
        (self.path / name).write_text(text)

    def run(self):
        return vonvayd("--config", self.config, "--migrate")

    def good(self):
        out = self.run()
        assert (out.returncode, out.stderr) == (0, "")
        return out.stdout

    def bad(self):
        out = self.run()
        assert out.returncode == 1
        return out.stderr

    def psql(self, sql):
        return self.database.psql(sql)


@pytest.fixture
def sql(tmp_path, empty_database):
    folder = Sql(tmp_path, empty_database)
    folder.write("migrations/001_a.sql", "create schema api; create table a (n int);")
    folder.write("migrations/002_b.sql", "create table b (n int);")
    folder.write("api/f.sql", "create function api.f() returns int language sql as 'select 1';")
    folder.write("data/units.csv", '\ufeffcode,"full name"\n1,"A, ""b"""\n2,\n')
    folder.write("data/load.sql", "insert into a select code::int from data_units where \"full name\" is not null;")
    return folder


def test_everything_is_applied_once_and_in_order(sql):
    assert sql.good() == (
        "migration 001_a.sql applied\nmigration 002_b.sql applied\nschema 2\napi: 1 files applied\ndata: 1 tables loaded\n"
    )
    assert sql.psql("select number, name from vonvay_migration order by number") == "1|001_a.sql\n2|002_b.sql"
    assert sql.psql("select n from a") == "1"
    assert sql.good() == "schema 2\n"
    assert sql.psql("select n from a") == "1"


def test_a_later_migration_is_added(sql):
    sql.good()
    sql.write("migrations/003_c.sql", "alter table b add m int;")
    assert sql.good() == "migration 003_c.sql applied\nschema 3\n"


def test_a_failing_migration_leaves_what_was_before(sql):
    sql.write("migrations/002_b.sql", "create table b (n int);\n\ninsert into b values ('đ');\ncreate table c (n int);")
    assert sql.bad() == (
        "vonvayd: migrations/002_b.sql:3: invalid input syntax for type integer: \"đ\"\n"
    )
    assert sql.psql("select to_regclass('b') is null, max(number) from vonvay_migration") == "t|1"
    sql.write("migrations/002_b.sql", "create table b (n int);")
    assert "migration 002_b.sql applied" in sql.good()


def test_a_changed_file_is_refused(sql):
    sql.good()
    sql.write("migrations/001_a.sql", "create schema api; create table a (n bigint);")
    assert sql.bad() == "vonvayd: migrations/001_a.sql was changed after it was applied\n"


def test_going_down_is_refused(sql):
    sql.good()
    (sql.path / "migrations/002_b.sql").unlink()
    assert sql.bad() == (
        "vonvayd: the database has migration 002_b.sql, the newest file is number 001: refusing to go down\n"
    )


def test_a_gap_is_refused(sql):
    sql.write("migrations/004_d.sql", "select 1;")
    assert sql.bad() == (
        "vonvayd: migrations/004_d.sql: number 003 was expected (a gap, or two files of one number)\n"
    )
    assert sql.psql("select to_regclass('a') is null") == "t"


def test_two_files_of_one_number_are_refused(sql):
    sql.write("migrations/002_c.sql", "select 1;")
    assert "migrations/002_c.sql: number 003 was expected" in sql.bad()


def test_a_name_of_another_form_is_refused(sql):
    sql.write("migrations/3_c.sql", "select 1;")
    assert sql.bad() == "vonvayd: migrations/3_c.sql: the name must be like 001_name.sql\n"


def test_functions_are_applied_again_when_they_change(sql):
    sql.good()
    sql.write("api/f.sql", "create function api.f() returns text language sql as $$ select 'two' $$;")
    sql.write("api/g.sql", "create function api.g() returns text language sql as $$ select api.f() $$;")
    assert sql.good() == "schema 2\napi: 2 files applied\n"
    assert sql.psql("select api.g()") == "two"
    (sql.path / "api/g.sql").unlink()
    sql.good()
    assert sql.psql("select count(*) from pg_proc where proname = 'g' and pronamespace = 'api'::regnamespace") == "0"


def test_failing_functions_leave_the_old_ones(sql):
    sql.good()
    sql.write("api/f.sql", "create function api.f() returns int language sql as 'select 2';")
    sql.write("api/g.sql", "\ncreate function api.g() returns int language sql as 'select nothing';")
    assert sql.bad() == 'vonvayd: api/g.sql:2: column "nothing" does not exist\n'
    assert sql.psql("select api.f()") == "1"


def test_data_are_loaded_again_when_they_change(sql):
    sql.good()
    sql.write("data/units.csv", "code,full name\n5,x\n")
    assert sql.good() == "schema 2\ndata: 1 tables loaded\n"
    assert sql.psql("select n from a order by n") == "1\n5"


def test_a_broken_data_file_is_named(sql):
    sql.write("data/units.csv", "code,full name\n5,x,y\n")
    assert sql.bad() == "vonvayd: data/units.csv: extra data after last expected column\n"
    sql.write("data/units.csv", "code,,name\n")
    assert sql.bad() == "vonvayd: data/units.csv: the first line is not a header of column names\n"


def test_the_role_of_one_file_does_not_reach_the_next(sql):
    sql.write("migrations/001_a.sql", "create schema api; create table a (n int); set role pg_monitor;")
    sql.good()
    assert sql.psql("select tableowner from pg_tables where tablename = 'b'") == "postgres"


def test_two_at_once_apply_everything_once(sql):
    sql.write("migrations/001_a.sql", "create schema api; create table a (n int); select pg_sleep(0.3);")
    outs = []
    threads = [threading.Thread(target=lambda: outs.append(sql.run())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(out.returncode for out in outs) == [0, 0, 0]
    assert sum("migration 001_a.sql applied" in out.stdout for out in outs) == 1
    assert sql.psql("select count(*) from a") == "1"


def test_no_server_is_said(tmp_path, postgres):
    config = tmp_path / "x.conf"
    config.write_text(f"[database]\nmigrate_conninfo = host={tmp_path} dbname=x\n[sql]\ndir = {vonvay_env.ROOT}/sql\n")
    out = vonvayd("--config", config, "--migrate")
    assert out.returncode == 1
    assert "No such file or directory" in out.stderr


def test_our_own_migrations_apply_twice(empty_database):
    vonvay_env.migrate(empty_database)
    before = empty_database.psql("select count(*) from vonvay_migration")
    vonvay_env.migrate(empty_database)
    assert empty_database.psql("select count(*) from vonvay_migration") == before != "0"


def test_a_rate_that_is_not_what_its_check_says_is_refused(database, tmp_path):
    shutil.copytree(vonvay_env.ROOT / "sql", tmp_path / "sql")
    rates = tmp_path / "sql/data/programme_rates.csv"
    text = rates.read_text(encoding="utf-8")
    wrong = text.replace(",2015-06-01,7.92,1.20 x 01,", ",2015-06-01,7.93,1.20 x 01,")
    assert wrong != text
    rates.write_text(wrong, encoding="utf-8")
    settings = {**vonvay_env.default_settings(database, tmp_path / "vonvayd.sock"), "sql.dir": str(tmp_path / "sql")}
    (tmp_path / "vonvayd.conf").write_text(vonvay_env.config_text(settings))
    out = vonvayd("--config", tmp_path / "vonvayd.conf", "--migrate")
    assert out.returncode == 1
    assert "programme_rates.csv: a rate is not what its column check says" in out.stderr


def start_daemon(database, sql_dir):
    """A daemon that is expected to refuse: its status and log."""
    daemon = vonvay_env.Daemon(database, start=False, settings={"sql.dir": str(sql_dir)})
    out = subprocess.run(
        [vonvay_env.program("vonvayd"), "--config", str(daemon.config_path)], capture_output=True, text=True, timeout=vonvay_env.PATIENCE_S
    )
    return out.returncode, out.stderr


def test_the_daemon_refuses_an_older_schema(database, tmp_path):
    shutil.copytree(vonvay_env.ROOT / "sql", tmp_path / "sql")
    newest = max((tmp_path / "sql/migrations").iterdir())
    number = int(newest.name[:3])
    (tmp_path / f"sql/migrations/{number + 1:03d}_more.sql").write_text("select 1;")
    status, log = start_daemon(database, tmp_path / "sql")
    assert status == 1
    assert f"the database has schema {number}, this vonvayd needs {number + 1}: run vonvayd --migrate" in log


def test_the_daemon_refuses_a_newer_schema(database, tmp_path):
    shutil.copytree(vonvay_env.ROOT / "sql", tmp_path / "sql")
    newest = max((tmp_path / "sql/migrations").iterdir())
    newest.unlink()
    status, log = start_daemon(database, tmp_path / "sql")
    assert status == 1
    number = int(newest.name[:3])
    assert f"the database has schema {number}, this vonvayd needs {number - 1}: install the newer vonvayd" in log


def test_the_daemon_refuses_a_database_without_a_schema(empty_database):
    status, log = start_daemon(empty_database, vonvay_env.ROOT / "sql")
    assert status == 1
    assert "is the database migrated? vonvayd --migrate" in log


def test_the_daemon_names_a_missing_function(database):
    database.psql("drop function api.staff_by_uid")
    status, log = start_daemon(database, vonvay_env.ROOT / "sql")
    assert status == 1
    assert "STAFF_BY_UID: function api.staff_by_uid(unknown) does not exist" in log
