"""Who may do what, spelled out: every table, every column, every function. Whatever is not named here is refused."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rights:
    """What a role may do with a table; columns by name."""

    insert: frozenset[str] = field(default_factory=frozenset)
    update: frozenset[str] = field(default_factory=frozenset)
    delete: bool = False
    select: bool = True


def rights(insert: str = "", update: str = "", *, delete: bool = False) -> Rights:
    return Rights(frozenset(insert.split()), frozenset(update.split()), delete)


_CUSTOMER = (
    "customer_number company_name contact_name email phone phone_national other_emails other_phones "
    "other_phones_national address city state country postal_code customer_type status source tags notes owner_id"
)
_CONTACT = "name email phone phone_national other_emails other_phones other_phones_national notes"
_INTERACTION = "type subject description outcome priority status duration follow_up contact_id assignee_id"
_LINE = "product_id position description quantity unit_price discount_percent"
_COUNTS = "rows_created rows_updated rows_skipped rows_refused"

EMPLOYEE: dict[str, Rights] = {
    "alembic_version": rights(),
    "attachment_contents": rights(),
    "attachments": rights(delete=True),
    "audit_log": rights(),
    "chores": rights(),
    "consents": rights("id customer_id purpose channel is_granted evidence given_at"),
    "contact_positions": rights("contact_id customer_id role is_primary", "role is_primary", delete=True),
    "contacts": rights(f"id {_CONTACT}", _CONTACT, delete=True),
    "customer_interactions": rights(f"id customer_id user_id created_at {_INTERACTION}", _INTERACTION, delete=True),
    "customer_merges": rights(),
    "customer_preferences": rights(
        "id customer_id kind subject product_id attitude note",
        "kind subject product_id attitude note",
        delete=True,
    ),
    "customer_purchases": rights(),
    "customer_segments": rights(
        "id name description criteria is_active", "name description criteria is_active", delete=True
    ),
    "customers": rights(f"id import_batch_id last_contact created_at {_CUSTOMER}", _CUSTOMER),
    "duplicate_decisions": rights("first_id second_id decision reason", "decision reason", delete=True),
    "duplicate_pairs": rights(),
    "duplicate_scans": rights(),
    "figures": rights(),
    "frozen_rows": rights("selection_id part row_ids versions", delete=True),
    "import_batches": rights(f"id kind file_name mapping {_COUNTS}", _COUNTS),
    "import_mappings": rights("id kind name header definition", "name header definition", delete=True),
    "loyalty_accounts": rights(),
    "loyalty_ledger": rights("user_id kind points reason order_id created_at contact_id booking_id"),
    "loyalty_points_left": rights(),
    "loyalty_tier_changes": rights(),
    "loyalty_tiers": rights(),
    "order_lines": rights(f"id order_id {_LINE}", _LINE, delete=True),
    "order_points_due": Rights(select=False),
    "orders": rights(
        "id order_number customer_id contact_id ordered_at status currency total notes",
        "order_number contact_id ordered_at status currency total notes",
        delete=True,
    ),
    "products": rights(
        "id sku name category unit_price currency is_active",
        "sku name category unit_price currency is_active",
        delete=True,
    ),
    "saved_views": rights("id subject name definition is_shared", "name definition is_shared", delete=True),
    "segment_members": rights(),
    "segment_rules": rights(),
    "segment_runs": rights(),
    "segment_sizes": rights(),
    "segment_states": rights(),
    "settings": rights(),
    "users": rights(),
}

# What administrators may do beyond that.
_MORE: dict[str, Rights] = {
    "attachments": rights("", "customer_id"),
    "consents": rights("", "customer_id purpose channel is_granted evidence given_at", delete=True),
    "customer_interactions": rights("completed_at updated_at", "customer_id"),
    "customer_preferences": rights("", "customer_id"),
    "customers": rights("user_id tier next_follow_up updated_at", "user_id", delete=True),
    "loyalty_tiers": rights("", "threshold earning_multiplier discount_percent benefits"),
    "orders": rights("", "customer_id"),
    "segment_rules": rights(
        "id segment_id event action parameters is_active", "event action parameters is_active", delete=True
    ),
    "settings": rights("key value", "value", delete=True),
    "users": rights("", "display_name email"),
}

ADMIN: dict[str, Rights] = {
    table: Rights(
        usual.insert | _MORE.get(table, Rights()).insert,
        usual.update | _MORE.get(table, Rights()).update,
        usual.delete or _MORE.get(table, Rights()).delete,
        usual.select,
    )
    for table, usual in EMPLOYEE.items()
}

_STAFF = frozenset({"admin", "employee"})
_ADMINS = frozenset({"admin"})
_NOBODY: frozenset[str] = frozenset()

# Functions by name and argument types. Triggers and inner parts belong to nobody.
FUNCTIONS: dict[str, frozenset[str]] = {
    "acted_on_too_often(crm.segment_rules,uuid[])": _NOBODY,
    "act_by_rule(crm.segment_rules,text,uuid[],boolean)": _NOBODY,
    "add_attachment_part(uuid,integer,bytea)": _STAFF,
    "attachment_limit()": _STAFF,
    "audit()": _NOBODY,
    "begin_chore(text,interval)": _STAFF,
    "begin_segment_run(uuid)": _STAFF,
    "change_own_password(text)": _STAFF,
    "change_role(uuid,text)": _ADMINS,
    "changed_since_scan(integer)": _STAFF,
    "check_entries()": _NOBODY,
    "check_tiers()": _NOBODY,
    "check_segment_rule()": _NOBODY,
    "check_time_zone()": _NOBODY,
    "chore_is_due(text,interval)": _STAFF,
    "clear_blank_number()": _NOBODY,
    "company_words(text)": _STAFF,
    "compare_cards(crm.duplicate_card,crm.duplicate_card)": _NOBODY,
    "complete_interaction()": _NOBODY,
    "contact_time(text,text,timestamp with time zone,timestamp with time zone)": _NOBODY,
    "count_customers()": _NOBODY,
    "count_interactions()": _NOBODY,
    "count_members()": _NOBODY,
    "count_orders()": _NOBODY,
    "count_points()": _NOBODY,
    "create_user(text,text,text,text,boolean)": _ADMINS,
    "current_user_id()": _STAFF,
    "deactivate_user(uuid)": _ADMINS,
    "digit_words(jsonb)": _STAFF,
    "digits(text)": _STAFF,
    "earns_points(text)": _STAFF,
    "due_time(timestamp with time zone,text,integer,text)": _STAFF,
    "email_is_valid(text)": _STAFF,
    "end_chore(text,text,boolean)": _STAFF,
    "enrol_customer(uuid)": _STAFF,
    "enrol_customers(uuid[])": _STAFF,
    "erase_customer(uuid)": _ADMINS,
    "expire_points()": _STAFF,
    "finish_attachment(uuid,uuid,uuid,text,text)": _STAFF,
    "follows_an_order(text,text,text)": _NOBODY,
    "fold(text)": _STAFF,
    "fold_accents(text)": _STAFF,
    "fold_figures()": _STAFF,
    "folded_words(jsonb)": _STAFF,
    "follow_accounts()": _NOBODY,
    "follow_attachments()": _NOBODY,
    "follow_changed_interactions()": _NOBODY,
    "follow_contacts()": _NOBODY,
    "follow_ledger()": _NOBODY,
    "follow_member()": _NOBODY,
    "follow_members()": _NOBODY,
    "follow_moved_entries()": _NOBODY,
    "follow_new_interactions()": _NOBODY,
    "follow_order_lines()": _NOBODY,
    "follow_order_points()": _NOBODY,
    "follow_orders()": _NOBODY,
    "follow_points_left()": _NOBODY,
    "follow_positions()": _NOBODY,
    "follow_tiers()": _NOBODY,
    "forget_contacts()": _NOBODY,
    "forget_pairs()": _NOBODY,
    "forget_segment_members()": _STAFF,
    "gather_contacts(text)": _NOBODY,
    "hand_on_interaction()": _NOBODY,
    "hold_customers(uuid[])": _NOBODY,
    "hold_customers_of(xid8)": _NOBODY,
    "hold_member()": _NOBODY,
    "is_admin()": _STAFF,
    "is_purchase(text)": _STAFF,
    "is_reachable(text,text,jsonb,jsonb)": _STAFF,
    "is_shared_mailbox(text)": _STAFF,
    "keep_named_contacts()": _NOBODY,
    "keep_ruled_segments()": _NOBODY,
    "keep_total_of_lines()": _NOBODY,
    "likeness(text,text)": _STAFF,
    "lock_customers(uuid[])": _ADMINS,
    "lock_members(uuid[])": _NOBODY,
    "lock_person(uuid)": _NOBODY,
    "make_duplicate_card(uuid,text,text,text,text,text,jsonb,text,text,jsonb,text)": _NOBODY,
    "may_export()": _STAFF,
    "merge_customers(uuid,uuid[],integer[],jsonb)": _ADMINS,
    "move_what_belongs(uuid,uuid[])": _NOBODY,
    "name_likeness(text,text)": _STAFF,
    "note_segment_size(uuid,bigint,bigint,bigint)": _NOBODY,
    "notify_change()": _NOBODY,
    "part_again(jsonb)": _NOBODY,
    "person_words(text)": _STAFF,
    "phones_alike(text[],text[])": _NOBODY,
    "plain_words(text)": _STAFF,
    "points_due()": _STAFF,
    "points_left()": _STAFF,
    "purge_attachments()": _NOBODY,
    "reach(jsonb,jsonb)": _STAFF,
    "reactivate_user(uuid)": _ADMINS,
    "rebuild_derived()": _ADMINS,
    "rebuild_part_10_figures()": _NOBODY,
    "rebuild_part_20_contact_times()": _NOBODY,
    "rebuild_part_30_loyalty()": _NOBODY,
    "rebuild_part_35_members()": _NOBODY,
    "rebuild_part_40_contacts_text()": _NOBODY,
    "rebuild_part_45_order_totals()": _NOBODY,
    "rebuild_part_50_members()": _NOBODY,
    "rebuild_part_50_purchases()": _NOBODY,
    "rebuild_part_60_points_left()": _NOBODY,
    "recall_segment_sizes(uuid,date[],bigint[])": _ADMINS,
    "record_export(text,text,bigint,jsonb)": _STAFF,
    "record_segment_size(uuid,bigint)": _STAFF,
    "reopen_accounts(jsonb)": _NOBODY,
    "replay_transaction(xid8)": _NOBODY,
    "require_admin()": _NOBODY,
    "require_another_admin(crm.users)": _NOBODY,
    "require_company()": _NOBODY,
    "require_order()": _NOBODY,
    "require_position()": _NOBODY,
    "require_verifier(text)": _NOBODY,
    "reset_password(uuid,text)": _ADMINS,
    "rule_parameters_fit(text,jsonb)": _STAFF,
    "run_segment(uuid,uuid,bigint,text,boolean,uuid)": _STAFF,
    "scan_duplicates()": _STAFF,
    "segment_fingerprint(uuid)": _STAFF,
    "segments_without_size()": _STAFF,
    "set_group(name,text)": _NOBODY,
    "set_may_export(uuid,boolean)": _ADMINS,
    "settle_order_points(uuid[],text[],uuid[])": _NOBODY,
    "settle_points_due()": _NOBODY,
    "settle_tiers()": _NOBODY,
    "signed_in()": _STAFF,
    "somebody_to_follow_up(uuid[])": _NOBODY,
    "sound(text)": _NOBODY,
    "start_again()": _NOBODY,
    "stop_rules(crm.segment_rules,uuid[])": _NOBODY,
    "take_tier()": _NOBODY,
    "take_turns()": _NOBODY,
    "tier_for(bigint)": _NOBODY,
    "tier_of(bigint,bigint[],text[])": _STAFF,
    "tier_points(bigint,bigint)": _NOBODY,
    "time_zone()": _STAFF,
    "touch()": _NOBODY,
    "trim_number()": _NOBODY,
    "undo_entries(bigint[],text,text,boolean)": _NOBODY,
    "undo_entries_besides_enrolling(bigint[],text,text,boolean)": _NOBODY,
    "undo_import(uuid)": _STAFF,
    "undo_one_by_one(bigint[],text,text,boolean)": _NOBODY,
    "undo_other_entries(bigint[],text,text,boolean)": _NOBODY,
    "undo_segment_run(bigint)": _ADMINS,
    "undo_steps(xid8)": _NOBODY,
    "undo_transaction(xid8)": _STAFF,
    "unite_accounts(uuid[])": _NOBODY,
    "united(text[],text[])": _NOBODY,
    "what_if_tiers(jsonb,text)": _ADMINS,
    "who_would_move(jsonb,text,text,text,integer)": _ADMINS,
    "with_values(jsonb,jsonb,text)": _STAFF,
}
