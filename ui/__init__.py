"""The Qt front end. Imports crm_desktop; nothing in crm_desktop imports it."""
