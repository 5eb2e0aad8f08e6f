"""Further languages of the kiosks, beside Chinese and English: ``[languages.KEY]`` of a hall file."""

from typing import Annotated

import msgspec

from broker.model.hall_base import Declared, FilePath


class FurtherLanguage(Declared, frozen=True, kw_only=True):
    """``name`` is what the language calls itself, as visitors choose it. The product brings its own words for some
    languages (``ko``, ``zh-hant``); ``catalogue`` is the hall's own file (gettext ``.po``, beside the hall file or an
    absolute path) with its services and papers, and with every word of a language that the product does not bring."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=24)]
    catalogue: FilePath = ""
