"""The HTTP protocol uvicorn speaks for us: with deadlines for receiving, problems instead of plain text."""

from __future__ import annotations

from api.deadlines import protocol
from api.errors import render

HTTP = protocol(render=render)
