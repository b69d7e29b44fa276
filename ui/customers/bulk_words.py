"""Bulk edits in words: what is about to happen, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from crm_desktop.customers.bulk import BulkDeletionPreview, BulkEdit
from crm_desktop.words import counted
from ui.customers.words import LABELS, STATUS_WORDS, TYPE_WORDS


def customers(count: int) -> str:
    """ "1 customer", "12,345 customers"."""
    return counted(count, "customer")


def intentions(edit: BulkEdit, people: Mapping[UUID, str]) -> list[str]:
    """One sentence for each thing that will change."""
    found = [f"{LABELS[name]} becomes {_value(name, value, people)}." for name, value in edit.values.items()]
    if edit.tags is not None:
        tags = ", ".join(f"“{tag}”" for tag in edit.tags.tags)
        words = {
            "add": f"Tags are added: {tags}.",
            "remove": f"Tags are removed: {tags}.",
            "set": f"Tags become {tags}.",
        }
        found.append(words[edit.tags.mode] if tags else "All tags are removed.")
    return found


def step(edit: BulkEdit, count: int, people: Mapping[UUID, str]) -> str:
    """What was done, as it stands behind "Undo: "."""
    named = [*edit.values, *(["tags"] if edit.tags is not None else [])]
    if len(named) > 1:
        words = [LABELS[name].lower() for name in named]
        return f"changed {', '.join(words[:-1])} and {words[-1]} of {customers(count)}"
    if edit.tags is not None:
        tags = ", ".join(f"“{tag}”" for tag in edit.tags.tags)
        return {
            "add": f"added {tags} to {customers(count)}",
            "remove": f"removed {tags} from {customers(count)}",
            "set": f"set the tags of {customers(count)}",
        }[edit.tags.mode]
    name, value = next(iter(edit.values.items()))
    return f"changed {LABELS[name].lower()} of {customers(count)} to {_value(name, value, people)}"


def what_goes(preview: BulkDeletionPreview) -> str:
    """What is deleted with the customers, in one or two sentences."""
    counts = (
        (preview.interactions, "interaction"),
        (preview.contacts, "contact"),
        (preview.orders, "order"),
        (preview.consents, "consent"),
        (preview.files, "file"),
    )
    found = [counted(count, word) for count, word in counts if count]
    if not found:
        text = "Nothing else belongs to them."
    else:
        listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
        text = f"{listed} will be deleted, too."
    if preview.loyalty_points:
        text += f" Loyalty accounts with {preview.loyalty_points:,} points stay, but belong to nobody."
    return text


def _value(name: str, value: Any, people: Mapping[UUID, str]) -> str:
    if name == "status":
        return STATUS_WORDS.get(value, str(value))
    if name == "customer_type":
        return TYPE_WORDS.get(value, str(value))
    if name == "owner_id":
        return "nobody" if value is None else people.get(value, "somebody")
    return f"“{value}”" if value else "blank"
