-- Mappings for files of products and of orders.

ALTER TABLE import_mappings
    DROP CONSTRAINT ck_import_mappings_kind,
    ADD CONSTRAINT ck_import_mappings_kind
        CHECK (kind IN ('customers', 'contacts', 'interactions', 'products', 'orders'));
