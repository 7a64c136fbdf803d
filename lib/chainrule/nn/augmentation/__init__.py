"""Augmentation: further training images, made from those at hand.

- `placement`: flip, crop, rescale and translate, which move pixels along the axes;
- `rotation`: turn the images;
- `content`: jitter colors, cut a hole, mix two images and their labels.

Images are arrays of shape (N, H, W), or (N, H, W, 3) in color. Where a method is random, the function takes
the choices (which images, where, how much), and only `random_crop` draws them itself, from a passed
generator. All keep float32 and give copies; the arguments stay as they were.
"""

from chainrule.nn.augmentation.content import color_jitter, cutout, mixup
from chainrule.nn.augmentation.placement import horizontal_flip, random_crop, rescale, translate
from chainrule.nn.augmentation.rotation import rotate

__all__ = [
    "color_jitter",
    "cutout",
    "horizontal_flip",
    "mixup",
    "random_crop",
    "rescale",
    "rotate",
    "translate",
]
