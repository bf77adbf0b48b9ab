"""Words for people: what a verification means and what to do, and what labels say, in six languages."""

from certmark.wording.advice import Advice, advise
from certmark.wording.words import LANGUAGES, LanguageError, Words, words

__all__ = ["LANGUAGES", "Advice", "LanguageError", "Words", "advise", "words"]
