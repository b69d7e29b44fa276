-- Extensions, and folding: lower case without accents, for search and sorting.

-- Both are trusted: no superuser is needed. Where the company installed them already, they stay where they are.
CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA crm;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA crm;

-- unaccent() is only STABLE, because its dictionary could be changed, so an SQL wrapper would not be inlined, and a
-- PL/pgSQL one is faster than that. The best collation that the server has for lower() is chosen here.
DO $$
DECLARE
    extension_schema text := (
        SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'unaccent'
    );
    lower_collation text := coalesce(
        (
            SELECT quote_ident(c.collname)
            FROM pg_collation c
            WHERE c.collnamespace = 'pg_catalog'::regnamespace
              AND c.collname IN ('pg_c_utf8', 'C.utf8', 'C.UTF-8', 'und-x-icu')
              AND c.collencoding IN (-1, pg_char_to_encoding('UTF8'))
            ORDER BY array_position(ARRAY['pg_c_utf8', 'C.utf8', 'C.UTF-8', 'und-x-icu'], c.collname::text)
            LIMIT 1
        ),
        '"default"'
    );
BEGIN
    EXECUTE format(
        $f$
        CREATE FUNCTION crm.fold_accents(value text) RETURNS text
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS
        $body$ BEGIN RETURN lower(%1$I.unaccent(%2$L::regdictionary, value) COLLATE %3$s); END $body$
        $f$,
        extension_schema,
        quote_ident(extension_schema) || '.unaccent',
        'pg_catalog.' || lower_collation
    );
END
$$;

-- Inlined into whatever uses it (STRICT would forbid that); text without accents, which is most, never reaches PL/pgSQL.
CREATE FUNCTION crm.fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT CASE
    WHEN octet_length(value) = char_length(value) THEN lower(value COLLATE pg_catalog."C")
    ELSE crm.fold_accents(value)
END
$$;

-- The digits of a phone number as written. The first two branches serve nearly every number and cost a tenth.
CREATE FUNCTION crm.digits(phone text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT CASE
    WHEN ltrim(phone, '0123456789') = '' THEN phone
    WHEN left(phone, 1) = '+' AND ltrim(substr(phone, 2), '0123456789') = '' THEN substr(phone, 2)
    ELSE translate(phone, translate(phone, '0123456789', ''), '')
END
$$;
