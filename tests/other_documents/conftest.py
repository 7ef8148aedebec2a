"""What the copies of the checkout get is collected there and not here."""

collect_ignore = ["checkout"]
