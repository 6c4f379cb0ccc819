"""Fixtures of the system tests: one private cluster a run, one migrated template in it, and for each test a copy of
that template with a daemon on it (`daemon`, `rpc`); `module_daemon`, `module_rpc` are shared by the tests of a file."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))

import vonvay_env  # noqa: E402


@pytest.fixture(scope="session")
def postgres():
    with vonvay_env.Postgres() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def template(postgres):
    """A migrated database with the staff of the demo; nobody connects to it, copies of it are cheap."""
    return vonvay_env.enter_staff(vonvay_env.migrate(postgres.database()))


@pytest.fixture
def empty_database(postgres):
    """A database without a schema."""
    database = postgres.database()
    yield database
    database.drop()


@pytest.fixture
def database(postgres, template):
    copy = postgres.database(template)
    yield copy
    copy.drop()


@pytest.fixture
def daemon(database):
    with vonvay_env.Daemon(database) as running:
        yield running


@pytest.fixture
def rpc(daemon):
    with daemon.rpc() as connection:
        yield connection


@pytest.fixture(scope="module")
def module_database(postgres, template):
    copy = postgres.database(template)
    yield copy
    copy.drop()


@pytest.fixture(scope="module")
def module_daemon(module_database):
    with vonvay_env.Daemon(module_database) as running:
        yield running


@pytest.fixture
def module_rpc(module_daemon):
    with module_daemon.rpc() as connection:
        yield connection
