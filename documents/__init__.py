"""Rendering of official papers: from facts to a sheet, from a sheet to DOCX and PDF. Pure; no database, no HTTP."""
