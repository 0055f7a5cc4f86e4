#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every operation that SciPy, scikit-image or NumPy has too gives their results, on every backend and device.

usage: compare_libraries.py BREAKEVEN        ends with 77 where a library is missing

Images are written and read by tifffile, noise and blobs, 2D and 3D, in every pixel type; whole images are compared,
borders included. The libraries compute in float64. Where ours is float32 by definition, a result may be off by ROUNDING
times the largest value, and an integer result by half a step more, which is what rounding to nearest takes.
"""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy as np
    import tifffile
    from scipy import ndimage
    from skimage.filters import threshold_otsu
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
TYPES = (np.uint8, np.uint16, np.float32)
ROUNDING = 1e-6
CANCELLED = 1e-5  # of what two larger numbers of about one size leave
POINTS = 2e-5  # coordinates are float32 too
EXACT = 0


def breakeven(*arguments):
    result = subprocess.run([BREAKEVEN, *arguments], capture_output=True, text=True, timeout=300, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {result.returncode}: {result.stderr}")
    return result.stdout


# What the libraries make of it ----------------------------------------------------------------------------------------


def box(image, radius):
    return np.ones([1 if size == 1 else 2 * radius + 1 for size in image.shape], bool)


def sphere(image, radius):
    axes = np.ogrid[tuple(slice(-radius, radius + 1) for _ in image.shape)]
    return sum((axis / radius) ** 2 for axis in axes) <= 1


def gaussian(*sigma):
    """Along z, y, x; for all axes alike if one is given."""
    def expected(image, _):
        sigmas = sigma[-image.ndim:] if len(sigma) > 1 else sigma[0]
        return ndimage.gaussian_filter(image.astype(np.float64), sigmas, mode="nearest", truncate=4)
    return expected


def difference_of_gaussian(sigma1, sigma2):
    return lambda image, second: gaussian(sigma1)(image, second) - gaussian(sigma2)(image, second)


def without_background(combine, sigma):
    return lambda image, second: combine(image.astype(np.float64), gaussian(sigma)(image, second))


def mean(radius):
    return lambda image, _: ndimage.uniform_filter(image.astype(np.float64), 2 * radius + 1, mode="nearest")


def mean_over(footprint, radius):
    def expected(image, _):
        weights = footprint(image, radius)
        return ndimage.correlate(image.astype(np.float64), weights / weights.sum(), mode="nearest")
    return expected


def by_rank(function, footprint, radius):
    return lambda image, _: function(image, footprint=footprint(image, radius), mode="nearest")


def eroded(footprint, radius):
    def expected(image, _):
        inside = footprint(image, radius)
        result = ndimage.binary_erosion(image != 0, inside, border_value=1).astype(np.uint8)
        as_grey = ndimage.grey_erosion((image != 0).astype(np.uint8), footprint=inside, mode="nearest")
        assert np.array_equal(result, as_grey), "SciPy's two erosions agree"
        return result
    return expected


def dilated(footprint, radius):
    return lambda image, _: ndimage.binary_dilation(image != 0, footprint(image, radius)).astype(np.uint8)


def otsu(image, _):
    return (image > threshold_otsu(image)).astype(np.uint8)


def top_hat(radius, footprint=box):
    return lambda image, _: ndimage.white_tophat(image, footprint=footprint(image, radius), mode="nearest")


def flipped(*axes):
    return lambda image, _: np.flip(image, axes)


def rotated(z=0.0, x=0.0, y=0.0, order=1):
    """About x, then y, then z, for the axes z, y, x. SciPy's mode "constant" has nothing outside the outermost pixels' centres;
    for order 0 "grid-constant" is the one that has every pixel reach half a pixel to all sides."""
    def expected(image, _):
        stack = image if image.ndim == 3 else image[None]
        (sz, cz), (sx, cx), (sy, cy) = [(np.sin(a), np.cos(a)) for a in np.deg2rad([z, x, y])]
        about_x = np.array([[cx, sx, 0], [-sx, cx, 0], [0, 0, 1]])
        about_y = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
        about_z = np.array([[1, 0, 0], [0, cz, sz], [0, -sz, cz]])
        inverse = (about_z @ about_y @ about_x).T
        middle = (np.array(stack.shape) - 1) / 2
        result = ndimage.affine_transform(stack.astype(np.float64), inverse, middle - inverse @ middle, order=order,
                                          mode="constant" if order else "grid-constant")
        return result.reshape(image.shape)
    return expected


def resliced(angles, step, order=1):
    def expected(image, _):
        depth, height, width = image.shape
        k, z, r = np.mgrid[:angles, :depth, :int(np.ceil(np.hypot(width / 2, height / 2)))]
        angle = np.deg2rad(k * step)
        points = [z, (height - 1) / 2 + np.cos(angle) * r, (width - 1) / 2 + np.sin(angle) * r]
        return ndimage.map_coordinates(image.astype(np.float64), points, order=order,
                                       mode="constant" if order else "grid-constant")
    return expected


def labelled(neighbours):
    def expected(image, _):
        structure = ndimage.generate_binary_structure(image.ndim, image.ndim if neighbours is box else 1)
        return ndimage.label(image != 0, structure)[0]
    return expected


def maxima(image, _):
    around = np.ones((3,) * image.ndim, bool)
    around[(1,) * image.ndim] = False
    values = image.astype(np.float64)
    return (values > ndimage.maximum_filter(values, footprint=around, mode="constant", cval=-np.inf)).astype(np.uint8)


# Chain, expectation, tolerance; where they are not all: pixel types, numbers of dimensions.
CASES = [
    ("add_scalar(scalar=-7.5)", lambda a, _: a + np.float64(-7.5), ROUNDING),
    ("add_scalar(scalar=300)", lambda a, _: a + np.float64(300), ROUNDING),
    ("multiply_scalar(scalar=1.7)", lambda a, _: a * np.float64(1.7), ROUNDING),
    ("add_images_weighted(factor1=0.5, factor2=2, with=second.tif)", lambda a, b: 0.5 * a + 2.0 * b, ROUNDING),
    ("add_images_weighted(factor1=1, factor2=-1, with=second.tif)", lambda a, b: 1.0 * a - b, ROUNDING),
    ("binary_and(with=second.tif)", lambda a, b: ((a != 0) & (b != 0)).astype(np.uint8), EXACT),
    ("fixed_threshold(threshold=100)", lambda a, _: (a >= 100).astype(np.uint8), EXACT),
    ("auto_threshold(method=otsu)", otsu, EXACT, [np.uint8]),
    ("flip", flipped(-1), EXACT),
    ("flip(axes=xy)", flipped(-1, -2), EXACT),
    ("flip(axes=yz)", flipped(-2, -3), EXACT, TYPES, [3]),
    ("rotate(angle_z=30)", rotated(30), POINTS),
    ("rotate(angle_z=-101.5)", rotated(-101.5), POINTS),
    ("rotate(angle_z=33, interpolation=nearest)", rotated(33, order=0), EXACT),  # no halves, as sin 30 makes them
    ("rotate(angle_z=20, angle_x=-35, angle_y=50)", rotated(20, -35, 50), POINTS, TYPES, [3]),
    ("rotate(angle_z=0, angle_x=130, interpolation=nearest)", rotated(0, 130, order=0), EXACT, TYPES, [3]),
    ("radial_reslice(number_of_angles=50, angle_step=7.3)", resliced(50, 7.3), POINTS, TYPES, [3]),
    ("radial_reslice(number_of_angles=19, angle_step=-20.1, interpolation=nearest)", resliced(19, -20.1, order=0), EXACT,
     TYPES, [3]),
    ("maximum_z_projection", lambda a, _: a.max(axis=0), EXACT, TYPES, [3]),
    ("gaussian_blur", gaussian(2), ROUNDING),
    ("gaussian_blur(sigma=0.7)", gaussian(0.7), ROUNDING),
    ("gaussian_blur(sigma_x=3, sigma_y=0, sigma_z=1.2)", gaussian(1.2, 0, 3), ROUNDING),
    ("difference_of_gaussian", difference_of_gaussian(2, 8), CANCELLED),
    ("difference_of_gaussian(sigma1=5, sigma2=1)", difference_of_gaussian(5, 1), CANCELLED),
    ("subtract_gaussian_background(sigma=3)", without_background(np.subtract, 3), ROUNDING),
    ("divide_by_gaussian_background(sigma=3)", without_background(np.divide, 3), ROUNDING),
    ("mean(radius=2, shape=box)", mean(2), ROUNDING),
    ("mean(radius=10, shape=box)", mean(10), ROUNDING),
    ("mean(radius=3, shape=sphere)", mean_over(sphere, 3), ROUNDING),
    ("median(radius=1, shape=box)", by_rank(ndimage.median_filter, box, 1), EXACT),
    ("median(radius=2, shape=box)", by_rank(ndimage.median_filter, box, 2), EXACT),
    ("median(radius=2, shape=sphere)", by_rank(ndimage.median_filter, sphere, 2), EXACT),
    ("minimum(radius=2, shape=box)", by_rank(ndimage.minimum_filter, box, 2), EXACT),
    ("minimum(radius=3, shape=sphere)", by_rank(ndimage.minimum_filter, sphere, 3), EXACT),
    ("minimum(radius=10)", by_rank(ndimage.minimum_filter, box, 10), EXACT),
    ("maximum(radius=2, shape=box)", by_rank(ndimage.maximum_filter, box, 2), EXACT),
    ("maximum(radius=10)", by_rank(ndimage.maximum_filter, box, 10), EXACT),
    ("maximum(radius=6, shape=sphere)", by_rank(ndimage.maximum_filter, sphere, 6), EXACT),
    ("erode", eroded(box, 1), EXACT),
    ("erode(radius=2, shape=box)", eroded(box, 2), EXACT),
    ("erode(radius=1, shape=sphere)", eroded(sphere, 1), EXACT),
    ("erode(radius=3, shape=sphere)", eroded(sphere, 3), EXACT),
    ("dilate(radius=2, shape=box)", dilated(box, 2), EXACT),
    ("dilate(radius=3, shape=sphere)", dilated(sphere, 3), EXACT),
    ("label", labelled(box), EXACT),
    ("label(connectivity=sphere)", labelled(sphere), EXACT),
    ("fixed_threshold(threshold=130) | label", lambda a, _: labelled(box)(a >= 130, None), EXACT, [np.uint8]),
    ("detect_maxima", maxima, EXACT),
    ("top_hat(radius=3)", top_hat(3), EXACT),
    ("top_hat", top_hat(10), EXACT),
    ("top_hat(radius=3, shape=sphere)", top_hat(3, sphere), EXACT),
]


def operation(chain):
    return chain.split("(")[0]


# Images and comparing -------------------------------------------------------------------------------------------------


def stretched(values, pixel_type):
    """Over the whole range of the type; float32 over that of uint16."""
    low, high = values.min(), values.max()
    top = 65535 if pixel_type == np.float32 else np.iinfo(pixel_type).max
    values = (values - low) * (top / (high - low))
    return values.astype(pixel_type) if pixel_type == np.float32 else np.rint(values).astype(pixel_type)


def images(pixel_type, dimensions):
    """Noise, and blobs on a background that is 0 in places, each with a second image."""
    random = np.random.RandomState(7)
    shape = (37, 53) if dimensions == 2 else (9, 19, 23)
    for blur in (0, 1.5):
        pair = []
        for _ in range(2):
            noise = random.uniform(size=shape)
            pair.append(stretched(np.maximum(ndimage.gaussian_filter(noise, blur), np.median(noise) if blur else 0),
                                  pixel_type))
        yield "blobs" if blur else "noise", *pair


def write(path, image):
    tifffile.imwrite(path, image, imagej=True, metadata={"axes": "ZYX"[-image.ndim:]})


def difference(found, expected, tolerance):
    """What is wrong with `found`, in words; None if nothing is. `expected` is not yet rounded to that type."""
    if found.size != expected.size:
        return f"shape {found.shape}, expected {expected.shape}"
    found, is_whole = found.reshape(expected.shape), np.issubdtype(found.dtype, np.integer)
    if is_whole:
        expected = np.clip(expected, np.iinfo(found.dtype).min, np.iinfo(found.dtype).max)
    allowed = tolerance * np.abs(expected).max() + (0.5 if is_whole and tolerance else 0)
    apart = np.abs(found.astype(np.float64) - expected.astype(np.float64))
    wrong = ~(apart <= allowed)
    if not wrong.any():
        return None
    where = tuple(np.argwhere(wrong)[0])
    return (f"{wrong.sum()} of {wrong.size} pixels differ, largest {apart.max():g}, first at {where} of "
            f"{expected.shape}: found {found[where]}, expected {expected[where]}")


def backends():
    devices = json.loads(breakeven("devices", "--json"))
    return [("reference", ["--backend", "reference"]), ("openmp", ["--backend", "openmp", "--threads", "3"]),
            *((device["name"], ["--backend", "opencl", "--device", str(device["index"])]) for device in devices)]


class Comparison(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)
        self.pool = concurrent.futures.ThreadPoolExecutor()
        self.addCleanup(self.pool.shutdown)

    def applied(self, chain, backend):
        """By one backend; most of a call is starting the program, so several run at once."""
        name, options = backend
        out = f"{[other for other, _ in self.backends].index(name)}.tif"
        breakeven("apply", chain, "first.tif", out, "--overwrite", *options)
        return tifffile.imread(out)

    def compare(self, case, pixel_type, dimensions):
        """The number of results compared."""
        compared = 0
        chain, expected, tolerance = case[:3]
        for content, image, second in images(pixel_type, dimensions):
            write("first.tif", image)
            write("second.tif", second)
            running = [self.pool.submit(self.applied, chain, backend) for backend in self.backends]
            wanted = expected(image, second)
            for (backend, _), found in zip(self.backends, running):
                with self.subTest(chain, type=pixel_type.__name__, dimensions=dimensions, content=content,
                                  backend=backend):
                    self.assertIsNone(difference(found.result(), wanted, tolerance))
                    compared += 1
        return compared

    def test_every_operation_with_a_twin(self):
        self.backends = backends()
        ours = [op["name"] for op in json.loads(breakeven("ops", "--json"))]
        twins = {operation(chain) for chain, *_ in CASES}
        compared = 0
        for case in CASES:
            types, dimensions = [*case[3:], *(TYPES, (2, 3))[len(case) - 3:]]
            if operation(case[0]) in ours:
                compared += sum(self.compare(case, t, d) for t in types for d in dimensions)
        print(f"{compared} results are those of SciPy, scikit-image and NumPy")
        print("operations without a twin:", ", ".join(op for op in ours if op not in twins) or "none")
        print("twins without an operation:", ", ".join(sorted(twins - set(ours))) or "none")
        self.assertGreater(compared, 0)


class CanFail(unittest.TestCase):
    """The comparison finds one wrong pixel, another border rule, another rounding."""

    def setUp(self):
        self.image = next(images(np.uint16, 3))[1]

    def test_one_pixel(self):
        real = self.image.astype(np.float32)
        for found, tolerance in ((self.image, EXACT), (self.image, ROUNDING), (real, ROUNDING)):
            self.assertIsNone(difference(found, found.astype(np.float64), tolerance))
            for corner in ((0, 0, 0), (-1, -1, -1)):
                expected = found.astype(np.float64)
                expected[corner] += 1
                self.assertIn("1 of", difference(found, expected, tolerance))

    def test_border(self):
        for mode in ("mirror", "constant", "wrap"):
            expected = ndimage.gaussian_filter(self.image.astype(np.float64), 2, mode=mode, truncate=4)
            found = np.rint(gaussian(2)(self.image, None)).astype(np.uint16)
            self.assertIsNotNone(difference(found, expected, ROUNDING), mode)

    def test_rounding(self):
        exact = gaussian(2)(self.image, None)
        self.assertIsNone(difference(np.rint(exact).astype(np.uint16), exact, ROUNDING))
        self.assertIsNotNone(difference(np.floor(exact).astype(np.uint16), exact, ROUNDING))

    def test_overflow(self):
        exact = self.image + 300.0
        self.assertIsNone(difference(np.clip(exact, 0, 65535).astype(np.uint16), exact, ROUNDING))
        self.assertIsNotNone(difference(self.image + np.uint16(300), exact, ROUNDING))

    def test_not_a_number(self):
        found = self.image.astype(np.float32)
        found[0, 0, 0] = np.nan
        self.assertIsNotNone(difference(found, self.image, ROUNDING))

    def test_shape(self):
        self.assertIn("shape", difference(self.image[:, :, 1:], self.image, EXACT))


if __name__ == "__main__":
    unittest.main()
