-- An auditor's session: no bar of DuckDB's own between the rows, and from here on no setting changes any more.
SET enable_progress_bar = FALSE;
SET lock_configuration = TRUE;
