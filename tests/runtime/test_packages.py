"""A machine without a role's packages is told what to install."""

import subprocess
import sys

import pytest

from broker.runtime.packages import packages_of

WITHOUT = """
import sys
from importlib.abc import MetaPathFinder

gone, role = sys.argv[1:3]

class Gone(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == gone:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Gone())
sys.argv = [role, *sys.argv[3:]]
import runpy
runpy.run_module(role, run_name="__main__", alter_sys=True)
"""
HALL = "firmware_config/halls/one_kiosk.toml"


@pytest.mark.parametrize(
    ("role", "package", "arguments"),
    [
        ("kiosk", "pygame", [HALL, "kiosk-1"]),
        ("display", "pygame", [HALL, "display-1"]),
        ("caller", "serial", [HALL, "caller-1"]),
        ("broker", "flask", ["collector", HALL]),
    ],
)
def test_a_role_without_its_packages_says_in_both_languages_what_to_install(role, package, arguments, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, package, role, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "JIAOHAO_DATA": str(tmp_path)},
    )
    assert done.returncode == 78, done.stderr
    assert done.stderr.strip().splitlines() == [
        f"缺少 Python 软件包 {package}；请安装：pip install 'jiaohao[{role}]'",
        f"the Python package '{package}' is not installed; a {role} needs it. Install: pip install 'jiaohao[{role}]'",
    ]


def test_a_module_of_ours_that_is_missing_is_a_fault_and_stays_one():
    with pytest.raises(ModuleNotFoundError), packages_of("kiosk"):
        raise ModuleNotFoundError("no", name="kiosk.gone")
