"""What building adds to the package: the script of the reference, which a build requirement carries.

Nothing else of that requirement is needed, and it would bring a web framework along for those who install the package.
"""

from hashlib import sha256
from importlib.metadata import files, version
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

CARRIER = "flask-openapi3-scalar"
SHA256 = "91ae672e1e5d96b0d708316ef7dd06d76afd712387ba31ed90b05837318b91c7"
"""That of the script in the version which `pyproject.toml` names. To change it, change both."""
FOLDER = "portal/static"


def read_script() -> bytes:
    """Return the script. Raises SystemExit if it is not the one that was tested."""
    [script] = [file for file in files(CARRIER) or () if file.name == "scalar.standalone.js"]
    content = Path(str(script.locate())).read_bytes()
    if (found := sha256(content).hexdigest()) != SHA256:
        raise SystemExit(f"{CARRIER} {version(CARRIER)} has a script with the SHA-256 {found}. Expected {SHA256}.")
    return content


class BuildWithScript(build_py):
    """Builds the package, with the script beside the portal's own; an editable installation has it in the checkout."""

    def run(self) -> None:
        """Build it."""
        super().run()
        root = Path("mock_server") if self.editable_mode else Path(self.build_lib, "common_apis")
        target = root / FOLDER / "scalar.js"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(read_script())


setup(cmdclass={"build_py": BuildWithScript})
