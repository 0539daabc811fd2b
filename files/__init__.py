"""What callers send and fetch, as cells: encodings, CSV, XLSX, JSON Lines. No database, no door, no law."""
