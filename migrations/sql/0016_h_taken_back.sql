-- What was redeemed by mistake is taken back as a redemption, not as an adjustment: an adjustment counts for the tier, so
-- redeeming and taking back would have lifted a customer from tier to tier. Such an entry names the one it takes back
-- by its booking.
ALTER TABLE loyalty_ledger
    DROP CONSTRAINT ck_loyalty_ledger_points,
    ADD CONSTRAINT ck_loyalty_ledger_points CHECK (
        CASE kind
            WHEN 'earn' THEN points > 0
            WHEN 'opening' THEN points >= 0
            WHEN 'redeem' THEN points < 0 OR points > 0 AND booking_id IS NOT NULL
            WHEN 'expire' THEN points < 0
            ELSE points <> 0
        END
    );
