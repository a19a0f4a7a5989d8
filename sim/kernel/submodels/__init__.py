"""The member model, one sub-model a file: what it draws and what it changes. Equations and symbols: docs/model.md.

A sub-model takes rows (`member`, `person`, `trait`, ...) and changes them; it writes no events. What is due and which event
follows is dispatched by `sim.kernel.steps`, what an event changes by `sim.kernel.apply`.
"""
