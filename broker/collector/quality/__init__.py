"""The quality desk's pages: cases of low ratings, complaints, promised times, accountability and inspections."""
