"""`common-apis bundle` and `common-apis routes`."""

from pathlib import Path

import click

from .options import addresses, give_up


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["yaml", "json"]), help="How to write it; else as the file is named."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of the screen.")
@click.option(
    "--server",
    "servers",
    multiple=True,
    callback=addresses,
    metavar="URL",
    help="A server to name in the document: programs such as Bruno and Postman begin with it. Repeatable.",
)
def bundle(form: str | None, output: Path | None, servers: tuple[str, ...]) -> None:
    """Write the contract as one document.

    Example: common-apis bundle --format json -o openapi.json
    """
    from ..contract.document import ContractError, load
    from ..portal.publication import as_json, as_yaml

    try:
        document = load()
        if servers:
            document["servers"] = [{"url": url} for url in servers]
        form = form or ("json" if output and output.suffix == ".json" else "yaml")
        content = as_json(document) if form == "json" else as_yaml(document)
        if output:
            output.write_bytes(content)
    except ContractError as error:
        give_up(error)
    except OSError as error:
        give_up(f"cannot write {output}: {error.strerror}")
    if output is None:
        click.echo(content, nl=False)


@click.command()
def routes() -> None:
    """List the operations: method, path and operationId.

    Example: common-apis routes
    """
    from ..contract.document import ContractError, load, operations

    try:
        document = load()
    except ContractError as error:
        give_up(error)
    for method, path, operation in operations(document):
        click.echo(f"{method.upper():7}{path:38}{operation['operationId']}")
