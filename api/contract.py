"""Two snapshots of what is served: `openapi.yaml` and `api/graphql/schema.graphql`; `diemtua openapi` writes them."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from api.app import create_app
from api.graphql.schema import schema
from api.settings import Settings

_LIKE_A_NUMBER = re.compile(r"[-+.]?[0-9][0-9A-Za-z_.+-]*")


class _Plain(yaml.SafeDumper):
    """No anchors: what is said twice is written twice. YAML 1.1 writes it, YAML 1.2 reads it alike."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True

    def text(self, value: str) -> yaml.ScalarNode:
        """Quoted where YAML 1.2 would see a number: an unquoted 000090 is one there."""
        style = "'" if _LIKE_A_NUMBER.fullmatch(value) else None
        return self.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Plain.add_representer(str, _Plain.text)


def openapi_yaml() -> str:
    """The REST contract, the same text on every machine: no setting stands in it."""
    described = create_app(Settings(demo=True)).openapi()
    served = json.loads(json.dumps(described))
    return yaml.dump(served, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)


def schema_graphql() -> str:
    """The GraphQL contract as SDL."""
    return schema.as_str().rstrip("\n") + "\n"
