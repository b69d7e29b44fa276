-- Segments to begin with, where nobody has made any. They are like all others: changed, switched off, deleted for good.

INSERT INTO customer_segments (name, description, criteria)
SELECT s.name, s.description, s.criteria::jsonb
FROM (VALUES
    (
        'New this month',
        'Customers who were added since the first of this month.',
        '{"all": [{"field": "created_at", "operator": "within", "value": "this_month"}]}'
    ),
    (
        'Gold and above',
        'Members of the loyalty programme who have reached gold or platinum.',
        '{"all": [{"field": "tier", "operator": "in", "value": ["gold", "platinum"]}]}'
    ),
    (
        'Silent for 90 days',
        'Active customers whom nobody has been in contact with for 90 days, or ever.',
        '{"all": [
            {"field": "status", "operator": "is", "value": "active"},
            {"field": "last_contact", "operator": "not_within", "value": {"last_days": 90}}
        ]}'
    ),
    (
        'Businesses with an open follow-up',
        'Companies for whom something is planned, or overdue.',
        '{"all": [
            {"field": "customer_type", "operator": "is", "value": "business"},
            {"field": "follow_ups", "operator": "is", "value": "pending"}
        ]}'
    ),
    (
        'Top spenders',
        'Customers who have bought for 5,000 or more in one of these currencies.',
        '{"any": [
            {"field": "total_spent", "operator": "at_least", "value": {"amount": 5000, "currency": "EUR"}},
            {"field": "total_spent", "operator": "at_least", "value": {"amount": 5000, "currency": "USD"}},
            {"field": "total_spent", "operator": "at_least", "value": {"amount": 5000, "currency": "GBP"}}
        ]}'
    )
) AS s (name, description, criteria)
WHERE NOT EXISTS (SELECT FROM customer_segments);
