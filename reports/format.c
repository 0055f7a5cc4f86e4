/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Digits: as many as a measurement deserves. A time's interval is rarely narrower than 1 %, so it has three. A speedup
 * has two, but three around 1, where the verdict is decided; the ends of its interval have the same decimals.
 */
#include "reports/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hardware/text.h"
#include "reports/order.h"

static const struct {
    const char *unit;
    double ns;
} units[] = {{"ns", 1}, {"s", 1e3}, {"ms", 1e6}, {"s", 1e9}};

enum { MICRO = 1, UNITS = sizeof units / sizeof units[0] };

static int decimals_of(double value)
{
    return fabs(value) < 9.995 ? 2 : fabs(value) < 99.95 ? 1 : 0;
}

char *format_time(char *text, size_t size, double ns, const char *micro)
{
    if (isnan(ns)) {
        snprintf(text, size, "-");
        return text;
    }
    int unit = 0;
    while (unit + 1 < UNITS && ns >= 999.5 * units[unit].ns) /* 999.5 would be shown as 1000 */
        unit++;
    double value = ns / units[unit].ns;
    snprintf(text, size, "%.*f %s%s", decimals_of(value), value, unit == MICRO ? micro : "", units[unit].unit);
    return text;
}

/* 999.5 would be shown as 1000. */
static char *scaled(char *text, size_t size, double value, double base, const char *const *prefixes, int count,
                    const char *unit)
{
    int p = 0;
    for (; p + 1 < count && fabs(value) >= base * 0.9995; p++)
        value /= base;
    snprintf(text, size, "%.*f %s%s", decimals_of(value), value, prefixes[p], unit);
    return text;
}

char *format_bytes(char *text, size_t size, double bytes)
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    int u = 0;
    for (; u + 1 < 5 && bytes >= (u ? 1023.5 : 1024); u++) /* 1023.5 KiB would be shown as 1024 */
        bytes /= 1024;
    snprintf(text, size, "%.*f %s", bytes == floor(bytes) ? 0 : decimals_of(bytes), bytes, names[u]);
    return text;
}

char *format_quantity(char *text, size_t size, double value, const char *unit)
{
    static const char *const prefixes[] = {"", "k", "M", "G", "T", "P"};
    if (isnan(value))
        snprintf(text, size, "-");
    else if (strcmp(unit, "ns") == 0)
        format_time(text, size, value, "u");
    else if (strcmp(unit, "bytes") == 0)
        format_bytes(text, size, value);
    else if (strcmp(unit, "1") == 0 || !*unit)
        snprintf(text, size, "%.3g", value);
    else
        scaled(text, size, value, 1000, prefixes, sizeof prefixes / sizeof prefixes[0], unit);
    return text;
}

char *format_name(char *text, size_t size, const char *name)
{
    snprintf(text, size, "%s", name);
    for (char *c = text; *c; c++)
        if (*c == '_')
            *c = ' ';
    return text;
}

char *format_speedup(char *text, size_t size, double speedup, double low, double high)
{
    /* Below 0.01 two digits would be none. */
    int decimals = speedup >= 9.95 ? 0 : speedup >= 1.995 ? 1 : speedup >= 0.0095 || !(speedup > 0) ? 2 : 4;
    if (isnan(speedup))
        snprintf(text, size, "-");
    else if (isnan(low) || isnan(high))
        snprintf(text, size, "%.*fx", decimals, speedup);
    else
        snprintf(text, size, "%.*fx [%.*f-%.*f]", decimals, speedup, decimals, low, decimals, high);
    return text;
}

char *format_shape(char *text, size_t size, const struct case_row *row)
{
    if (row->dimensions == 3)
        snprintf(text, size, "%lldx%lldx%lld", (long long)row->width, (long long)row->height, (long long)row->depth);
    else
        snprintf(text, size, "%lldx%lld", (long long)row->width, (long long)row->height);
    return text;
}

static double two_digits(double value)
{
    double step = pow(10, floor(log10(value)) - 1);
    return value > 0 ? round(value / step) * step : 0;
}

char *format_pixels(char *text, size_t size, double pixels, int dimensions)
{
    double side = two_digits(sqrt(pixels)), voxels = two_digits(pixels);
    if (dimensions != 3)
        snprintf(text, size, "%.0fx%.0f", side, side);
    else if (voxels >= 999.5e3)
        snprintf(text, size, "%.*f million", voxels < 9.95e6 ? 1 : 0, voxels / 1e6);
    else
        snprintf(text, size, "%.0f", voxels);
    return text;
}

const char *format_verdict(const struct case_row *row)
{
    static const char *const device[] = {
        [ROW_GPU] = "GPU", [ROW_ACCELERATOR] = "accelerator", [ROW_CPU_DEVICE] = "OpenCL"};
    enum row_class class = row_class(row);
    if (!*row->verdict || class >= ROW_OPENMP)
        return "-";
    if (strcmp(row->verdict, "GPU") == 0)
        return device[class];
    if (strcmp(row->verdict, "CPU") == 0)
        return class == ROW_CPU_DEVICE ? "OpenMP" : "CPU";
    return "toss-up";
}

char *format_clean(char *text, size_t size, const char *from)
{
    return text_clean(text, size, from);
}

int format_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}
