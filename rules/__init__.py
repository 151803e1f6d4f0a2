"""What is judged: one .sql file per rule, grouped by topic, and the runner that runs them."""
