/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The field is cut into boxes with at most one ellipsoid each: present or not, at a random place in its box, of random
 * size, direction and brightness, all drawn from a hash of seed and box. Nothing is stored: a piece of a row asks the
 * boxes around it. Nuclei cover about an eighth of an image; some touch or overlap, and then their light adds up.
 *
 * Optical blur is not a convolution: the light of a nucleus falls off over EDGE_PX along a smooth curve at its border,
 * which is what a blurred edge looks like and costs a few operations per pixel. Then the camera: with as many photons
 * as here shot noise is a normal distribution whose variance is the number of photons, and read noise adds its own
 * variance, so one normal random number per pixel serves both. It is the sum of eight random bytes (Irwin-Hall): normal
 * up to four standard deviations, in integer arithmetic that vectorises. No function of the mathematics library is used
 * but the square root, which is exact, so the same seed gives the same image on every machine.
 */
#include "images/synthetic_cells.h"

#include <math.h>

#include "images/random.h"

enum { PIECE_PX = 512 };

static const float STRETCH = 1.25f;        /* largest ratio of the longer radius to the mean */
static const float EDGE_PX = 4.0f;         /* width of a blurred edge */
static const float BACKGROUND = 180.0f;    /* photons, at the image's centre */
static const float GRADIENT = 0.4f;        /* relative change of the background from border to border */
static const float READ_VARIANCE = 36.0f;  /* photons squared */
static const float CAMERA_OFFSET = 100.0f; /* value of no light; one photon adds 1 */
static const float CAMERA_LARGEST = 4095.0f;

/* What grows in the boxes. Lengths in pixels. */
struct population {
    int64_t pitch, pitch_z; /* size of a box: pitch x pitch x pitch_z */
    float presence;         /* probability that a box is not empty */
    float small, large;     /* mean radius in x and y */
    float flatness;         /* z radius over mean radius */
    uint64_t salt;          /* tells populations of one seed apart */
};

static const struct population nuclei_2d = {48, 1, 0.83f, 7.0f, 14.0f, 1.0f, 1};
static const struct population nuclei_3d = {32, 16, 0.68f, 7.0f, 14.0f, 0.6f, 1};
static const struct population blobs_2d = {32, 1, 0.95f, 10.0f, 26.0f, 1.0f, 2};
static const struct population blobs_3d = {32, 18, 0.95f, 10.0f, 26.0f, 0.7f, 2};
static const struct population holes_2d = {12, 1, 0.40f, 0.6f, 2.5f, 1.0f, 3};
static const struct population holes_3d = {12, 12, 0.60f, 0.6f, 2.5f, 1.0f, 3};

/* An ellipsoid as seen from one row: the form is xx dx^2 + xy dx + constant, below 1 inside. */
struct section {
    float dx; /* of the piece's first pixel from the centre */
    float xx, xy, constant;
    float radius; /* mean, in x and y */
    float brightness;
    int first, last; /* pixels of the piece that it can reach, from first to before last */
};

/* A piece of a row: up to PIECE_PX pixels from x. */
struct piece {
    int64_t x, y, z;
    int count;
    bool flat; /* of an image of depth 1 */
};

/* The ellipsoid of a box, cut by the row; false if there is none or it does not reach the piece. `reach` is what it has
 * beyond its border, in pixels. */
static bool cut_box(const struct population *p, const struct piece *piece, uint64_t key, const int64_t box[3],
                    float reach, struct section *s)
{
    if (random_between(key, 0, 0.0f, 1.0f) >= p->presence)
        return false;
    const float radius = random_between(key, 1, p->small, p->large), outside = 1.0f + reach / radius;
    const float stretch = random_between(key, 2, 1.0f, STRETCH), a = radius * stretch, b = radius / stretch;
    const float c = radius * p->flatness;
    const float dy = (float)(piece->y - box[1] * p->pitch) - random_between(key, 3, 0.0f, (float)p->pitch);
    const float dz =
        piece->flat ? 0.0f : (float)(piece->z - box[2] * p->pitch_z) - random_between(key, 4, 0.0f, (float)p->pitch_z);
    if (fabsf(dy) > a * outside || fabsf(dz) > c * outside)
        return false;

    /* A random direction without trigonometry. */
    const float u = random_between(key, 5, -1.0f, 1.0f), v = random_between(key, 6, -1.0f, 1.0f);
    const float length = sqrtf(u * u + v * v) + 1e-6f, cosine = u / length, sine = v / length;
    const float aa = 1.0f / (a * a), bb = 1.0f / (b * b);
    s->dx = (float)(piece->x - box[0] * p->pitch) - random_between(key, 7, 0.0f, (float)p->pitch);
    s->xx = cosine * cosine * aa + sine * sine * bb;
    s->xy = 2.0f * cosine * sine * (aa - bb) * dy;
    s->constant = (sine * sine * aa + cosine * cosine * bb) * dy * dy + dz * dz / (c * c);
    s->radius = radius;
    s->brightness = random_between(key, 8, 300.0f, 2600.0f);

    const float low = ceilf(-a * outside - s->dx), high = floorf(a * outside - s->dx) + 1.0f;
    s->first = low > 0.0f ? low < (float)piece->count ? (int)low : piece->count : 0;
    s->last = high < (float)piece->count ? high > 0.0f ? (int)high : 0 : piece->count;
    return s->first < s->last;
}

static void add_light(float *light, const struct section *s)
{
    const float slope = s->radius / EDGE_PX;
    for (int i = s->first; i < s->last; i++) {
        float dx = s->dx + (float)i;
        float q = (s->xx * dx + s->xy) * dx + s->constant;
        float inside = 0.5f + (1.0f - sqrtf(q > 0.0f ? q : 0.0f)) * slope;
        float t = inside < 0.0f ? 0.0f : inside > 1.0f ? 1.0f : inside;
        float dome = 1.0f - 0.3f * (q < 1.0f ? q : 1.0f);
        light[i] += s->brightness * dome * (t * t * (3.0f - 2.0f * t));
    }
}

static void mark_inside(float *inside, const struct section *s)
{
    for (int i = s->first; i < s->last; i++) {
        float dx = s->dx + (float)i;
        inside[i] = (s->xx * dx + s->xy) * dx + s->constant < 1.0f ? 1.0f : inside[i];
    }
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/* Draws every ellipsoid of a population that reaches the piece, always in the same order. */
static void draw(const struct population *p, const struct piece *piece, uint64_t seed, float reach, float *pixels,
                 void (*pen)(float *, const struct section *))
{
    const int64_t far = (int64_t)(STRETCH * (p->large + reach)) + 1;
    const int64_t low_z = piece->flat ? 0 : floor_divide(piece->z - far, p->pitch_z);
    const int64_t high_z = piece->flat ? 0 : floor_divide(piece->z + far, p->pitch_z);
    for (int64_t bz = low_z; bz <= high_z; bz++)
        for (int64_t by = floor_divide(piece->y - far, p->pitch); by <= floor_divide(piece->y + far, p->pitch); by++) {
            uint64_t key = random_bits(random_bits(random_bits(seed, p->salt), (uint64_t)bz), (uint64_t)by);
            int64_t last = floor_divide(piece->x + piece->count + far, p->pitch);
            for (int64_t bx = floor_divide(piece->x - far, p->pitch); bx <= last; bx++) {
                struct section s;
                if (cut_box(p, piece, random_bits(key, (uint64_t)bx), (int64_t[]){bx, by, bz}, reach, &s))
                    pen(pixels, &s);
            }
        }
}

/* Uneven illumination: a slope in a random direction. */
static void put_background(float *light, const struct piece *piece, struct shape shape, uint64_t seed)
{
    const float u = random_between(seed, 0, -1.0f, 1.0f), v = random_between(seed, 1, -1.0f, 1.0f);
    const float scale = BACKGROUND * GRADIENT / (sqrtf(u * u + v * v) + 1e-6f);
    const float step = scale * u / (float)shape.width;
    const float start = BACKGROUND + scale * v * ((float)(2 * piece->y - shape.height) / (float)(2 * shape.height)) +
                        step * ((float)(2 * piece->x - shape.width) * 0.5f);
    for (int i = 0; i < piece->count; i++)
        light[i] = start + step * (float)i;
}

/* From photons to camera values, in place. */
static void expose(float *light, const struct piece *piece, uint64_t key)
{
    const uint64_t other = random_bits(key, 0);
    for (int i = 0; i < piece->count; i++) {
        uint32_t x = (uint32_t)piece->x + (uint32_t)i;
        uint32_t a = random_bits_32(key, x), b = random_bits_32(other, x);
        uint32_t pairs = (a & 0xff00ffu) + (a >> 8 & 0xff00ffu) + (b & 0xff00ffu) + (b >> 8 & 0xff00ffu);
        /* Eight bytes: mean 1020, variance 8 (256^2 - 1) / 12. */
        float normal = (float)(int32_t)((pairs & 0xffffu) + (pairs >> 16) - 1020u) * (1.0f / 209.022f);
        float value = CAMERA_OFFSET + light[i] + sqrtf(light[i] + READ_VARIANCE) * normal;
        light[i] = value < 0.0f ? 0.0f : value > CAMERA_LARGEST ? CAMERA_LARGEST : value;
    }
}

/* Rounded for integers. Pixels from..to-1 of a piece go to the row from pixel `x` on. */
static void store(void *row, int64_t x, enum pixel_type type, const float *values, int from, int to, float scale)
{
    if (type == PIXEL_U8)
        for (int i = from; i < to; i++)
            ((uint8_t *)row)[x + i - from] = (uint8_t)(int32_t)(values[i] * scale + 0.5f);
    else if (type == PIXEL_U16)
        for (int i = from; i < to; i++)
            ((uint16_t *)row)[x + i - from] = (uint16_t)(int32_t)(values[i] * scale + 0.5f);
    else
        for (int i = from; i < to; i++)
            ((float *)row)[x + i - from] = values[i] * scale;
}

static struct piece piece_at(struct shape shape, int64_t x, int64_t y, int64_t z)
{
    int64_t left = shape.width - x;
    return (struct piece){x, y, z, left < PIECE_PX ? (int)left : PIECE_PX, shape.depth == 1};
}

/* Pieces always begin at the same pixels, so that a part of a row has the rounding of the whole. */
void cells_fill_span(const struct cells_span *span, struct shape shape, uint64_t seed, enum pixel_type type, void *row)
{
    const uint64_t key = random_bits(random_bits(seed, (uint64_t)span->z), (uint64_t)span->y);
    const struct population *nuclei = shape.depth == 1 ? &nuclei_2d : &nuclei_3d;
    const int64_t end = span->x + span->count;
    for (int64_t x = span->x / PIECE_PX * PIECE_PX; x < end; x += PIECE_PX) {
        float light[PIECE_PX];
        const struct piece piece = piece_at(shape, x, span->y, span->z);
        const int from = x < span->x ? (int)(span->x - x) : 0,
                  to = end - x < piece.count ? (int)(end - x) : piece.count;
        put_background(light, &piece, shape, seed);
        draw(nuclei, &piece, seed, 0.5f * EDGE_PX, light, add_light);
        expose(light, &piece, key);
        store(row, x + from - span->x, type, light, from, to, type == PIXEL_U8 ? 255.0f / CAMERA_LARGEST : 1.0f);
    }
}

void cells_fill_row(struct image *image, int64_t y, int64_t z, uint64_t seed)
{
    const struct cells_span span = {.y = y, .z = z, .count = image->shape.width};
    cells_fill_span(&span, image->shape, seed, image->type, image_row(image, y, z));
}

/* As cut_box() draws them. */
static bool centre_inside(const struct population *p, struct shape shape, uint64_t key, const int64_t box[3])
{
    if (random_between(key, 0, 0.0f, 1.0f) >= p->presence)
        return false;
    const float y = (float)(box[1] * p->pitch) + random_between(key, 3, 0.0f, (float)p->pitch);
    const float z = (float)(box[2] * p->pitch_z) + random_between(key, 4, 0.0f, (float)p->pitch_z);
    const float x = (float)(box[0] * p->pitch) + random_between(key, 7, 0.0f, (float)p->pitch);
    return x <= (float)(shape.width - 1) && y <= (float)(shape.height - 1) &&
           (shape.depth == 1 || z <= (float)(shape.depth - 1));
}

int64_t cells_count(struct shape shape, uint64_t seed)
{
    const struct population *p = shape.depth == 1 ? &nuclei_2d : &nuclei_3d;
    const int64_t layers = shape.depth == 1 ? 1 : (shape.depth - 1) / p->pitch_z + 1;
    const int64_t rows = (shape.height - 1) / p->pitch + 1, columns = (shape.width - 1) / p->pitch + 1;
    int64_t count = 0;
    for (int64_t bz = 0; bz < layers; bz++)
        for (int64_t by = 0; by < rows; by++) {
            const uint64_t key = random_bits(random_bits(random_bits(seed, p->salt), (uint64_t)bz), (uint64_t)by);
            for (int64_t bx = 0; bx < columns; bx++)
                count += centre_inside(p, shape, random_bits(key, (uint64_t)bx), (int64_t[]){bx, by, bz});
        }
    return count;
}

void blobs_fill_row(struct image *image, int64_t y, int64_t z, uint64_t seed)
{
    const bool flat = image->shape.depth == 1;
    for (int64_t x = 0; x < image->shape.width; x += PIECE_PX) {
        float blob[PIECE_PX] = {0}, hole[PIECE_PX] = {0};
        const struct piece piece = piece_at(image->shape, x, y, z);
        draw(flat ? &blobs_2d : &blobs_3d, &piece, seed, 0.0f, blob, mark_inside);
        draw(flat ? &holes_2d : &holes_3d, &piece, seed, 0.0f, hole, mark_inside);
        for (int i = 0; i < piece.count; i++)
            blob[i] = blob[i] > hole[i] ? 1.0f : 0.0f;
        store(image_row(image, y, z), x, image->type, blob, 0, piece.count, 1.0f);
    }
}
