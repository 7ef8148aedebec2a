"""Why the gate holds a report: its demands on the record, the evidence and the waivers."""
