"""Builds what a user installs, into `dist` or the folder that is named: `make dist`.

    dist/common_apis-VERSION.tar.gz            the source, without tests, docs and examples
    dist/common_apis-VERSION-py3-none-any.whl  the wheel, built from it
    dist/requirements.txt                      what the wheel needs to serve, each with its version and its hashes
    dist/SHA256SUMS                            the checksums of the three: `sha256sum --check SHA256SUMS`

Built again from the same commit, wheel and source are the same, byte for byte: all times in them are that of the
commit, or SOURCE_DATE_EPOCH.
"""

import gzip
import io
import os
import shutil
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")
FILES = ("LICENSE", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py")
FOLDERS = ("handlers", "mock_data", "mock_server", "openapi")
OLDEST = "315532800"
"""1980, the first year that a wheel can say: the time of a folder that is no checkout."""


def read_time() -> str:
    """Return the time of the commit, in seconds, or what SOURCE_DATE_EPOCH says."""
    if seconds := os.environ.get("SOURCE_DATE_EPOCH"):
        return seconds
    try:
        git = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return OLDEST
    return git.stdout.strip() or OLDEST


def run_uv(*arguments: str | Path) -> None:
    """Run uv; what it says of a failure stands for itself."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": read_time()}
    done = subprocess.run([UV, *arguments, "--quiet"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(done.returncode)


def copy_source(folder: Path) -> None:
    """Copy what is built: a checkout may hold what an earlier build has left."""
    folder.mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


def normalize(source: Path, target: Path) -> None:
    """Write the archive again, without the times, the owners and the modes of the machine that made it."""
    seconds = int(read_time())
    packed = io.BytesIO()
    with tarfile.open(source) as old, tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new:
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            clean = tarfile.TarInfo(member.name)
            clean.type, clean.size, clean.mtime = member.type, member.size, seconds
            clean.mode = 0o755 if member.isdir() else 0o644
            new.addfile(clean, old.extractfile(member))
    target.write_bytes(gzip.compress(packed.getvalue(), mtime=seconds))


def build(dist: Path) -> None:
    """Build the source, and the wheel from it."""
    with TemporaryDirectory() as folder:
        copy_source(Path(folder, "source"))
        built = Path(folder, "built")  # uv puts a .gitignore beside what it builds
        run_uv("build", "--sdist", "--out-dir", built, Path(folder, "source"))
        [source] = built.glob("*.tar.gz")
        normalize(source, dist / source.name)
        run_uv("build", "--wheel", "--out-dir", built, dist / source.name)
        [wheel] = built.glob("*.whl")
        shutil.copy(wheel, dist)


def lock(dist: Path) -> None:
    """Write what the wheel needs to serve, for every system and Python, with the versions of constraints.txt."""
    options = ("--universal", "--generate-hashes", "--no-header", "--no-annotate", "--constraint", "constraints.txt")
    run_uv("pip", "compile", "pyproject.toml", *options, "--output-file", dist / "requirements.txt")


def write_sums(dist: Path) -> None:
    """Write the checksums, as `sha256sum` does."""
    files = [*sorted(dist.glob("common_apis-*")), dist / "requirements.txt"]
    lines = [f"{sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (dist / "SHA256SUMS").write_text("".join(lines), "ascii", newline="\n")
    print("".join(lines), end="")


def main(dist: Path) -> None:
    """Build all of it, in the place of what is there."""
    os.umask(0o022)
    dist.mkdir(parents=True, exist_ok=True)
    for old in (*dist.glob("common_apis-*"), *dist.glob("requirements.txt")):
        old.unlink()
    build(dist)
    lock(dist)
    write_sums(dist)


if __name__ == "__main__":
    main(Path(sys.argv[1] if sys.argv[1:] else ROOT / "dist").resolve())
