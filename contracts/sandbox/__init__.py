"""The billing API in miniature, on loopback: as it should be, and with one defect at a time."""
