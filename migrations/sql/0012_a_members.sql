-- The list of members: loyalty accounts in the order of any of its columns, and of their customers' names.

ALTER TABLE loyalty_accounts
    ADD COLUMN name_key text COLLATE "C",
    ADD COLUMN tier_rank smallint NOT NULL GENERATED ALWAYS AS (
        CASE tier WHEN 'bronze' THEN 1 WHEN 'silver' THEN 2 WHEN 'gold' THEN 3 WHEN 'platinum' THEN 4 ELSE 0 END
    ) STORED;
COMMENT ON COLUMN loyalty_accounts.name_key IS 'Follows the customer''s; null where no customer has the account';
UPDATE loyalty_accounts a SET name_key = c.name_key FROM customers c WHERE c.user_id = a.user_id;

-- A list of any length is read along an index of each order it can have.
CREATE INDEX ix_loyalty_accounts_name_key_user_id ON loyalty_accounts (name_key, user_id);
CREATE INDEX ix_loyalty_accounts_tier_rank_user_id ON loyalty_accounts (tier_rank, user_id);
CREATE INDEX ix_loyalty_accounts_points_balance_user_id ON loyalty_accounts (points_balance, user_id);
CREATE INDEX ix_loyalty_accounts_total_earned_user_id ON loyalty_accounts (total_earned, user_id);
CREATE INDEX ix_loyalty_accounts_total_redeemed_user_id ON loyalty_accounts (total_redeemed, user_id);
CREATE INDEX ix_loyalty_accounts_last_activity_user_id ON loyalty_accounts (last_activity, user_id);

-- Row by row, since renamed members are few among all updates of customers: those never get as far as this.
CREATE FUNCTION crm.follow_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF OLD.user_id IS DISTINCT FROM NEW.user_id THEN
        UPDATE loyalty_accounts a SET name_key = NULL
        WHERE a.user_id = OLD.user_id AND NOT EXISTS (SELECT FROM customers c WHERE c.user_id = a.user_id);
    END IF;
    IF EXISTS (
        SELECT FROM loyalty_accounts a WHERE a.user_id = NEW.user_id AND a.name_key IS DISTINCT FROM NEW.name_key
    ) THEN
        UPDATE loyalty_accounts SET name_key = NEW.name_key WHERE user_id = NEW.user_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_member AFTER UPDATE OF user_id, contact_name, company_name ON customers
    FOR EACH ROW WHEN (
        (OLD.user_id IS NOT NULL OR NEW.user_id IS NOT NULL)
        AND (OLD.user_id, OLD.name_key) IS DISTINCT FROM (NEW.user_id, NEW.name_key)
    ) EXECUTE FUNCTION crm.follow_member();

CREATE FUNCTION crm.follow_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM new_rows WHERE user_id IS NOT NULL) THEN
            EXECUTE
                'UPDATE loyalty_accounts a SET name_key = n.name_key FROM new_rows n WHERE n.user_id = a.user_id';
        END IF;
    ELSIF EXISTS (SELECT FROM old_rows WHERE user_id IS NOT NULL) THEN
        EXECUTE 'UPDATE loyalty_accounts a SET name_key = NULL FROM old_rows o WHERE o.user_id = a.user_id';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_members_insert AFTER INSERT ON customers
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_members();
CREATE TRIGGER follow_members_delete AFTER DELETE ON customers
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_members();

CREATE FUNCTION crm.rebuild_part_35_members() RETURNS void
LANGUAGE sql SET search_path = crm, pg_temp AS
$$
UPDATE loyalty_accounts a SET name_key = x.name_key
FROM (SELECT k.user_id, c.name_key FROM loyalty_accounts k LEFT JOIN customers c USING (user_id)) x
WHERE x.user_id = a.user_id AND a.name_key IS DISTINCT FROM x.name_key
$$;

-- The account first, then the link: a customer is written once.
CREATE OR REPLACE FUNCTION crm.enrol_customers(customer_ids uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    first_tier text;
    strangers uuid[];
    accounts uuid[];
    opened bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
    first_tier := crm.tier_for(0);
    PERFORM FROM customers WHERE id = ANY (customer_ids) ORDER BY id FOR UPDATE;
    SELECT array_agg(c.id), array_agg(gen_random_uuid()) INTO strangers, accounts
    FROM customers c WHERE c.id = ANY (customer_ids) AND c.user_id IS NULL;
    INSERT INTO users (id, display_name, email, role)
    SELECT w.account, coalesce(nullif(c.contact_name, ''), c.company_name, ''), c.email, 'user'
    FROM unnest(strangers, accounts) w (id, account) JOIN customers c USING (id);
    -- Nothing has happened on it yet.
    INSERT INTO loyalty_accounts (user_id, tier, last_activity, name_key)
    SELECT coalesce(c.user_id, w.account), first_tier, NULL, c.name_key
    FROM customers c LEFT JOIN unnest(strangers, accounts) w (id, account) USING (id)
    WHERE c.id = ANY (customer_ids)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS opened = ROW_COUNT;
    UPDATE customers c SET user_id = w.account FROM unnest(strangers, accounts) w (id, account) WHERE w.id = c.id;
    RETURN opened;
END
$$;

-- Undo of enrolling: the account goes again, unless points have been booked on it. Everything else as before, under
-- another name.
ALTER FUNCTION crm.undo_entries(bigint[], text, text, boolean) RENAME TO undo_entries_besides_enrolling;
CREATE FUNCTION crm.undo_entries(entry_ids bigint[], subject text, action text, own_only boolean) RETURNS bigint
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    enrolled bigint[] := '{}';
    others bigint[];
    undone bigint;
BEGIN
    IF subject = 'users' AND action = 'insert' THEN
        DELETE FROM users u USING audit_log e
        WHERE e.id = ANY (entry_ids) AND u.id = e.row_id::uuid AND u.role = 'user' AND u.username IS NULL
          AND NOT EXISTS (SELECT FROM customers c WHERE c.user_id = u.id)
          AND NOT EXISTS (SELECT FROM loyalty_ledger l WHERE l.user_id = u.id);
        GET DIAGNOSTICS undone = ROW_COUNT;
        RETURN undone;
    END IF;
    IF subject = 'customers' AND action = 'update' THEN
        -- The account was made by the same transaction, so that nothing but enrolling is meant.
        enrolled := ARRAY(
            SELECT e.id FROM audit_log e
            WHERE e.id = ANY (entry_ids) AND e.changes #> '{user_id,0}' = 'null'
              AND EXISTS (
                  SELECT FROM audit_log u
                  WHERE u.transaction_id = e.transaction_id AND u.table_name = 'users' AND u.action = 'insert'
                    AND u.row_id = e.changes #>> '{user_id,1}'
              )
        );
    END IF;
    IF enrolled = '{}' THEN
        RETURN crm.undo_entries_besides_enrolling(entry_ids, subject, action, own_only);
    END IF;
    UPDATE customers c SET user_id = NULL
    FROM audit_log e
    WHERE e.id = ANY (enrolled) AND c.id = e.row_id::uuid AND c.user_id = (e.changes #>> '{user_id,1}')::uuid
      AND NOT EXISTS (SELECT FROM loyalty_ledger l WHERE l.user_id = c.user_id);
    GET DIAGNOSTICS undone = ROW_COUNT;
    others := ARRAY(SELECT e FROM unnest(entry_ids) e WHERE e <> ALL (enrolled));
    IF others <> '{}' THEN
        undone := undone + crm.undo_entries_besides_enrolling(others, subject, action, own_only);
    END IF;
    RETURN undone;
END
$$;

-- An erasure takes along the accounts that the customer had and has no more: the trail of closing them tells the name. If
-- the account is that of a member of staff, it goes, and the person stays. Figures that have come to nothing go, too:
-- a source may be somebody's name.
DO $$
DECLARE
    change record;
    source text := pg_get_functiondef('crm.erase_customer(uuid)'::regprocedure);
BEGIN
    FOR change IN
        SELECT * FROM (VALUES
            (
                'FROM customer_merges m WHERE m.survivor_id = erased;',
                'accounts := accounts || ARRAY(
        SELECT v.account::uuid
        FROM audit_log a, LATERAL (VALUES (a.changes #>> ''{user_id,0}''), (a.changes #>> ''{user_id,1}'')) v (account)
        WHERE a.customer_id = ANY (erased || merged) AND a.table_name = ''customers''
          AND NOT EXISTS (
              SELECT FROM users u WHERE u.id::text = v.account AND (u.role <> ''user'' OR u.username IS NOT NULL)
          )
          AND NOT EXISTS (SELECT FROM customers c WHERE c.user_id::text = v.account AND c.id <> erased)
    );'
            ),
            (
                'DELETE FROM users u WHERE u.id = ANY (accounts) AND u.role = ''user'' AND u.username IS NULL;',
                'DELETE FROM loyalty_accounts l WHERE l.user_id = ANY (accounts);
    accounts := ARRAY(SELECT a FROM unnest(accounts) a WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = a));'
            ),
            (
                'VALUES (''customers'', erased::text, erased, ''erase'');',
                'PERFORM crm.fold_figures();'
            )
        ) s (before, afterwards)
    LOOP
        IF strpos(source, change.before) = 0 THEN
            RAISE EXCEPTION 'erase_customer() is not as it is known here: closed accounts would survive an erasure';
        END IF;
        source := replace(source, change.before, change.before || E'\n    ' || change.afterwards);
    END LOOP;
    EXECUTE source;
END
$$;
