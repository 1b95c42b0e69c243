"""What comes in: files of tables, canonical tables, mappings of columns, cleaning, snapshots."""
