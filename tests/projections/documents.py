"""Random GraphQL documents on the register: aliases, fragments, connections, directives, variables, typenames.

A response key ends in `_<n>` where it is an alias, so that a reader of the answer can tell the field from the key.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from api.graphql.schema import schema

CORE = schema._schema
FLAG = ("yes", "no")
REGISTER = frozenset(
    {"Person", "PersonIdentifier", "PersonPhone", "Residence", "Responsibility", "Unit", "UnitLineage"}
)
"""What the register in memory holds; the case file has tests of its own."""


@dataclass
class Asking:
    """One document in the making."""

    chance: random.Random
    variables: dict[str, Any] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    aliases: int = 0
    nested_after: dict[str, str] = field(default_factory=dict)

    def bind(self, type_: str, value: Any) -> str:
        """A value as a variable of its own."""
        name = f"v{len(self.variables)}"
        self.variables[name], self.types[name] = value, type_
        return f"${name}"

    def size(self, most: int) -> str:
        number = self.chance.randint(1, most)
        return self.bind("Int!", number) if self.chance.random() < 0.5 else str(number)

    def directive(self) -> str:
        """Sometimes a @skip or @include, by literal or variable, such that both outcomes are met."""
        roll = self.chance.random()
        if roll > 0.12:
            return ""
        wanted = self.chance.random() < 0.5
        value = self.bind("Boolean!", wanted) if roll < 0.06 else str(wanted).lower()
        return f" @{self.chance.choice(('skip', 'include'))}(if: {value})"

    # -- selection sets ------------------------------------------------------------------------------------------

    def key(self, name: str) -> str:
        if self.chance.random() < 0.25 and self.aliases < 25:
            self.aliases += 1
            return f"{name}_{self.aliases}: {name}"
        return name

    def object(self, type_: GraphQLObjectType, depth: int) -> str:
        """Fields of one object; some through inline or named fragments. `id` always, so no set is empty."""
        parts = ["id", *self.fields(type_, depth)]
        if self.chance.random() < 0.2:
            parts.append(f"... on {type_.name}{self.directive()} {{ id {' '.join(self.scalars(type_))} }}")
        if self.chance.random() < 0.2:
            parts.append(f"...{self.fragment(type_)}{self.directive()}")
        self.chance.shuffle(parts)
        return "{ " + " ".join(parts) + " }"

    def fragment(self, type_: GraphQLObjectType) -> str:
        name = f"F{len(self.fragments)}"
        self.fragments.append("")
        ones = [n for n, f in type_.fields.items() if not is_leaf_type(get_named_type(f.type)) and not f.args]
        also = f" {ones[0]} {{ id name }}" if ones and get_named_type(type_.fields[ones[0]].type).name == "Unit" else ""
        made = f"fragment {name} on {type_.name} {{ __typename {' '.join(self.scalars(type_))}{also} }}"
        self.fragments[int(name[1:])] = made
        return name

    def scalars(self, type_: GraphQLObjectType) -> list[str]:
        names = [name for name, f in type_.fields.items() if is_leaf_type(get_named_type(f.type))]
        return self.chance.sample(names, self.chance.randint(1, min(6, len(names))))

    def fields(self, type_: GraphQLObjectType, depth: int) -> list[str]:
        parts = [self.key(name) + self.directive() for name in self.scalars(type_)]
        if self.chance.random() < 0.3:
            parts.append("__typename")
        for name, f in type_.fields.items():
            below = get_named_type(f.type)
            if below.name.removesuffix("Connection") not in REGISTER:
                continue
            if is_leaf_type(below) or depth <= 0 or self.chance.random() > 0.4:
                continue
            if below.name.endswith("Connection"):
                parts.append(
                    self.alias(name) + self.pages(type_, name) + self.directive() + self.page(below, depth - 1)
                )
            else:
                parts.append(self.key(name) + self.directive() + self.object(below, depth - 1))
        return parts

    def alias(self, name: str) -> str:
        """A connection always has a key of its own: two with other sizes under one key would not be valid."""
        self.aliases += 1
        return f"{name}_{self.aliases}: {name}"

    def pages(self, type_: GraphQLObjectType, name: str) -> str:
        cursor = self.nested_after.get(f"{type_.name}.{name}")
        after = f", after: {self.bind('String', cursor)}" if cursor and self.chance.random() < 0.4 else ""
        return f"(first: {self.size(3)}{after})"

    def page(self, type_: GraphQLObjectType, depth: int) -> str:
        of = get_named_type(type_.fields["nodes"].type)
        parts = []
        for part in self.chance.sample(
            ("nodes", "edges", "pageInfo", "totalCount", "__typename"), self.chance.randint(1, 4)
        ):
            if part == "nodes":
                parts.append(self.key("nodes") + self.directive() + self.object(of, depth))
            elif part == "edges":
                parts.append(self.key("edges") + self.edge(of, depth))
            elif part == "pageInfo":
                facts = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor", "incomplete", "__typename")
                chosen = self.chance.sample(facts, self.chance.randint(1, 4))
                parts.append(self.key("pageInfo") + "{ " + " ".join(map(self.plain, chosen)) + " }")
            else:
                parts.append(self.plain(part))
        return "{ __typename " + " ".join(parts) + " }"

    def plain(self, name: str) -> str:
        return name if name == "__typename" else self.key(name)

    def edge(self, of: GraphQLObjectType, depth: int) -> str:
        cursor = self.key("cursor") if self.chance.random() < 0.6 else "__typename"
        return "{ " + cursor + " node " + self.object(of, depth) + " }"

    # -- whole documents -----------------------------------------------------------------------------------------

    def document(self, root: str, arguments: str, depth: int) -> str:
        type_ = get_named_type(CORE.query_type.fields[root].type)
        inner = self.page(type_, depth) if type_.name.endswith("Connection") else self.object(type_, depth)
        head = ", ".join(f"${name}: {type_name}" for name, type_name in self.types.items())
        operation = f"query Random({head})" if head else "query Random"
        return f"{operation} {{ {self.key(root)}{arguments} {inner} }}\n" + "\n".join(self.fragments)
