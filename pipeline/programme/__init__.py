"""The programme: what is asked for each week, and which words mean which exercise."""
