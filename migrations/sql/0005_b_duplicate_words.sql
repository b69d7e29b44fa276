-- Names as they are compared: without accents, case, punctuation, titles and legal forms.

-- Words of letters and digits with one blank between them. Dots and apostrophes go without a trace: "G.m.b.H." is
-- "gmbh", "O'Brien" is "obrien".
CREATE FUNCTION crm.plain_words(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT btrim(regexp_replace(
    translate(crm.fold(value), E'\t\r\n' || '-_,;:/|\()[]{}<>"&+*!?''`´’‘“”„.', repeat(' ', 25)), '  +', ' ', 'g'
))
$$;

-- PL/pgSQL, because an inlined function would fold the value once for each time that it is named. No name has more than
-- 300 characters; of a longer text that came over plain SQL, taking word after word away would never end.
CREATE FUNCTION crm.person_words(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$
DECLARE
    words text := crm.plain_words(left(name, 300));
BEGIN
    WHILE strpos(words, ' ') > 0 AND split_part(words, ' ', 1) IN (
        'dr', 'prof', 'mr', 'mrs', 'ms', 'miss', 'sir', 'herr', 'frau', 'mme', 'mlle', 'sig', 'sra', 'ing', 'dipl'
    ) LOOP
        words := substr(words, strpos(words, ' ') + 1);
    END LOOP;
    RETURN words;
END
$$;

CREATE FUNCTION crm.company_words(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$
DECLARE
    words text := crm.plain_words(left(name, 300));
BEGIN
    WHILE strpos(words, ' ') > 0 AND split_part(words, ' ', -1) IN (
        'gmbh', 'mbh', 'ag', 'kg', 'kgaa', 'ohg', 'gbr', 'ug', 'ev', 'eg', 'ltd', 'limited', 'llc', 'llp', 'plc', 'inc',
        'incorporated', 'corp', 'corporation', 'co', 'company', 'cie', 'sa', 'sas', 'sarl', 'sasu', 'eurl', 'snc', 'sl',
        'slu', 'srl', 'srls', 'spa', 'bv', 'nv', 'vof', 'ab', 'hb', 'oy', 'oyj', 'as', 'asa', 'aps', 'sro', 'doo',
        'kft', 'zrt', 'bt', 'lda', 'ltda', 'cv', 'de', 'pty', 'se', 'kk', 'sp', 'zoo', 'and', 'und', 'et'
    ) LOOP
        words := left(words, -1 - length(split_part(words, ' ', -1)));
    END LOOP;
    RETURN words;
END
$$;

-- How a word sounds, roughly and in any language: consonants, the alike ones as one, none twice.
CREATE FUNCTION crm.sound(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
SELECT left(s.word, 1) || replace(replace(replace(replace(replace(replace(replace(
    translate(substr(s.word, 2), 'aeiouyh', ''),
    'nn', 'n'), 'll', 'l'), 'ss', 's'), 'tt', 't'), 'rr', 'r'), 'mm', 'm'), 'pp', 'p')
FROM (SELECT translate(replace(replace(sound.word, 'ph', 'f'), 'ck', 'k'), 'cqzwd', 'kksvt') AS word) s
$$;

-- How alike two words are, 1 when they are the same: a share of the letters stays. Two letters that changed places
-- count as one error. Built here, because the company may have the extension in a schema of its own.
DO $$
BEGIN
    EXECUTE format(
        $f$
        CREATE FUNCTION crm.likeness(one text, other text) RETURNS real
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
        $body$
        DECLARE
            a text := left(one, 60);
            b text := left(other, 60);
            errors integer;
        BEGIN
            IF a = b THEN
                RETURN 1;
            ELSIF a = '' OR b = '' THEN
                RETURN 0;
            END IF;
            errors := %1$I.levenshtein(a, b);
            IF errors = 2 AND length(a) = length(b) AND translate(a, b, '') = '' AND translate(b, a, '') = '' THEN
                errors := 1;
            END IF;
            RETURN 1 - errors::real / greatest(length(a), length(b));
        END
        $body$
        $f$,
        (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
         WHERE e.extname = 'fuzzystrmatch')
    );
END
$$;

-- How alike two people's names are: 0 when they are two, 1 when they are the same words in any order. Both halves of the
-- name, the first and the last word, have to be alike; which is which does not matter.
CREATE FUNCTION crm.name_likeness(one text, other text) RETURNS real
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$
DECLARE
    given_one text := split_part(one, ' ', 1);
    given_other text := split_part(other, ' ', 1);
    family_one text := CASE WHEN strpos(one, ' ') > 0 THEN split_part(one, ' ', -1) ELSE '' END;
    family_other text := CASE WHEN strpos(other, ' ') > 0 THEN split_part(other, ' ', -1) ELSE '' END;
    straight real;
    crossed real := 0;
BEGIN
    IF one = other THEN
        RETURN 1;
    END IF;
    straight := crm.likeness(given_one, given_other);
    IF straight > 0 THEN
        straight := least(
            straight, CASE WHEN family_one = family_other THEN 1 ELSE crm.likeness(family_one, family_other) END
        );
    END IF;
    IF straight < 1 THEN
        crossed := crm.likeness(given_one, family_other);
        IF crossed > 0 THEN
            crossed := least(crossed, crm.likeness(family_one, given_other));
        END IF;
        IF crossed < 1 AND length(one) = length(other) AND (
            SELECT array_agg(w ORDER BY w) FROM unnest(string_to_array(one, ' ')) w
        ) = (
            SELECT array_agg(w ORDER BY w) FROM unnest(string_to_array(other, ' ')) w
        ) THEN
            RETURN 1;  -- three words, in another order
        END IF;
    END IF;
    IF greatest(straight, crossed) < 0.6 THEN
        -- "Anna-Lena" and "Annalena": the same letters, with a blank more.
        IF length(replace(one, ' ', '')) - length(one) <> length(replace(other, ' ', '')) - length(other) THEN
            straight := crm.likeness(replace(one, ' ', ''), replace(other, ' ', ''));
            RETURN CASE WHEN straight >= 0.9 THEN straight ELSE 0 END;
        END IF;
        RETURN 0;
    ELSIF crossed > straight THEN
        RETURN crossed;
    END IF;
    -- One with a middle name, the other without, is no error of typing.
    RETURN greatest(crm.likeness(one, other), 0.85 * straight);
END
$$;
