"""What is typed after an option, as a value; argparse says what is wrong with it. Pure."""

import argparse


def count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1 must be kept")
    return number
