"""Changes: what one edition of the contract breaks for those who use another.

contract   which operations there are, where they are served, who is let in
operation  what became of the parameters, the body and the answers of one
schemas    what became of the values that are sent and answered
pieces     a schema in one piece
keywords   whether all that one schema allows, another allows too
change     a change, whom it breaks, and its words
"""
