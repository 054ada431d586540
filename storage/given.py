"""Rows of ours that a statement can join: one trip to the database instead of one for each.

They go in as one JSON value. A list of VALUES is written anew for each number of rows, which costs
more than the statement; this one is written once.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Dialect, FromClause, bindparam, cast, column, func, select, type_coerce
from sqlalchemy.types import Text, TypeEngine

#: Columns by name.
Types = Mapping[str, TypeEngine[Any]]
#: The parameter the rows go in by.
GIVEN: Final = "given_rows"


def given(dialect: str, types: Types) -> FromClause:
    """Return the table that a statement joins."""
    rows = bindparam(GIVEN, type_=Text)
    if dialect == "sqlite":
        each = func.json_each(rows).table_valued("value", name="given")
        return select(
            *(
                type_coerce(func.json_extract(each.c.value, f"$.{name}"), type_).label(name)
                for name, type_ in types.items()
            )
        ).subquery("given")
    columns = [column(name, type_) for name, type_ in types.items()]
    table = func.json_to_recordset(cast(rows, JSON)).table_valued(*columns, name="given")
    return table.render_derived(name="given", with_types=True)


def as_given(dialect: Dialect, types: Types, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the parameter that holds rows, each value as the database is given it elsewhere."""
    written = {
        name: type_.dialect_impl(dialect).bind_processor(dialect) for name, type_ in types.items()
    }
    values = [
        {
            name: value if (write := written[name]) is None else write(value)
            for name, value in row.items()
        }
        for row in rows
    ]
    return {GIVEN: json.dumps(values, default=datetime.isoformat)}
