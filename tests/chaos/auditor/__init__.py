"""An outsider who reads what was left: paper, wires, files. Knows nothing of the programs; imports none of them."""
