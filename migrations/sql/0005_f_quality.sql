-- What is wrong with customers' data, found at once: each fault has an index over those few who have it, in the order of
-- the list. What it costs an import is deciding about each row, under two microseconds.

-- The rule of the customer dialog, as far as it needs no lists: who is refused here is refused there. A blank address is
-- no wrong one.
CREATE FUNCTION crm.email_is_valid(email text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT coalesce(email, '') = '' OR email ~
    '^[^@\s"(),:;<>\[\\\].]+(\.[^@\s"(),:;<>\[\\\].]+)*@([^@\s"(),:;<>\[\\\]._-]([^@\s"(),:;<>\[\\\]._]*[^@\s"(),:;<>\[\\\]._-])?\.)+[^@\s"(),:;<>\[\\\]._0-9-][^@\s"(),:;<>\[\\\]._]*$'
$$;

CREATE FUNCTION crm.is_reachable(email text, phone text, other_emails jsonb, other_phones jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT coalesce(email, '') <> '' OR coalesce(phone, '') <> '' OR other_emails <> '[]' OR other_phones <> '[]'
$$;

CREATE INDEX ix_customers_email_invalid ON customers (name_key, id) WHERE crm.email_is_valid(email) IS NOT TRUE;
CREATE INDEX ix_customers_unreachable ON customers (name_key, id)
    WHERE crm.is_reachable(email, phone, other_emails, other_phones) IS NOT TRUE;
CREATE INDEX ix_customers_phone_unchecked ON customers (name_key, id)
    WHERE (NOT (coalesce(phone, '') <> '' AND phone_e164 IS NULL)) IS NOT TRUE;
