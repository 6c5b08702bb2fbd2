"""Plans: what careplans are about, with their goals and what is done to reach them."""

from typing import NamedTuple


class Plan(NamedTuple):
    """A plan in words: each goal, and what is done for it."""

    diagnosis: str
    description: str
    goals: dict[str, tuple[str, ...]]


PLANS = (
    Plan(
        "Type 2 diabetes",
        "Back to daily walks and an even week",
        {
            "Walk to the market and back": ("Find a walking group nearby", "Share the weekly step count"),
            "Know what is in a meal": ("Keep a food diary for two weeks", "Look through the diary together"),
            "Keep every follow-up": ("Book the next call before this one ends",),
        },
    ),
    Plan(
        "High blood pressure",
        "Lower numbers, measured at home",
        {
            "Measure every morning": ("Explain the cuff on video", "Enter the readings in the app"),
            "Less salt": ("Go through the pantry together", "Try three recipes without salt"),
        },
    ),
    Plan(
        "Hip replacement, recovered",
        "Living well at home after the operation",
        {
            "A safe way up and down the stairs": ("Call the landlord about the rail", "Check the new rail"),
            "Plan next summer's train trip": (),
        },
    ),
    Plan(
        "Insomnia, under review",
        "Better sleep, steadier mood",
        {"In bed before midnight on weekdays": ("Keep the sleep diary", "Look through the diary together")},
    ),
    Plan(
        "Asthma",
        "Sports again, with the inhaler at hand",
        {
            "Use the inhaler right": ("Show the technique on video", "Repeat it after four weeks"),
            "Know the triggers": ("Write down what came before each attack",),
            "Swim once a week": ("Find a pool that opens early",),
        },
    ),
)
INSTRUCTIONS = ("Take the checklist along.", "The office opens at nine.", "Ask at the library.", None, None, None)
