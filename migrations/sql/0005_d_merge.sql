-- Merging customers: everything that hangs on them moves to one, nothing is lost, and undo_transaction() takes it back.

-- An entry of the ledger that moves to another account counts there: both are added up anew.
CREATE FUNCTION crm.follow_moved_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    affected uuid[] := ARRAY(
        SELECT DISTINCT v.user_id
        FROM old_rows o JOIN new_rows n ON n.id = o.id, LATERAL (VALUES (o.user_id), (n.user_id)) v (user_id)
        WHERE o.user_id <> n.user_id
    );
BEGIN
    IF affected = '{}' THEN
        RETURN NULL;  -- an order was deleted
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
    PERFORM FROM loyalty_accounts WHERE user_id = ANY (affected) ORDER BY user_id FOR NO KEY UPDATE;
    UPDATE loyalty_accounts a
    SET points_balance = x.points, total_earned = x.earned, total_redeemed = x.redeemed,
        tier = crm.tier_for(crm.tier_points(x.points, x.earned)), updated_at = now()
    FROM (
        SELECT k.user_id, coalesce(sum(l.points), 0)::bigint AS points,
               coalesce(sum(l.points) FILTER (WHERE l.kind IN ('earn', 'opening', 'adjust')), 0)::bigint AS earned,
               coalesce(-sum(l.points) FILTER (WHERE l.kind = 'redeem'), 0)::bigint AS redeemed
        FROM loyalty_accounts k
        LEFT JOIN loyalty_ledger l USING (user_id)
        WHERE k.user_id = ANY (affected)
        GROUP BY k.user_id
    ) x
    WHERE x.user_id = a.user_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_update AFTER UPDATE ON loyalty_ledger
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_moved_entries();

-- The trail tells when an entry moves, beside when its order goes.
DO $$
DECLARE
    source text := pg_get_functiondef('crm.audit()'::regprocedure);
    changed text := replace(
        source,
        $q$'r.order_id IS DISTINCT FROM o.order_id'$q$,
        $q$'(r.order_id, r.user_id) IS DISTINCT FROM (o.order_id, o.user_id)'$q$
    );
BEGIN
    IF changed = source THEN
        RAISE EXCEPTION 'audit() is not as it is known here: moved points would leave no trace';
    END IF;
    EXECUTE changed;
END
$$;

-- Internal: texts of several lists, each once whatever its case, without those in `except_for`.
CREATE FUNCTION crm.united(texts text[], except_for text[] DEFAULT '{}') RETURNS jsonb
LANGUAGE sql STABLE SET search_path = crm, pg_temp AS
$$
SELECT coalesce(jsonb_agg(f.value ORDER BY f.place), '[]')
FROM (
    SELECT DISTINCT ON (crm.fold(btrim(t.value))) btrim(t.value) AS value, t.place
    FROM unnest(texts) WITH ORDINALITY t (value, place)
    WHERE btrim(t.value) <> '' AND crm.fold(btrim(t.value)) <> ALL (
        ARRAY(SELECT crm.fold(btrim(e)) FROM unnest(except_for) e WHERE e IS NOT NULL)
    )
    ORDER BY crm.fold(btrim(t.value)), t.place
) f
$$;

-- Internal: moves every row of other tables that belongs to one of `gone` to `survivor`. A foreign key that a later
-- table brings is moved, too; where the customer is part of a key, the rows may collide and need a rule of their own.
CREATE FUNCTION crm.move_what_belongs(survivor uuid, gone uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    link record;
    position contact_positions;
    decision duplicate_decisions;
    earlier customer_merges;
BEGIN
    FOR link IN
        SELECT f.conrelid::regclass AS source, a.attname AS field
        FROM pg_constraint f
        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
        WHERE f.contype = 'f' AND f.confrelid = 'crm.customers'::regclass
          AND f.conrelid NOT IN (
              'crm.contact_positions'::regclass, 'crm.duplicate_decisions'::regclass, 'crm.customer_merges'::regclass
          )
        ORDER BY f.conrelid::regclass::text, a.attname
    LOOP
        EXECUTE format('UPDATE %1$s SET %2$I = $1 WHERE %2$I = ANY ($2)', link.source, link.field) USING survivor, gone;
    END LOOP;

    -- A contact at several of them is at the survivor once, with a role if there was any. Of several primary contacts
    -- the survivor's stays the primary one. Moved by deleting and adding: the trail knows a position by its key.
    FOR position IN
        SELECT p.* FROM contact_positions p WHERE p.customer_id = ANY (gone)
        ORDER BY array_position(gone, p.customer_id), p.created_at, p.contact_id
    LOOP
        DELETE FROM contact_positions p
        WHERE (p.contact_id, p.customer_id) = (position.contact_id, position.customer_id);
        UPDATE contact_positions p SET role = position.role
        WHERE (p.contact_id, p.customer_id) = (position.contact_id, survivor)
          AND coalesce(p.role, '') = '' AND position.role <> '';
        INSERT INTO contact_positions (contact_id, customer_id, role, is_primary, created_at)
        VALUES (
            position.contact_id, survivor, position.role,
            position.is_primary AND NOT EXISTS (
                SELECT FROM contact_positions p WHERE p.customer_id = survivor AND p.is_primary
            ),
            position.created_at
        )
        ON CONFLICT DO NOTHING;
    END LOOP;

    -- "Not a duplicate" of one of them is one of the survivor; what was decided about these among themselves is over.
    FOR decision IN
        SELECT d.* FROM duplicate_decisions d WHERE d.first_id = ANY (gone) OR d.second_id = ANY (gone)
        ORDER BY d.created_at, d.first_id, d.second_id
    LOOP
        DELETE FROM duplicate_decisions d
        WHERE (d.first_id, d.second_id) = (decision.first_id, decision.second_id);
        IF decision.first_id = ANY (gone) THEN
            decision.first_id := survivor;
        END IF;
        IF decision.second_id = ANY (gone) THEN
            decision.second_id := survivor;
        END IF;
        IF decision.first_id <> decision.second_id THEN
            INSERT INTO duplicate_decisions (first_id, second_id, decision, reason, decided_by, created_at)
            VALUES (
                least(decision.first_id, decision.second_id), greatest(decision.first_id, decision.second_id),
                decision.decision, decision.reason, decision.decided_by, decision.created_at
            )
            ON CONFLICT DO NOTHING;
        END IF;
    END LOOP;

    -- Who was merged into one of them before is led to the survivor. Anew, so that undoing both still knows the rows.
    FOR earlier IN SELECT m.* FROM customer_merges m WHERE m.survivor_id = ANY (gone) ORDER BY m.created_at, m.id LOOP
        DELETE FROM customer_merges m WHERE m.id = earlier.id;
        INSERT INTO customer_merges (id, survivor_id, name, merged_by, kept, created_at)
        VALUES (earlier.id, survivor, earlier.name, earlier.merged_by, earlier.kept, earlier.created_at);
    END LOOP;
END
$$;

-- Internal: one loyalty account for all: its id, or that of the first user where nobody has one. Entries of the others move to it, with all
-- that they say; balance, totals and tier follow, so that the ledger still proves them.
CREATE FUNCTION crm.unite_accounts(users_in_order uuid[]) RETURNS uuid
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    accounts uuid[];
    latest timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
    PERFORM FROM loyalty_accounts WHERE user_id = ANY (users_in_order) ORDER BY user_id FOR UPDATE;
    SELECT array_agg(a.user_id ORDER BY array_position(users_in_order, a.user_id)), max(a.last_activity)
    INTO accounts, latest
    FROM loyalty_accounts a WHERE a.user_id = ANY (users_in_order);
    IF cardinality(accounts) > 1 THEN
        UPDATE loyalty_ledger SET user_id = accounts[1] WHERE user_id = ANY (accounts[2:]);
        DELETE FROM loyalty_accounts WHERE user_id = ANY (accounts[2:]);
        UPDATE loyalty_accounts SET last_activity = latest
        WHERE user_id = accounts[1] AND last_activity IS DISTINCT FROM latest;
    END IF;
    RETURN coalesce(accounts[1], users_in_order[1]);
END
$$;

-- Makes one customer of several. `versions` are those that were seen, the survivor's first. `chosen` names, for a field,
-- the customer whose value stays; otherwise the survivor's does, or the first that is not blank. Every e-mail address
-- and phone number is kept, tags are united, notes joined. Returns the survivor's new version.
CREATE FUNCTION crm.merge_customers(
    survivor_id uuid, other_ids uuid[], versions integer[], chosen jsonb DEFAULT '{}'
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
#variable_conflict use_column
DECLARE
    fields CONSTANT text[] := ARRAY[
        'company_name', 'contact_name', 'email', 'phone', 'address', 'city', 'state', 'country', 'postal_code',
        'customer_type', 'status', 'source', 'owner_id'
    ];
    everybody uuid[] := merge_customers.survivor_id || merge_customers.other_ids;
    field text;
    stale text;
    before jsonb;      -- {field: value} of each, in the order of everybody
    result jsonb := '{}';
    sources jsonb := '{}';
    account uuid;
    kept jsonb;
    new_version integer;
BEGIN
    PERFORM crm.require_admin();
    IF cardinality(everybody) < 2 OR cardinality(everybody) > 20 OR array_position(everybody, NULL) IS NOT NULL
        OR (SELECT count(DISTINCT e) FROM unnest(everybody) e) <> cardinality(everybody)
        OR cardinality(merge_customers.versions) IS DISTINCT FROM cardinality(everybody)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001', MESSAGE = 'Choose 2 to 20 different customers to merge.';
    END IF;
    FOR field IN SELECT jsonb_object_keys(merge_customers.chosen) LOOP
        IF field <> ALL (fields) OR (merge_customers.chosen ->> field)::uuid <> ALL (everybody) THEN
            RAISE EXCEPTION USING ERRCODE = 'CR001',
                MESSAGE = format('"%s" cannot be chosen from one of these customers.', field);
        END IF;
    END LOOP;

    -- Contacts before customers, as whoever changes a contact does: nobody waits for anybody in a circle.
    PERFORM FROM contacts
    WHERE id IN (SELECT p.contact_id FROM contact_positions p WHERE p.customer_id = ANY (everybody))
    ORDER BY id FOR UPDATE;
    -- Waits for whoever is adding something to one of them; from here on nobody can.
    PERFORM FROM customers WHERE id = ANY (everybody) ORDER BY id FOR UPDATE;
    IF (SELECT count(*) FROM customers WHERE id = ANY (everybody)) <> cardinality(everybody) THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004',
            MESSAGE = 'One of these customers is not there any more.', HINT = 'Nothing was merged. Look at them again.';
    END IF;
    SELECT string_agg(coalesce(nullif(c.contact_name, ''), c.company_name, ''), ', ' ORDER BY v.place)
    INTO stale
    FROM unnest(everybody, merge_customers.versions) WITH ORDINALITY v (id, version, place)
    JOIN customers c USING (id)
    WHERE c.version IS DISTINCT FROM v.version;
    IF stale IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR003',
            MESSAGE = format('Somebody changed %s in the meantime.', stale),
            HINT = 'Nothing was merged. Look at the new values, then merge.';
    END IF;

    SELECT jsonb_agg(to_jsonb(c) ORDER BY array_position(everybody, c.id)) INTO before
    FROM customers c WHERE c.id = ANY (everybody);
    FOREACH field IN ARRAY fields LOOP
        SELECT result || jsonb_build_object(field, b.row -> field), sources || jsonb_build_object(field, b.row -> 'id')
        INTO result, sources
        FROM jsonb_array_elements(before) WITH ORDINALITY b (row, place)
        ORDER BY (b.row ->> 'id')::uuid = (merge_customers.chosen ->> field)::uuid DESC NULLS LAST,
                 btrim(coalesce(b.row ->> field, '')) <> '' DESC, b.place
        LIMIT 1;
    END LOOP;

    -- What undoing needs and no audit row tells.
    SELECT jsonb_object_agg(c.id, jsonb_strip_nulls(jsonb_build_object(
        'last_contact', c.last_contact,
        'user_id', c.user_id,
        'account', (SELECT to_jsonb(a) FROM loyalty_accounts a WHERE a.user_id = c.user_id),
        'entries', (SELECT count(*) FROM loyalty_ledger l WHERE l.user_id = c.user_id),
        'tier_changes', (SELECT jsonb_agg(t) FROM loyalty_tier_changes t WHERE t.user_id = c.user_id),
        'pairs', (SELECT jsonb_agg(p) FROM duplicate_pairs p WHERE c.id IN (p.first_id, p.second_id))
    )))
    INTO kept
    FROM customers c WHERE c.id = ANY (everybody);

    PERFORM crm.move_what_belongs(merge_customers.survivor_id, merge_customers.other_ids);
    account := crm.unite_accounts(ARRAY(
        SELECT (b.row ->> 'user_id')::uuid FROM jsonb_array_elements(before) WITH ORDINALITY b (row, place)
        WHERE b.row ->> 'user_id' IS NOT NULL ORDER BY b.place
    ));
    DELETE FROM customers WHERE id = ANY (merge_customers.other_ids);
    -- On its own, so that undoing it does not depend on the other fields.
    UPDATE customers SET user_id = account
    WHERE id = merge_customers.survivor_id AND account IS NOT NULL AND user_id IS DISTINCT FROM account;

    WITH each AS MATERIALIZED (
        SELECT r.*, b.place
        FROM jsonb_array_elements(before) WITH ORDINALITY b (row, place),
        LATERAL jsonb_populate_record(NULL::customers, b.row) r
    ), emails AS (
        SELECT array_agg(v.value ORDER BY e.place, v.main DESC, v.number) AS found
        FROM each e, LATERAL (
            SELECT e.email AS value, true AS main, 0::bigint AS number
            UNION ALL
            SELECT t.value, false, t.number FROM jsonb_array_elements_text(e.other_emails) WITH ORDINALITY t (value, number)
        ) v
    ), phones AS (
        SELECT array_agg(v.value ORDER BY e.place, v.main DESC, v.number) AS found
        FROM each e, LATERAL (
            SELECT e.phone AS value, true AS main, 0::bigint AS number
            UNION ALL
            SELECT t.value, false, t.number FROM jsonb_array_elements_text(e.other_phones) WITH ORDINALITY t (value, number)
        ) v
    ), national AS (
        SELECT string_agg(DISTINCT t.value, ' ') FILTER (WHERE t.value <> m.main) AS others, max(m.main) AS main
        FROM (
            SELECT coalesce(max(e.phone_national) FILTER (WHERE e.id = (sources ->> 'phone')::uuid), '') AS main
            FROM each e
        ) m
        LEFT JOIN (
            SELECT t.value FROM each e,
            LATERAL regexp_split_to_table(concat_ws(' ', e.phone_national, e.other_phones_national), ' +') t (value)
            WHERE t.value <> ''
        ) t ON true
    ), words AS (
        SELECT string_agg(s.notes, E'\n\n' ORDER BY s.place) AS notes
        FROM (
            SELECT btrim(e.notes) AS notes, min(e.place) AS place FROM each e
            WHERE btrim(e.notes) <> '' GROUP BY btrim(e.notes)
        ) s
    ), labels AS (
        SELECT array_agg(t.value ORDER BY e.place, t.number) AS found
        FROM each e, jsonb_array_elements_text(
            CASE WHEN jsonb_typeof(e.tags) = 'array' THEN e.tags ELSE '[]' END
        ) WITH ORDINALITY t (value, number)
    )
    UPDATE customers c
    SET company_name = r.company_name, contact_name = r.contact_name, email = r.email, phone = r.phone,
        phone_national = nullif(national.main, ''), address = r.address, city = r.city, state = r.state,
        country = r.country, postal_code = r.postal_code, customer_type = r.customer_type, status = r.status,
        source = r.source, owner_id = r.owner_id,
        other_emails = crm.united(emails.found, ARRAY[r.email]), other_phones = crm.united(phones.found, ARRAY[r.phone]),
        other_phones_national = national.others,
        tags = CASE WHEN cardinality(labels.found) > 0 THEN crm.united(labels.found) ELSE c.tags END,
        notes = words.notes,
        created_at = (SELECT min(e.created_at) FROM each e),
        last_contact = greatest(c.last_contact, (SELECT max(e.last_contact) FROM each e)),
        -- Also where only the time of creation changes, so that the trail tells.
        version = c.version + 1
    FROM jsonb_populate_record(NULL::customers, result) r, emails, phones, national, words, labels
    WHERE c.id = merge_customers.survivor_id
    RETURNING c.version INTO new_version;

    INSERT INTO customer_merges (id, survivor_id, name, kept)
    SELECT (b.row ->> 'id')::uuid, merge_customers.survivor_id,
           coalesce(nullif(b.row ->> 'contact_name', ''), b.row ->> 'company_name', ''),
           (kept -> (b.row ->> 'id')) || jsonb_build_object(
               'survivor_id', merge_customers.survivor_id, 'survivor', kept -> merge_customers.survivor_id::text
           )
    FROM jsonb_array_elements(before) WITH ORDINALITY b (row, place)
    WHERE b.place > 1;
    RETURN new_version;
END
$$;
