"""Points, the ledger behind them, and tiers."""
