"""The fixtures of the system tests serve here too."""

import importlib.util
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))

_spec = importlib.util.spec_from_file_location("system_conftest", pathlib.Path(__file__).resolve().parents[1] / "system/conftest.py")
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
globals().update({name: getattr(_module, name) for name in dir(_module) if not name.startswith("_")})
