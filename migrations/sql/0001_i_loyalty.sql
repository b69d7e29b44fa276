-- Balance, totals and tier follow the ledger; the customer's tier follows the account.

-- The tier that a number of points reaches; the lowest one where none is reached.
CREATE FUNCTION crm.tier_for(points bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = crm, pg_temp AS
$$ SELECT tier FROM loyalty_tiers ORDER BY threshold <= points DESC, abs(threshold - points), tier LIMIT 1 $$;

-- Which points decide: everything ever earned, so that redeeming never demotes, or what is left of it.
CREATE FUNCTION crm.tier_points(points_balance bigint, total_earned bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = crm, pg_temp AS
$$
SELECT CASE
    WHEN (SELECT value FROM settings WHERE key = 'tier_basis') = '"balance"' THEN points_balance
    ELSE total_earned
END
$$;

CREATE FUNCTION crm.follow_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    left_over bigint;
BEGIN
    -- Thresholds do not change meanwhile; entries for one account come one after the other.
    PERFORM pg_advisory_xact_lock_shared(hashtext('crm.loyalty_tiers'));
    PERFORM FROM loyalty_accounts WHERE user_id IN (SELECT user_id FROM new_rows) ORDER BY user_id FOR NO KEY UPDATE;
    EXECUTE
        'SELECT a.points_balance
         FROM loyalty_accounts a
         JOIN (SELECT user_id, sum(points) AS points FROM new_rows GROUP BY user_id) n USING (user_id)
         WHERE a.points_balance + n.points < 0
         LIMIT 1'
        INTO left_over;
    IF left_over IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = format('There are not enough points: the balance is %s.', left_over);
    END IF;
    EXECUTE
        'UPDATE loyalty_accounts a
         SET points_balance = a.points_balance + n.points,
             total_earned = a.total_earned + n.earned,
             total_redeemed = a.total_redeemed + n.redeemed,
             tier = crm.tier_for(crm.tier_points(a.points_balance + n.points, a.total_earned + n.earned)),
             last_activity = greatest(a.last_activity, n.latest),
             updated_at = now()
         FROM (
             SELECT user_id,
                    sum(points)::bigint AS points,
                    coalesce(sum(points) FILTER (WHERE kind IN (''earn'', ''opening'', ''adjust'')), 0)::bigint AS earned,
                    coalesce(-sum(points) FILTER (WHERE kind = ''redeem''), 0)::bigint AS redeemed,
                    max(created_at) AS latest
             FROM new_rows
             GROUP BY user_id
         ) n
         WHERE a.user_id = n.user_id';
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_insert AFTER INSERT ON loyalty_ledger
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_ledger();

CREATE FUNCTION crm.follow_accounts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE
            'UPDATE customers c SET tier = NULL FROM old_rows o WHERE c.user_id = o.user_id AND c.tier IS NOT NULL';
        RETURN NULL;
    END IF;
    EXECUTE
        'UPDATE customers c SET tier = n.tier
         FROM new_rows n WHERE c.user_id = n.user_id AND c.tier IS DISTINCT FROM n.tier';
    EXECUTE format(
        'INSERT INTO loyalty_tier_changes (user_id, from_tier, to_tier, points_balance, total_earned)
         SELECT n.user_id, %s WHERE n.tier IS NOT NULL %s',
        CASE TG_OP
            WHEN 'INSERT' THEN 'NULL, n.tier, n.points_balance, n.total_earned FROM new_rows n'
            ELSE 'o.tier, n.tier, n.points_balance, n.total_earned FROM new_rows n JOIN old_rows o USING (user_id)'
        END,
        CASE TG_OP WHEN 'UPDATE' THEN 'AND o.tier IS DISTINCT FROM n.tier' END
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_insert AFTER INSERT ON loyalty_accounts
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_accounts();
CREATE TRIGGER follow_update AFTER UPDATE ON loyalty_accounts
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_accounts();
CREATE TRIGGER follow_delete AFTER DELETE ON loyalty_accounts
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_accounts();

-- A customer who is linked to an account takes its tier.
CREATE FUNCTION crm.take_tier() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    NEW.tier := (SELECT tier FROM loyalty_accounts WHERE user_id = NEW.user_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER take_tier_insert BEFORE INSERT ON customers
    FOR EACH ROW WHEN (NEW.user_id IS NOT NULL OR NEW.tier IS NOT NULL) EXECUTE FUNCTION crm.take_tier();
CREATE TRIGGER take_tier_update BEFORE UPDATE OF user_id ON customers
    FOR EACH ROW WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id) EXECUTE FUNCTION crm.take_tier();

-- Internal: puts every account into the tier that its points reach.
CREATE FUNCTION crm.settle_tiers() RETURNS void
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('crm.loyalty_tiers'));
    UPDATE loyalty_accounts a SET tier = x.tier, updated_at = now()
    FROM (
        SELECT user_id, crm.tier_for(crm.tier_points(points_balance, total_earned)) AS tier FROM loyalty_accounts
    ) x
    WHERE x.user_id = a.user_id AND a.tier IS DISTINCT FROM x.tier;
END
$$;

CREATE FUNCTION crm.follow_tiers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
BEGIN
    PERFORM crm.settle_tiers();
    RETURN NULL;
END
$$;
CREATE TRIGGER follow AFTER INSERT OR UPDATE OR DELETE ON loyalty_tiers
    FOR EACH STATEMENT EXECUTE FUNCTION crm.follow_tiers();
CREATE TRIGGER follow_change AFTER INSERT OR UPDATE ON settings
    FOR EACH ROW WHEN (NEW.key = 'tier_basis') EXECUTE FUNCTION crm.follow_tiers();
CREATE TRIGGER follow_delete AFTER DELETE ON settings
    FOR EACH ROW WHEN (OLD.key = 'tier_basis') EXECUTE FUNCTION crm.follow_tiers();

-- Opens loyalty accounts for those customers that have none; returns how many. Accounts hang on users, as specified.
CREATE FUNCTION crm.enrol_customers(customer_ids uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    opened bigint;
BEGIN
    PERFORM FROM customers WHERE id = ANY (customer_ids) ORDER BY id FOR UPDATE;
    WITH wanted AS MATERIALIZED (
        SELECT id, gen_random_uuid() AS user_id, coalesce(nullif(contact_name, ''), company_name, '') AS name, email
        FROM customers
        WHERE id = ANY (customer_ids) AND user_id IS NULL
    ), made AS (
        INSERT INTO users (id, display_name, email, role) SELECT user_id, name, email, 'user' FROM wanted
    )
    UPDATE customers c SET user_id = w.user_id FROM wanted w WHERE w.id = c.id;
    INSERT INTO loyalty_accounts (user_id, tier)
    SELECT c.user_id, crm.tier_for(0)
    FROM customers c
    WHERE c.id = ANY (customer_ids) AND c.user_id IS NOT NULL
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS opened = ROW_COUNT;
    RETURN opened;
END
$$;

CREATE FUNCTION crm.enrol_customer(customer_id uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = crm, pg_temp AS
$$
DECLARE
    account_id uuid;
BEGIN
    PERFORM crm.enrol_customers(ARRAY[enrol_customer.customer_id]);
    SELECT user_id INTO account_id FROM customers WHERE id = enrol_customer.customer_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'CR004', MESSAGE = 'This customer is not there any more.';
    END IF;
    RETURN account_id;
END
$$;
