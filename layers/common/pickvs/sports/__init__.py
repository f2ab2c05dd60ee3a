"""Reference data of sports: the covered sports and their leagues' calendars."""
