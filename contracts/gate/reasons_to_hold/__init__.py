"""Why the gate holds a report: what it demands of record, evidence and waivers."""
