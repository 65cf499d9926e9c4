"""How a strength log in CSV is read, whatever app wrote it: bytes, records, header, sets.

The apps themselves are in `csv_apps`, one value for each layout.
"""
