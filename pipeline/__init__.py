"""Backfour: reads activity and strength exports, judges the week, writes the report."""
