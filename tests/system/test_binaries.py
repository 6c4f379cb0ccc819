"""What compiler and linker were to build into the programs against a memory error, read from the programs themselves."""

import platform
import re
import shlex
import subprocess

import pytest

import vonvay_env

PROGRAMS = ("vonvayd", "vonvay", "vonvay-demo")
BINARIES = (*PROGRAMS, "libvonvay-domain.so")
FLAGS = (vonvay_env.BUILD / "flags").read_text()
GCC = "gcc" in FLAGS.split(" -std=")[0]

pytestmark = pytest.mark.skipif("-fsanitize" in FLAGS or "--coverage" in FLAGS, reason="built to find faults, not to be used")


def readelf(*options, of):
    return subprocess.run(["readelf", "-W", *options, of], capture_output=True, text=True, check=True).stdout


@pytest.fixture(params=BINARIES)
def binary(request):
    return vonvay_env.program(request.param)


def segments(binary):
    """Flags of each kind of program header: {"GNU_STACK": ["RW "], …}"""
    found = {}
    for kind, flags in re.findall(r"^ +([A-Z_]+) +0x\S+ 0x\S+ 0x\S+ 0x\S+ 0x\S+ (.{3}) ", readelf("-l", of=binary), re.M):
        found.setdefault(kind, []).append(flags)
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_may_lie_anywhere(name):
    path = vonvay_env.program(name)
    assert re.search(r"Type: +DYN", readelf("-h", of=path))
    assert re.search(r"\(FLAGS_1\).*\bPIE\b", readelf("-d", of=path))


def test_relocations_are_read_only_and_done_at_the_start(binary):
    assert segments(binary)["GNU_RELRO"] == ["R  "]
    assert re.search(r"\(FLAGS\).*\bBIND_NOW\b|\(FLAGS_1\).*\bNOW\b", readelf("-d", of=binary))


def test_nothing_is_both_written_and_executed(binary):
    found = segments(binary)
    assert found["GNU_STACK"] == ["RW "]
    assert "R E" in found["LOAD"] and not [flags for flags in found["LOAD"] if "W" in flags and "E" in flags]
    assert "TEXTREL" not in readelf("-d", of=binary)


def test_no_library_is_looked_for_elsewhere(binary):
    assert not re.search(r"\((RPATH|RUNPATH)\)", readelf("-d", of=binary))


def test_stack_is_guarded_and_calls_are_checked(binary):
    symbols = set(re.findall(r"UND (\w+)", readelf("--dyn-syms", of=binary)))
    assert "__stack_chk_fail" in symbols
    assert [name for name in symbols if name.endswith("_chk")]
    assert not symbols & {"strcpy", "strcat", "sprintf", "vsprintf", "gets"}


def test_every_source_was_built_with_them(binary):
    assert {"-D_FORTIFY_SOURCE=3", "-O2"} <= set(shlex.split(FLAGS))
    if not GCC:
        pytest.skip("only gcc writes its options into what it makes")
    producers = re.findall(r"DW_AT_producer.*: (?:\(indirect.*?\): )?(GNU C.*)", readelf("--debug-dump=info", "--dwarf-depth=1", of=binary))
    assert producers
    wanted = {"-fstack-protector-strong", "-O2", "-fPIC" if binary.endswith(".so") else "-fPIE"}
    if platform.machine() == "x86_64":
        wanted.add("-fcf-protection=full")
    for producer in set(producers):
        assert wanted <= set(producer.split()), producer


def test_jumps_land_where_they_may():
    if platform.machine() != "x86_64":
        pytest.skip("of x86")
    # objects, as the libc's own start files do not carry the mark and the linker then drops it
    objects = sorted((vonvay_env.BUILD / "obj").glob("daemon/**/*.o")) + sorted((vonvay_env.BUILD / "obj").glob("client/**/*.o"))
    assert len(objects) > 100
    out = subprocess.run(["readelf", "-n", *objects], capture_output=True, text=True, check=True).stdout
    assert out.count("x86 feature: IBT, SHSTK") == len(objects)
