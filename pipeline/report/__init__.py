"""What people look at: reports and their pictures, from plain values; nothing is read here."""
