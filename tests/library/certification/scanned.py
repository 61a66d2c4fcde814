"""A printed page as a scanner or a phone gives it back."""

import io
import random

from PIL import Image, ImageFilter

from certorigin.certification.render.pdf import pictures

DPI = 150
MILLIMETRE = DPI / 25.4


def page(printable, *, dpi=DPI):
    """The first page as it is printed."""
    return Image.open(io.BytesIO(pictures(printable, ppi=dpi)[0])).convert("L")


def scanned(picture, *, degrees=1.7, blur=0.8, noise=28, quality=60, seed=1):
    """Turned, blurred, noisy and packed as JPEG: the degradation of performance.md 5."""
    dice = random.Random(seed)
    turned = picture.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255, expand=True)
    soft = turned.filter(ImageFilter.GaussianBlur(blur))
    grain = Image.frombytes("L", (256, 256), dice.randbytes(256 * 256))
    field = Image.new("L", soft.size)
    for x in range(0, soft.width, 256):
        for y in range(0, soft.height, 256):
            field.paste(grain, (x, y))
    noisy = Image.blend(soft, field, noise / 255)
    out = io.BytesIO()
    noisy.save(out, "JPEG", quality=quality)
    return out.getvalue()


def sheet_of_symbols(symbols, *, side_mm=41, dpi=DPI):
    """Symbols side by side on white, each drawn from its modules."""
    side = round(side_mm * dpi / 25.4)
    across = 4
    down = -(-len(symbols) // across)
    sheet = Image.new("L", (across * side, down * side), 255)
    for place, rows in enumerate(symbols):
        raw = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
        quiet = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
        quiet.paste(raw, (4, 4))
        drawn = quiet.resize((side, side), Image.Resampling.LANCZOS)
        sheet.paste(drawn, (place % across * side, place // across * side))
    return sheet


def as_png(picture):
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
