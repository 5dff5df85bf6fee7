"""Accounts: who may sign in, as what, and for where.."""
