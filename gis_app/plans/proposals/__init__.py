"""Plans proposed by the machine: one small problem per community, several answers each, and what is proved.

`problem` states what is asked, `propose` answers it, `county` makes the problems of a plan and tells the
answers in grid keys, `proof` bounds what any plan could do. Nothing here decides: a proposal is a table that
a planner adopts or not.
"""
