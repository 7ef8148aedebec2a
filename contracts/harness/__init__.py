"""How an operation is asked and judged; knows no pytest, no report and no sandbox."""
