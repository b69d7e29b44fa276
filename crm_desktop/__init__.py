"""The core of CRM Desktop: everything but the window."""
