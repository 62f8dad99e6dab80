"""The orchestration rules: may this run go from its state to the proposed one?

Pure functions, in ordered lists; `decide` asks them in turn. Source of the rules, their order and
their words: prefect 3.9's and 2.20's core policies.
"""
