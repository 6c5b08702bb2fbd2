"""The extent of JSON: how many values it has and how deep they lie, counted in its bytes before they are parsed.

To make the values takes much longer than to count them, and who sends too many is to hold up nobody.
"""

MOST_VALUES = 50_000
"""Values in lists and objects (D-64)."""

OUTSIDE = b'[]{},"'
"""All that matters: what parts values, and where a text begins and ends."""
OTHERS = bytes({*range(256)} - {*OUTSIDE})
AS_LISTS = bytes.maketrans(b"{}", b"[]")


def check_extent(body: bytes, deepest: int, most: int) -> str | None:
    """Return what to say of JSON that is nested too deep or has too many values; each comma and bracket is for one."""
    if body.lstrip()[:1] not in (b"[", b"{"):
        return None  # a value of its own, or no JSON: the parser says so at once
    outside = _without_text(body)
    lists = outside.replace(b",", b"")
    too_many = outside.count(b",") + lists.count(b"[") > most
    # Of too many, only how those are nested is looked at that are opened in a row: that takes no time.
    if b"[" * (deepest + 1) in lists if too_many else _depth(lists, deepest) > deepest:
        return f"The body is nested deeper than {deepest} levels."
    return f"The body has more than {most} values. Send less at once." if too_many else None


def _without_text(body: bytes) -> bytes:
    """Return the commas and brackets of JSON that are not in a text, objects written as lists."""
    if b"\\" in body:
        body = body.replace(rb"\\", b"").replace(rb"\"", b"")
    kept = body.translate(AS_LISTS, OTHERS).replace(b'""', b"")
    return b"".join(kept.split(b'"')[::2])


def _depth(lists: bytes, deepest: int) -> int:
    """Return how deep brackets are nested, or more than the deepest; each turn takes the innermost away."""
    depth = 0
    while lists and depth <= deepest:
        outer = lists.replace(b"[]", b"")
        if len(outer) == len(lists):
            return depth + outer.count(b"[")  # they are not closed
        lists, depth = outer, depth + 1
    return depth
