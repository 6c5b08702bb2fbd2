"""The text of a contract: what is none is refused in one line, at its place, however large or deep or endless it is."""

import re
from pathlib import Path

import pytest

from common_apis.contract.document import ContractError, load
from common_apis.contract.text import LARGEST_FILE

LAUGHS = "\n".join(
    f"{name}: &{name} [{', '.join([f'*{of}'] * 10)}]" for of, name in zip("abcdefg", "bcdefgh", strict=True)
)
MERGED = "\n".join(
    f"{name}: &{name} {{<<: [{', '.join([f'*{of}'] * 99)}]}}" for of, name in zip("abcd", "bcde", strict=True)
)

REFUSED: dict[str, tuple[str, str]] = {
    "aliases of aliases": (f"a: &a [x]\n{LAUGHS}", "c.yaml cannot be read: it becomes too large"),
    "merges of merges": (f"a: &a {{x: 1, y: 2}}\n{MERGED}", "c.yaml cannot be read: it becomes too large"),
    "an alias of itself": ("a: 1\nb: &b [*b]", "c.yaml:2:4 cannot be read: it contains itself."),
    "lists in lists": ("a: " + "[" * 100_000, "c.yaml cannot be read: it is nested deeper than 100 levels."),
    "items of items": ("- " * 20_000, "c.yaml cannot be read: it is nested deeper than 100 levels."),
    "fields of fields": (
        "\n".join(f"{' ' * deep}a:" for deep in range(2000)),
        "c.yaml cannot be read: it is nested deeper than 100 levels.",
    ),
    "references of references": ("paths: {$ref: c.yaml}", "c.yaml: `c.yaml` refers to itself"),
    "a tab": ("a:\n\tb: 1", "c.yaml:2:1 cannot be read: no value begins so. Indent with spaces, not tabs"),
    "a colon": ("a: b: c", "c.yaml:1:5 cannot be read: no `:` is expected here. Put a text that has one in quotes"),
    "no colon": ("a: 1\nb\nc: 1", "c.yaml:2:1 cannot be read: expected a name and `:` behind it."),
    "too far left": ("a:\n  b: 1\n c: 2", "c.yaml:3:2 cannot be read: expected a name and `:`, as far to the right"),
    "an open list": ("a: [1, 2\nb: 3", "c.yaml:2:2 cannot be read: expected `,` or `]`."),
    "an open text": ("a: 1\nb: 'c\n\n", "c.yaml:2:4 cannot be read: expected a closing quote."),
    "no anchor": ("a: *b", "c.yaml:1:4 cannot be read: there is no anchor of this name. Put a text"),
    "a mark": ("a: **b**", "c.yaml:1:5 cannot be read: expected a letter or digit. Put a text that begins with `*`"),
    "two documents": ("a: 1\n---\nb: 2", "c.yaml:2:1 cannot be read: expected one document, and here begins another."),
    "a type": (
        "a: !!python/name:os.system x",
        "c.yaml:1:4 cannot be read: there is no type '!!python",
    ),
    "no number": ("a: !!int x", "c.yaml cannot be read: invalid literal"),
    "a control character": ("a: é\nb: \x01", "c.yaml:2:4 cannot be read: a control character is in it."),
    "nothing": ("", "c.yaml is not an OpenAPI document: it has no paths"),
}
"""What may stand in a file, and what is said of it."""


def refusal(file: Path | str) -> str:
    """Why a file is no contract."""
    with pytest.raises(ContractError) as error:
        load(Path(file))
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that files are named from."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_contract_is_refused_in_one_line_at_its_place(name: str, here: Path) -> None:
    """By the name that it was asked for by; at once, though it would fill all memory, or end the process."""
    text, said = REFUSED[name]
    (here / "c.yaml").write_text(text, "utf-8")
    assert refusal("c.yaml").startswith(said)


def test_json_is_refused_at_its_place(here: Path) -> None:
    """And it may not be nested deeper than YAML."""
    (here / "c.json").write_text('{"a": 1,\n "b": }', "utf-8")
    assert refusal("c.json").startswith("c.json:2:7 cannot be read: it is no JSON: ")
    (here / "c.json").write_text(f'{{"a": {"[" * 900}{"]" * 900}}}', "utf-8")
    assert refusal("c.json") == "c.json cannot be read: it is nested deeper than 100 levels."


def test_bytes_that_are_no_text_are_refused(here: Path) -> None:
    """More of them than anybody reads, and those of another encoding; a mark of the byte order is none of the text."""
    with (here / "c.yaml").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert refusal("c.yaml") == "c.yaml cannot be read: it is larger than 64 MiB."
    (here / "c.yaml").write_bytes(b"a: 1\nb: \xe9")
    assert refusal("c.yaml") == "c.yaml:2:4 cannot be read: it is not written in UTF-8."
    (here / "c.json").write_text('{"paths": {}}', "utf-8-sig")
    assert load(Path("c.json")) == {"paths": {}}


def test_files_are_named_beside_the_one_that_was_asked_for(here: Path) -> None:
    """However it was written, and no folder more."""
    (here / "api/paths").mkdir(parents=True)
    (here / "api/c.yaml").write_text("paths: {/a: {$ref: paths/a.yaml}}", "utf-8")
    assert refusal("api/c.yaml") == "api/paths/a.yaml cannot be read: No such file or directory."
    (here / "api/paths/a.yaml").write_text("get: [", "utf-8")
    assert refusal("api/c.yaml").startswith("api/paths/a.yaml:2:1 cannot be read: ")
    assert refusal(here / "api/c.yaml").startswith(f"{here}/api/paths/a.yaml:2:1 cannot be read: ")
    assert refusal("api") == "api cannot be read: Is a directory."


def test_files_that_refer_to_each_other_too_often_or_to_themselves_are_refused(here: Path) -> None:
    """A reference is as good as an alias to make much of little; that of two files to each other has no end."""
    (here / "c.yaml").write_text("paths: {$ref: 0.yaml}", "utf-8")
    for number in range(9):
        refers = "\n".join(f"{name}: {{$ref: {number + 1}.yaml}}" for name in range(10))
        (here / f"{number}.yaml").write_text(refers, "utf-8")
    (here / "9.yaml").write_text("a: 1", "utf-8")
    assert refusal("c.yaml").startswith("c.yaml cannot be read: it becomes too large")
    (here / "1.yaml").write_text("a: {$ref: 0.yaml}", "utf-8")
    assert re.fullmatch(r"1\.yaml: `0\.yaml` refers to itself", refusal("c.yaml"))
