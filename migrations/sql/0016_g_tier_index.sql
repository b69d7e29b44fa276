-- Nobody reads accounts by the name of their tier but who_would_move(), for which the index of ranks serves as well.

DO $$
DECLARE
    source text := pg_get_functiondef('crm.who_would_move(jsonb, text, text, text, integer)'::regprocedure);
    before text := 'a.tier = who_would_move.from_tier';
BEGIN
    IF strpos(source, before) = 0 THEN
        RAISE EXCEPTION 'who_would_move() is not as it is known here: it would read all accounts';
    END IF;
    EXECUTE replace(
        source, before,
        'a.tier_rank = array_position(ARRAY[''bronze'', ''silver'', ''gold'', ''platinum''], who_would_move.from_tier)'
    );
END
$$;
DROP INDEX ix_loyalty_accounts_tier;
