"""Writes pictures as small palette PNGs: screens have few colours, and the repository keeps every one of them."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

MOST_COLOURS = 128


def save(image: QImage, path: Path) -> None:
    """Reduce to a palette of the most frequent colours and write with the best compression."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_encoded(_with_palette(image)))


def _with_palette(image: QImage) -> QImage:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    width, height = plain.width(), plain.height()
    pixels = np.frombuffer(bytes(plain.constBits()), np.uint32).reshape(height, width) & 0xFFFFFF
    colours, place, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    chosen = _chosen(colours, counts)
    nearest = _nearest(colours, chosen)
    indexed = nearest[place.reshape(-1)].astype(np.uint8).reshape(height, width)
    stride = (width + 3) // 4 * 4
    rows = np.zeros((height, stride), np.uint8)
    rows[:, :width] = indexed
    made = QImage(rows.tobytes(), width, height, stride, QImage.Format.Format_Indexed8)
    made.setColorTable([int(colour) | 0xFF000000 for colour in chosen])
    return made.copy()


def _chosen(colours: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The most frequent colours, each pulled to a coarse grid first, so that shades do not crowd out rare hues."""
    if len(colours) <= MOST_COLOURS:
        return colours
    cell = (colours >> 4) & 0x0F0F0F
    _, first, group = np.unique(cell, return_index=True, return_inverse=True)
    weight = np.zeros(len(first))
    np.add.at(weight, group, counts)
    best = np.zeros(len(first), dtype=np.int64)
    order = np.argsort(counts)  # the last one written to a cell is its most frequent colour
    best[group[order]] = order
    cells = np.argsort(-weight)[: MOST_COLOURS * 3 // 4]
    picked = set(best[cells].tolist())
    for index in np.argsort(-counts).tolist():
        if len(picked) >= MOST_COLOURS:
            break
        picked.add(index)
    return colours[sorted(picked)]


def _nearest(colours: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    def parts(values: np.ndarray) -> np.ndarray:
        return np.stack([(values >> shift) & 0xFF for shift in (16, 8, 0)], axis=1).astype(np.int32)

    palette, result = parts(chosen), np.empty(len(colours), np.int64)
    for start in range(0, len(colours), 4_096):
        block = parts(colours[start : start + 4_096])
        distance = ((block[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2)
        result[start : start + 4_096] = distance.argmin(axis=1)
    return result


def _encoded(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setQuality(0)  # of PNG: the best compression
    if not writer.write(image):
        raise OSError(writer.errorString())
    return bytes(data.data())
