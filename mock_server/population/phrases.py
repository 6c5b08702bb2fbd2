"""Phrases: what patients and workers write to each other. A turn begins with `<` if it is the patient's."""

Exchange = tuple[str, ...]

OPENING: tuple[Exchange, ...] = (
    ("Hi {patient}, it's {worker} from the clinic. When is a good time to reach you?",),
    ("Hello {patient}, {worker} here. Welcome to the program! Write to me here whenever you like.", "< Thank you!"),
    ("Good morning {patient}, this is {worker}. I will be your coach.", "< Hi {worker}, good to know."),
    ("Hi {patient}, {worker} from the care team here. I left you a voicemail, too.",),
)

CHATS: tuple[Exchange, ...] = (
    ("How did the week go, {patient}?", "< Better than the last one.", "Good to hear. One step after another."),
    ("< Is the next visit by video again?", "It is. You'll find the link on your home screen.", "< Found it, thanks."),
    ("Did you get a chance to fill in the check-in?", "< Just did 👍"),
    ("< Could you tell me the address again?", "Of course, I'll send it in a minute.", "< Thanks, {worker}."),
    ("Please bring your notebook to the next visit.", "< Will do.", "< The blue one?", "The blue one, yes."),
    ("< I walked to the market and back today 🎉", "Wonderful, {patient}! How did you feel?", "< A bit tired."),
    ("< My phone was off, sorry.", "No harm done. Shall we try again tomorrow?", "< Yes please."),
    ("< Who is on call at the weekend?", "The nurse line is, day and night. Its number is on your card."),
    ("I put the list of walking groups in your plan.", "< Saw it. The one at the library looks nice."),
    ("< Can my daughter join the next call?", "She is welcome. I'll add her to the invitation."),
    ("Just checking in: how are you sleeping?", "< So-so. Five hours, maybe.", "Let's talk about it next time."),
    ("< The form asks for my policy number?", "You can skip that field; we have it on file.", "< Perfect."),
)
RECADOS: tuple[Exchange, ...] = (
    ("Hola {patient}, ¿cómo le fue esta semana?", "< Mucho mejor, gracias.", "¡Qué bueno! Seguimos así."),
    ("< ¿Puede venir mi hija a la próxima cita?", "Claro que sí, con mucho gusto."),
    ("¿Pudo llenar el cuestionario?", "< Sí, ayer por la noche.", "Muchas gracias."),
)
"""For those who would rather write in Spanish."""

CANCELLED: tuple[Exchange, ...] = (
    ("< I'm so sorry, I can't make our appointment.", "No problem at all, we'll find another day."),
    ("< Something came up at work, I have to cancel.", "Thanks for telling me. I'll call you to find a new time."),
    ("< My car broke down. Can we do it another day?", "Of course. I took it off the calendar."),
)
MISSED: tuple[Exchange, ...] = (
    ("Hi {patient}, {worker} here. We missed each other today. Would next week work instead?", "< Yes! So sorry."),
    ("I tried to reach you just now, {patient}. Write to me when you have a moment.",),
)
REMINDER = "Reminder: your {kind} is tomorrow, {when}. Reply C to confirm."
CONFIRMED = ("< C", "< C", "< c", "< Yes, see you then 🌺")
STOP = {"phone": "< STOP", "email": "< Please do not write to me here any more."}
LETTER = "Hello {reader},\n\n{text}\n\nBest,\n{writer}"
"""How a turn is written in an email."""
