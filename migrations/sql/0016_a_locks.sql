-- One order of locks for whatever touches customers and their points, so that nobody waits for anybody in a circle:
--     1. turns of those who change many (crm.many_customers)   2. orders   3. the rules of tiers (crm.loyalty_tiers)
--     4. contacts   5. customers   6. loyalty accounts
-- each in the order of their ids. Renaming a member comes from the customer to the account; so does whoever books.

-- Internal: waits for whoever is changing many customers, as long as that takes: what comes after is no quick change.
CREATE FUNCTION crm.take_turns() RETURNS void
LANGUAGE sql SET search_path = crm, pg_temp SET lock_timeout = '10min' AS
$$ SELECT pg_advisory_xact_lock(hashtext('crm.many_customers')) $$;

-- Internal: the accounts and their customers, to be called before anything of theirs is read that decides.
CREATE FUNCTION crm.lock_members(accounts uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    -- Those who change many customers hold them in orders of their own.
    IF cardinality(accounts) > 20 THEN
        PERFORM crm.take_turns();
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
    PERFORM FROM customers c WHERE c.user_id = ANY (accounts) ORDER BY c.id FOR NO KEY UPDATE;
    PERFORM FROM loyalty_accounts a WHERE a.user_id = ANY (accounts) ORDER BY a.user_id FOR NO KEY UPDATE;
END
$$;

-- Internal: all that belongs to customers, and they themselves, before much of it is written. Others hold one of these while
-- they wait for the next, in many orders: who edits an interaction comes from it to the customer. So this waits for nobody
-- who could be waiting for it: after a moment, which is shorter than the server's deadlock_timeout, it lets go of everything
-- and takes it again. Not inside of a block with an EXCEPTION of its own: who waited would go on waiting for its end.
CREATE FUNCTION crm.hold_customers(customer_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    patience text := current_setting('lock_timeout');
    give_up timestamptz := clock_timestamp() + nullif(patience, '0')::interval;
    held uuid[];
BEGIN
    LOOP
        BEGIN
            PERFORM set_config('lock_timeout', '100ms', true);
            held := ARRAY(SELECT o.id FROM orders o WHERE o.customer_id = ANY (customer_ids) ORDER BY o.id FOR UPDATE);
            PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
            held := held || ARRAY(
                SELECT k.id FROM contacts k
                WHERE k.id IN (SELECT p.contact_id FROM contact_positions p WHERE p.customer_id = ANY (customer_ids))
                ORDER BY k.id FOR UPDATE
            );
            PERFORM FROM contact_positions p WHERE p.customer_id = ANY (customer_ids)
            ORDER BY p.contact_id, p.customer_id FOR UPDATE;
            held := held || ARRAY(
                SELECT i.id FROM customer_interactions i
                WHERE i.customer_id = ANY (customer_ids) ORDER BY i.id FOR UPDATE
            );
            PERFORM FROM customers c WHERE c.id = ANY (customer_ids) ORDER BY c.id FOR UPDATE;
            -- From here on nothing comes to them; what came while others were waited for is not held yet.
            IF EXISTS (
                (
                    SELECT o.id FROM orders o WHERE o.customer_id = ANY (customer_ids)
                    UNION ALL
                    SELECT p.contact_id FROM contact_positions p WHERE p.customer_id = ANY (customer_ids)
                    UNION ALL
                    SELECT i.id FROM customer_interactions i WHERE i.customer_id = ANY (customer_ids)
                )
                EXCEPT
                SELECT unnest(held)
            ) THEN
                RAISE lock_not_available;
            END IF;
            PERFORM set_config('lock_timeout', patience, true);
            RETURN;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            IF clock_timestamp() > give_up THEN
                RAISE;
            END IF;
            PERFORM pg_sleep(0.05 + random() / 10);  -- whoever waited comes first
        END;
    END LOOP;
END
$$;

-- Customers who are about to be merged, deleted or erased.
CREATE FUNCTION crm.lock_customers(customer_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    PERFORM crm.require_admin();
    PERFORM crm.hold_customers(customer_ids);
END
$$;

-- Internal: whose rows a transaction has changed, as far as undoing it takes them all at once. Undoing goes backwards, which
-- is the order of nobody else.
CREATE FUNCTION crm.hold_customers_of(wanted xid8) RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    customer_ids uuid[] := ARRAY(
        SELECT DISTINCT v.id
        FROM audit_log a, LATERAL (
            VALUES (a.customer_id), (CASE WHEN a.table_name = 'customer_merges' THEN a.row_id::uuid END)
        ) v (id)
        WHERE a.transaction_id = wanted AND v.id IS NOT NULL
        LIMIT 101
    );
BEGIN
    IF cardinality(customer_ids) <= 100 THEN
        PERFORM crm.hold_customers(customer_ids);
    END IF;
END
$$;

-- Whoever books by hand: before the foreign key's check holds the account, the customer is kept from being merged or
-- deleted. What triggers book has locked both already.
CREATE FUNCTION crm.hold_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    PERFORM FROM customers c WHERE c.user_id = NEW.user_id FOR KEY SHARE;
    RETURN NEW;
END
$$;
CREATE TRIGGER hold_member BEFORE INSERT ON loyalty_ledger
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION crm.hold_member();

-- As before, but for who is locked before the accounts.
DO $$
DECLARE
    change record;
    source text;
    tiers CONSTANT text := 'PERFORM pg_advisory_xact_lock_shared(hashtext(''crm.loyalty_tiers''));';
BEGIN
    FOR change IN
        SELECT * FROM (VALUES
            (
                'crm.follow_ledger()',
                tiers || '
    PERFORM FROM loyalty_accounts WHERE user_id IN (SELECT user_id FROM new_rows) ORDER BY user_id FOR NO KEY UPDATE;',
                'PERFORM crm.lock_members(ARRAY(SELECT DISTINCT n.user_id FROM new_rows n));'
            ),
            (
                'crm.check_entries()',
                tiers || '
        PERFORM FROM loyalty_accounts WHERE user_id = ANY (opened) ORDER BY user_id FOR NO KEY UPDATE;',
                'PERFORM crm.lock_members(ARRAY(SELECT DISTINCT n.user_id FROM new_rows n));'
            ),
            (
                'crm.expire_points()',
                'PERFORM FROM loyalty_accounts a WHERE a.user_id = ANY (affected) ORDER BY a.user_id FOR NO KEY UPDATE;',
                'PERFORM crm.lock_members(affected);'
            ),
            (
                'crm.expire_points()',
                '-- In the order of crm.follow_ledger().
    ' || tiers || '
    ',
                ''
            ),
            (
                'crm.follow_moved_entries()',
                tiers || '
    PERFORM FROM loyalty_accounts WHERE user_id = ANY (affected) ORDER BY user_id FOR NO KEY UPDATE;',
                'PERFORM crm.lock_members(affected);'
            ),
            -- And the account knows when something happened on it, also where undoing has moved the entries.
            (
                'crm.follow_moved_entries()',
                'updated_at = now()',
                'last_activity = greatest(a.last_activity, x.latest), updated_at = now()'
            ),
            (
                'crm.follow_moved_entries()',
                'SELECT k.user_id, coalesce(sum(l.points), 0)::bigint AS points,',
                'SELECT k.user_id, max(l.created_at) AS latest, coalesce(sum(l.points), 0)::bigint AS points,'
            ),
            (
                'crm.merge_customers(uuid, uuid[], integer[], jsonb)',
                '-- Contacts before customers, as whoever changes a contact does: nobody waits for anybody in a circle.
    PERFORM FROM contacts
    WHERE id IN (SELECT p.contact_id FROM contact_positions p WHERE p.customer_id = ANY (everybody))
    ORDER BY id FOR UPDATE;
    -- Waits for whoever is adding something to one of them; from here on nobody can.
    PERFORM FROM customers WHERE id = ANY (everybody) ORDER BY id FOR UPDATE;',
                '-- Waits for whoever is adding something to one of them; from here on nobody can.
    PERFORM crm.lock_customers(everybody);'
            ),
            (
                'crm.erase_customer(uuid)',
                '-- Contacts before customers, as whoever changes a contact does.
    PERFORM FROM contacts k
    WHERE k.id IN (SELECT p.contact_id FROM contact_positions p WHERE p.customer_id = erased)
    ORDER BY k.id FOR UPDATE;',
                'PERFORM crm.lock_customers(ARRAY[erased]);'
            ),
            (
                'crm.undo_transaction(xid8)',
                'BEGIN
    -- Without those that were merged before',
                'BEGIN
    -- Before anything is read that decides: meanwhile they may be merged once more.
    PERFORM crm.hold_customers_of(wanted);
    -- Without those that were merged before'
            ),
            (
                'crm.settle_tiers()',
                'PERFORM pg_advisory_xact_lock(hashtext(''crm.loyalty_tiers''));',
                'PERFORM crm.take_turns();
    PERFORM pg_advisory_xact_lock(hashtext(''crm.loyalty_tiers''));'
            ),
            (
                'crm.settle_tiers()',
                'UPDATE loyalty_accounts a
    SET',
                'PERFORM FROM customers c
    WHERE c.user_id IN (
        SELECT a.user_id FROM loyalty_accounts a
        WHERE a.tier IS DISTINCT FROM
            tier_of(CASE WHEN by_balance THEN a.points_balance ELSE a.total_earned END, thresholds, tiers)
    )
    ORDER BY c.id FOR NO KEY UPDATE;
    UPDATE loyalty_accounts a
    SET'
            )
        ) s (routine, before, afterwards)
    LOOP
        source := pg_get_functiondef(change.routine::regprocedure);
        IF strpos(source, change.before) = 0 THEN
            RAISE EXCEPTION '% is not as it is known here: two who change one customer could wait for each other',
                change.routine;
        END IF;
        EXECUTE replace(source, change.before, change.afterwards);
    END LOOP;
END
$$;
