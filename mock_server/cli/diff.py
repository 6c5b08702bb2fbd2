"""`common-apis diff`."""

from pathlib import Path

import click

from .baselines import accepting, against
from .extras import require_extra
from .options import give_up
from .reporting import end, reporting


@click.command()
@click.argument("old")
@click.argument("new")
@reporting
@accepting
@require_extra("proof")
def diff(old: str, new: str, form: str, output: Path | None, baseline: Path | None, accept: Path | None) -> None:
    """Find the changes from one edition of the contract to another that break somebody.

    OLD and NEW are contracts of OpenAPI 3.0: a file, the root of many files, a pipe, or an address.

    Example: common-apis diff http://127.0.0.1:4010/openapi.json openapi/openapi.yaml --format github
    """
    from ..contract.document import ContractError, operations
    from ..proof.changes.change import rules
    from ..proof.changes.contract import changes
    from ..proof.edition import edition
    from ..proof.exchanges import counted
    from ..proof.findings import Summary
    from .proxies import find_proxy

    try:
        before, after = edition(old, find_proxy), edition(new, find_proxy)
        found = [change.finding(before, after) for change in changes(before.document, after.document)]
    except ContractError as error:
        give_up(error)
    found, notes = against(found, baseline, accept)
    names = [said["operationId"] for _, _, said in operations(before.document)]
    scope = f"{counted(len(names), 'operation')} of {old}, held against {new}"
    summary = Summary(command="diff", scope=scope, asked=dict.fromkeys(names, 0), notes=tuple(notes), rules=rules())
    end(found, summary, form, output)
