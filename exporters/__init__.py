"""What goes out: one public module per kind of file; none of them computes money."""
