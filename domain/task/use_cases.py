"""The inbox is read, never written by hand: tasks open and close with the facts that cause them."""

from __future__ import annotations

from domain.acts import Read
from domain.task.noun import TASK

tasks = Read(TASK, "read_task")
