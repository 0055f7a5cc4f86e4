/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Every row of our table parses and has its source; names that contain one another are told apart; a user's file adds,
 * and a damaged one is one clear line.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hardware/specifications.h"

static struct specifications own;
static char path[64];

static void setup(void)
{
    cr_assert_eq(specifications_load(NULL, &own), STATUS_OK, "%s", status_text());
    snprintf(path, sizeof path, "/tmp/breakeven_specifications_%d.csv", (int)getpid());
}

static void teardown(void)
{
    specifications_free(&own);
    unlink(path);
}

TestSuite(specifications, .init = setup, .fini = teardown);

static const char header[] = "name_pattern,name,bandwidth_bytes_per_s,source\n";

static void write_file(const char *first, const char *rest)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(first, file);
    fputs(rest, file);
    fclose(file);
}

static bool positive_or_unknown(double value)
{
    return isnan(value) || (value > 0 && isfinite(value));
}

Test(specifications, rows_are_plausible_and_have_sources)
{
    cr_expect_geq(own.count, 20);
    for (int i = 0; i < own.count; i++) {
        const struct specification *s = &own.rows[i];
        cr_expect_gt(strlen(s->source), 20, "%s", s->name);
        cr_expect(strstr(s->source, "NVIDIA") || strstr(s->source, "AMD") || strstr(s->source, "Intel"), "%s", s->name);
        cr_expect(s->bandwidth_bytes_per_s > 1e10 && s->bandwidth_bytes_per_s < 1e13, "%s", s->name);
        cr_expect(isnan(s->float32_flops) || (s->float32_flops > 1e11 && s->float32_flops < 1e15), "%s", s->name);
        cr_expect(isnan(s->power_limit_w) || (s->power_limit_w > 10 && s->power_limit_w < 2000), "%s", s->name);
        cr_expect(positive_or_unknown(s->bus_bits), "%s", s->name);
        /* Memory moves between 1 and 40 Gbit/s on each wire: a figure in the wrong unit does not. */
        const double bits_per_wire = s->bandwidth_bytes_per_s * 8 / s->bus_bits;
        cr_expect(isnan(bits_per_wire) || (bits_per_wire > 1e9 && bits_per_wire < 40e9), "%s", s->name);
        for (int j = 0; j < i; j++)
            cr_expect_str_neq(s->pattern, own.rows[j].pattern);
    }
}

Test(specifications, names_are_told_apart)
{
    static const struct {
        const char *device, *name; /* NULL: none must match */
        double bandwidth;
    } rows[] = {
        {"NVIDIA GeForce RTX 4070", "GeForce RTX 4070", 504.2e9},
        {"nvidia geforce rtx 4070", "GeForce RTX 4070", 504.2e9},
        {"GeForce RTX 4070", "GeForce RTX 4070", 504.2e9},
        {"NVIDIA GeForce RTX 4070 Laptop GPU", "GeForce RTX 4070 Laptop GPU", 256e9},
        {"NVIDIA GeForce RTX 4070 Ti", NULL, 0},
        {"NVIDIA GeForce RTX 4070 SUPER", NULL, 0},
        {"NVIDIA GeForce RTX 4070 Ti SUPER", NULL, 0},
        {"NVIDIA GeForce RTX 3060 Ti", NULL, 0},
        {"NVIDIA GeForce RTX 3060 Laptop GPU", NULL, 0},
        {"NVIDIA GeForce RTX 4090 D", NULL, 0},
        {"NVIDIA GeForce RTX 4090 Laptop GPU", NULL, 0},
        {"NVIDIA GeForce RTX 5090", "GeForce RTX 5090", 1792e9},
        {"Quadro P6000", "Quadro P6000", 432e9},
        {"NVIDIA H100 80GB HBM3", "H100 SXM 80GB", 3.35e12},
        {"NVIDIA H100 80GB HBM3 MIG 1g.10gb", NULL, 0}, /* a slice has neither this memory nor its bandwidth */
        {"NVIDIA H100 PCIe", "H100 PCIe 80GB", 2e12},
        {"NVIDIA H100 NVL", "H100 NVL 94GB", 3.9e12},
        {"NVIDIA H200", "H200 SXM 141GB", 4.8e12},
        {"NVIDIA H200 NVL", "H200 NVL 141GB", 4.8e12},
        {"NVIDIA GH200 480GB", NULL, 0},
        {"Tesla V100-SXM2-32GB", "Tesla V100 SXM2", 900e9},
        {"NVIDIA A100-SXM4-80GB", "A100 80GB SXM", 2039e9},
        {"NVIDIA A100 80GB PCIe", "A100 80GB PCIe", 1935e9},
        {"NVIDIA A100-PCIE-40GB", "A100 40GB PCIe", 1555e9},
        {"Intel(R) UHD Graphics 620 [0x5917]", "UHD Graphics 620", 38.4e9},
        {"Intel(R) UHD Graphics 630", NULL, 0},
        {"Intel(R) HD Graphics 620", NULL, 0},
        {"Intel(R) Arc(TM) A770 Graphics", "Arc A770 (16 GB)", 560e9},
        {"Intel(R) Arc(TM) A770M Graphics", NULL, 0},
        {"AMD Radeon RX 7900 XTX (radeonsi, navi31, LLVM 15.0.6)", "Radeon RX 7900 XTX", 960e9},
        {"AMD Radeon RX 7900 XT", NULL, 0},
        {"pthread-haswell-AMD EPYC", NULL, 0},
        {"", NULL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct specification *found = specification_find(&own, rows[i].device);
        cr_assert_eq(!found, !rows[i].name, "%s: %s", rows[i].device, found ? found->name : "nothing");
        if (found) {
            cr_expect_str_eq(found->name, rows[i].name);
            cr_expect_float_eq(found->bandwidth_bytes_per_s, rows[i].bandwidth, 1e6, "%s", rows[i].device);
        }
    }
}

Test(specifications, a_users_file_adds_and_replaces)
{
    struct specifications all;
    write_file("\xef\xbb\xbfsource,note,bandwidth_bytes_per_s,name,name_pattern\r\n",
               "my sheet,x,1e11,Mine,*My Card\r\nmeasured,x,5e11,Corrected,*geforce rtx 4070\r\nguess,,,Any,*\r\n");
    cr_assert_eq(specifications_load(path, &all), STATUS_OK, "%s", status_text());
    cr_expect_eq(all.count, own.count + 3);
    cr_expect_str_eq(specification_find(&all, "My Card")->name, "Mine");
    cr_expect_str_eq(specification_find(&all, "NVIDIA GeForce RTX 4070")->name, "Corrected");
    cr_expect_str_eq(specification_find(&all, "NVIDIA GeForce RTX 4070 Laptop GPU")->name,
                     "GeForce RTX 4070 Laptop GPU");
    cr_expect(isnan(specification_find(&all, "My Card")->power_limit_w));
    cr_expect_null(specification_find(&all, "nothing of that name")); /* a pattern of * alone says nothing */
    specifications_free(&all);
}

/* Each is damaged in one way; the text says where and how. */
Test(specifications, damaged_files_are_one_clear_line)
{
    static const struct {
        const char *first, *rest, *words;
    } rows[] = {
        {"", "", "empty"},
        {"name_pattern,name,source\n", "*a,b,c\n", ":1: the header has no column bandwidth_bytes_per_s"},
        {"name_pattern,name,name,bandwidth_bytes_per_s,source\n", "", ":1: column name is there twice"},
        {header, "*a,b,1e9\n", ":2: 3 fields, but the header has 4"},
        {header, "*a,b,1e9,c,d\n", ":2: 5 fields"},
        {header, "*a,b,1e9,c\n*a,b,fast,c\n", ":3: bandwidth_bytes_per_s: \"fast\" is no positive number"},
        {header, "*a,b,-1,c\n", "no positive number"},
        {header, "*a,b,nan,c\n", "no positive number"},
        {header, "*a,b,1e999,c\n", "no positive number"},
        {header, ",b,1e9,c\n", ":2: name_pattern is empty"},
        {header, "*a,b,1e9,\n", ":2: source is empty"},
        {header, "*a,\"b,1e9,c\n", "quotation mark"},
        {header,
         "*0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789,b,1,"
         "c\n",
         "longer than 95"},
    };
    struct specifications all;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_file(rows[i].first, rows[i].rest);
        cr_expect_eq(specifications_load(path, &all), STATUS_INPUT, "%zu", i);
        cr_expect_not_null(strstr(status_text(), rows[i].words), "%zu: %s", i, status_text());
        cr_expect_not_null(strstr(status_text(), path), "%s", status_text());
        cr_expect_null(strchr(status_text(), '\n'));
        cr_expect_eq(all.count, 0);
    }
    cr_expect_eq(specifications_load("/nowhere/at all.csv", &all), STATUS_INPUT);
    cr_expect_not_null(strstr(status_text(), "/nowhere/at all.csv"));
}
