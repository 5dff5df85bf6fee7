"""The only SQL: tables, migrations and one module per room, on SQLite and on PostgreSQL with PostGIS."""
