-- Contacts are people at a company: whoever is a private person, without a company's name and without contacts so far,
-- gets none. A business that became an individual keeps those it has, and what undo, merging and loading sample data
-- write (they work as the owner) is not asked.
CREATE FUNCTION crm.require_company() RETURNS trigger
LANGUAGE plpgsql SET search_path = crm, pg_temp AS
$$
DECLARE
    person text;
BEGIN
    IF EXISTS (
        SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
        WHERE c.oid = TG_RELID AND r.rolname = current_user
    ) THEN
        RETURN NULL;
    END IF;
    EXECUTE
        'SELECT coalesce(nullif(btrim(c.contact_name), ''''), ''This customer'') FROM new_rows n JOIN customers c ON c.id = n.customer_id
         WHERE c.customer_type IS DISTINCT FROM ''business'' AND btrim(coalesce(c.company_name, '''')) = ''''
             AND NOT EXISTS (
                 SELECT FROM contact_positions p
                 WHERE p.customer_id = n.customer_id AND NOT EXISTS (
                     SELECT FROM new_rows o WHERE (o.contact_id, o.customer_id) = (p.contact_id, p.customer_id)
                 )
             )
         LIMIT 1'
        INTO person;
    IF person IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'CR001',
            MESSAGE = left(person, 300) || ' is an individual. Contacts are people at a company.',
            HINT = 'Make the customer a business, or enter the name of a company, first.';
    END IF;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION crm.require_company() FROM PUBLIC;
CREATE TRIGGER require_company AFTER INSERT ON contact_positions
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.require_company();
