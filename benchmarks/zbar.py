"""The QR reader of ZBar, a second opinion beside zxing-cpp; its library is loaded where the system has it."""

from __future__ import annotations

from ctypes import CDLL, c_char_p, c_int, c_uint, c_ulong, c_void_p, string_at
from ctypes.util import find_library
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

_QR_CODE: Final = 64
_ENABLE: Final = 0
_GREY: Final = int.from_bytes(b"Y800", "little")


def available() -> bool:
    """Tell whether the library is there."""
    return find_library("zbar") is not None


def read(picture: Image.Image) -> list[str]:
    """Read the QR codes in a grey picture."""
    zbar, scanner = _scanner()
    pixels = picture.tobytes()
    image = zbar.zbar_image_create()
    try:
        zbar.zbar_image_set_format(image, _GREY)
        zbar.zbar_image_set_size(image, picture.width, picture.height)
        zbar.zbar_image_set_data(image, pixels, len(pixels), None)
        zbar.zbar_scan_image(scanner, image)
        found = []
        symbol = zbar.zbar_image_first_symbol(image)
        while symbol:
            data = string_at(zbar.zbar_symbol_get_data(symbol), zbar.zbar_symbol_get_data_length(symbol))
            found.append(data.decode("utf-8", "surrogateescape"))
            symbol = zbar.zbar_symbol_next(symbol)
        return found
    finally:
        zbar.zbar_image_destroy(image)


@cache
def _scanner() -> tuple[CDLL, int]:
    zbar = CDLL(find_library("zbar"))
    signatures: dict[str, tuple[object, list[object]]] = {
        "zbar_image_create": (c_void_p, []),
        "zbar_image_destroy": (None, [c_void_p]),
        "zbar_image_first_symbol": (c_void_p, [c_void_p]),
        "zbar_image_scanner_create": (c_void_p, []),
        "zbar_image_scanner_set_config": (c_int, [c_void_p, c_int, c_int, c_int]),
        "zbar_image_set_data": (None, [c_void_p, c_char_p, c_ulong, c_void_p]),
        "zbar_image_set_format": (None, [c_void_p, c_ulong]),
        "zbar_image_set_size": (None, [c_void_p, c_uint, c_uint]),
        "zbar_scan_image": (c_int, [c_void_p, c_void_p]),
        "zbar_symbol_get_data": (c_void_p, [c_void_p]),
        "zbar_symbol_get_data_length": (c_uint, [c_void_p]),
        "zbar_symbol_next": (c_void_p, [c_void_p]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(zbar, name)
        function.restype, function.argtypes = result, arguments
    scanner = zbar.zbar_image_scanner_create()
    zbar.zbar_image_scanner_set_config(scanner, 0, _ENABLE, 0)
    zbar.zbar_image_scanner_set_config(scanner, _QR_CODE, _ENABLE, 1)
    return zbar, scanner
