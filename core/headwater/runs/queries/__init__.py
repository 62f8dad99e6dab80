"""Every statement over flows, runs, states and logs; they give rows.

What is asked on each request is built once, at import. A list is built for what it filters by.
"""
