"""From numbers to what people read: tables, figures, the report."""
