/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/csv.h"
#include "reports/row_fields.h"

#define REQUIRED                                                                                                       \
    "operation,parameters,dimensions,width,height,depth,type,content,backend,device,threads,residency,cache,samples,"  \
    "median_ns,ci_low_ns,ci_high_ns,min_ns,push_ns,compute_ns,pull_ns,device_ns,bytes_min,flops,speedup,speedup_low,"  \
    "speedup_high,verdict,status,flags"
#define HEADER                                                                                                         \
    REQUIRED ",device_type,reason,build_ns,prepare_ns,first_call_ns,bytes_pushed,bytes_pulled,bytes_device,launches,"    \
             "run,variant,bytes_read,bytes_images,achieved_bps,limit_percent,bound,energy_j,tile_width,tile_height,tile_depth,margin_px,"    \
             "work_factor,error_max,error_p99,wrong_px,seam_error_max\n"
#define LINE "flip,axes=x,2,64,32,1,u8,noise,openmp,CPU,4,resident,hot,15,1.5,,,,,,,,,,,,,,ok,"

static char path[64];

static void make_path(void)
{
    strcpy(path, "/tmp/breakeven_csv_XXXXXX");
    close(mkstemp(path));
}

static void remove_path(void)
{
    unlink(path);
}

TestSuite(csv, .init = make_path, .fini = remove_path);

static void write_bytes(const char *text, size_t bytes)
{
    FILE *file = fopen(path, "w");
    fwrite(text, 1, bytes, file);
    fclose(file);
}

static void write_file(const char *text)
{
    write_bytes(text, strlen(text));
}

/* What csv_write_cases() writes; to be freed. */
static char *export(const struct case_row *rows, int count)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_eq(csv_write_cases(out, rows, count), STATUS_OK, "%s", status_text());
    fclose(out);
    return text;
}

static struct case_row *import(int expected)
{
    struct case_row *rows;
    int count;
    cr_assert_eq(csv_read_cases(path, &rows, &count), STATUS_OK, "%s", status_text());
    cr_assert_eq(count, expected, "%d rows", count);
    return rows;
}

static struct case_row unknown_row(void)
{
    struct case_row row;
    row_clear(&row, case_fields, CASE_FIELDS);
    row.id = -1;
    return row;
}

static struct case_row known_row(void)
{
    struct case_row row = {
        .run = 3, .operation = "flip", .parameters = "axes=x", .dimensions = 2, .width = 512, .height = 256, .depth = 1,
        .type = "u16", .content = "noise", .backend = "opencl", .device = "NVIDIA H100 PCIe", .device_type = "gpu",
        .threads = -1, .residency = "end_to_end", .cache = "cold", .samples = 15, .median_ns = 1234567.5,
        .ci_low_ns = 1.2e6, .ci_high_ns = 1.25e6, .min_ns = 1e6, .push_ns = 0.1, .compute_ns = 1 / 3.0, .pull_ns = NAN,
        .device_ns = 0, .bytes_min = 524288, .flops = 1e21, .speedup = 3.1, .speedup_low = 2.9, .speedup_high = 3.4,
        .verdict = "GPU", .status = "ok", .flags = "noisy drift", .reason = "", .build_ns = 5e8, .prepare_ns = 2e6,
        .first_call_ns = 3e6, .bytes_pushed = 262144, .bytes_pulled = 262144, .bytes_device = 5000000000, .launches = 1,
        .variant = "image", .bytes_read = 262144, .bytes_images = 524288, .achieved_bps = 1e12, .limit_percent = 97.5, .bound = "memory",
        .energy_j = NAN, .tile_width = 64, .tile_height = 32, .tile_depth = 1, .margin_px = 10, .work_factor = 2.5,
        .error_max = INFINITY, .error_p99 = 0.5, .wrong_px = 5000000001, .seam_error_max = NAN};
    return row;
}

Test(csv, table_of_fields_is_complete)
{
    size_t bytes = 0;
    for (int i = 0; i < CASE_FIELDS; i++) {
        cr_assert(case_fields[i].name, "field %d is missing", i);
        bytes += case_fields[i].bytes;
    }
    for (int i = 0; i < SAMPLE_FIELDS; i++)
        cr_assert(sample_fields[i].name, "field %d is missing", i);
    /* All but the id and what aligns. */
    cr_expect_geq(bytes + sizeof(int64_t) + 16, sizeof(struct case_row));
    cr_expect_eq(row_field_find(case_fields, CASE_FIELDS, "flags") - case_fields, CASE_REQUIRED_FIELDS - 1);
    cr_expect_eq(row_field_find(case_fields, CASE_FIELDS, "cache") - case_fields, CASE_IDENTITY_FIELDS - 1);
    cr_expect_null(row_field_find(case_fields, CASE_FIELDS, "id"));
}

Test(csv, a_known_and_an_unknown_row)
{
    struct case_row rows[2] = {known_row(), unknown_row()};
    char *text = export(rows, 2);
    cr_expect_str_eq(text, HEADER
                     "flip,axes=x,2,512,256,1,u16,noise,opencl,NVIDIA H100 PCIe,,end_to_end,cold,15,1234567.5,"
                     "1200000,1250000,1000000,0.1,0.3333333333333333,,0,524288,1e+21,3.1,2.9,3.4,GPU,ok,noisy drift,gpu,,"
                     "500000000,2000000,3000000,262144,262144,5000000000,1,3,image,262144,524288,1000000000000,97.5,memory,,64,32,1,"
                     "10,2.5,inf,0.5,5000000001,\n"
                     ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n");
    free(text);
}

Test(csv, no_rows_are_a_header)
{
    char *text = export(NULL, 0);
    cr_expect_str_eq(text, HEADER);
    write_file(text);
    cr_expect_null(import(0));
    free(text);
}

/* Import and export give the same bytes, and the rows between them are those that were written. */
Test(csv, round_trip)
{
    struct case_row rows[8] = {known_row(), unknown_row()};
    for (int i = 2; i < 8; i++)
        rows[i] = known_row();
    rows[2].median_ns = INFINITY;
    rows[2].min_ns = 4.9406564584124654e-324;
    rows[2].speedup = -0.0;
    rows[2].bytes_device = INT64_MAX;
    rows[2].flops = 1.7976931348623157e308;
    strcpy(rows[3].device, "a \"quoted\", name; two\r\nlines ");
    strcpy(rows[3].reason, "\"");
    strcpy(rows[4].content, " cells µ.tif");
    strcpy(rows[4].device, "=1+1");
    strcpy(rows[5].device, "'=1+1");
    strcpy(rows[5].content, "'quoted'");
    strcpy(rows[6].device, "-5");
    strcpy(rows[6].content, "\t");
    memset(rows[7].device, '@', ROW_TEXT - 1);
    rows[7].device[ROW_TEXT - 1] = 0;
    char *first = export(rows, 8);
    write_file(first);
    struct case_row *found = import(8);
    for (int i = 0; i < 8; i++)
        for (int f = 0; f < CASE_FIELDS; f++) {
            const char *a = (char *)&rows[i] + case_fields[f].offset, *b = (char *)&found[i] + case_fields[f].offset;
            if (case_fields[f].kind == FIELD_TEXT)
                cr_expect_str_eq(a, b, "row %d, %s", i, case_fields[f].name);
            else if (case_fields[f].kind == FIELD_REAL)
                cr_expect(*(double *)a == *(double *)b || (isnan(*(double *)a) && isnan(*(double *)b)), "row %d, %s", i,
                          case_fields[f].name);
            else
                cr_expect_eq(memcmp(a, b, case_fields[f].bytes), 0, "row %d, %s", i, case_fields[f].name);
        }
    char *second = export(found, 8);
    cr_expect_str_eq(first, second);
    free(first);
    free(second);
    free(found);
}

/* What a spreadsheet would run must not stand at the start of a field, quoted or not. */
Test(csv, formulas_are_disarmed)
{
    static const char *const texts[][2] = {
        {"=cmd|' /C calc'!A0", ",'=cmd|' /C calc'!A0,"}, {"+1", ",'+1,"},      {"-1", ",'-1,"},
        {"@SUM(A1,A2)", ",\"'@SUM(A1,A2)\","},           {"\t=1", ",\"'\t=1\","}, {"\r=1", ",\"'\r=1\","},
        {"'=1", ",''=1,"},                               {"a;=1", ",\"a;=1\","},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct case_row row = known_row();
        strcpy(row.device, texts[i][0]);
        char *text = export(&row, 1);
        cr_expect(strstr(text, texts[i][1]), "%s in %s", texts[i][1], text);
        free(text);
    }
}

Test(csv, samples_name_their_case)
{
    struct case_row row = known_row();
    struct sample_row samples[2] = {
        {7, 0, 10, 100.5, 20, 60, 20.5, 0, 1, 2, 62, 1},
        {7, 1, 10, 101, NAN, 61, NAN, NAN, NAN, NAN, NAN, -1},
    };
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    cr_expect_eq(csv_write_samples_header(out), STATUS_OK);
    cr_expect_eq(csv_write_samples(out, &row, samples, 2), STATUS_OK);
    fclose(out);
    cr_expect_str_eq(text,
        "run,operation,parameters,dimensions,width,height,depth,type,content,backend,device,threads,residency,cache,"
        "sequence,repeats,total_ns,push_ns,compute_ns,pull_ns,queued_ns,submit_ns,start_ns,end_ns,events_ok,"
        "tile_width,tile_height,tile_depth,margin_px\n"
        "3,flip,axes=x,2,512,256,1,u16,noise,opencl,NVIDIA H100 PCIe,,end_to_end,cold,0,10,100.5,20,60,20.5,0,1,2,62,1,64,32,1,10\n"
        "3,flip,axes=x,2,512,256,1,u16,noise,opencl,NVIDIA H100 PCIe,,end_to_end,cold,1,10,101,,61,,,,,,,64,32,1,10\n");
    free(text);
}

Test(csv, columns_in_any_order_with_others_among_them)
{
    write_file("note,flags,status,verdict,speedup_high,speedup_low,speedup,flops,bytes_min,device_ns,pull_ns,"
               "compute_ns,push_ns,min_ns,ci_high_ns,ci_low_ns,median_ns,samples,cache,residency,threads,device,"
               "backend,content,type,depth,height,width,dimensions,parameters,operation,flips\n"
               "my note,noisy,ok,,,,,,,,,,,,,,1.5,15,hot,resident,4,CPU,openmp,noise,u8,1,32,64,2,axes=x,flip,7\n");
    struct case_row *row = import(1);
    cr_expect_str_eq(row->operation, "flip");
    cr_expect_str_eq(row->flags, "noisy");
    cr_expect_eq(row->width, 64);
    cr_expect_eq(row->median_ns, 1.5);
    cr_expect(isnan(row->speedup));
    cr_expect_eq(row->run, -1);
    cr_expect_eq(row->launches, -1);
    free(row);
}

Test(csv, what_spreadsheets_save_is_read)
{
    write_file("\xef\xbb\xbf" REQUIRED "\r\n\"flip\", axes=x ,2,64,32,1,u8,noise,openmp,\"CPU\",\"4\",resident,hot,15,"
               "1.50,,,,,,,,,,,,,,ok,\r\n\r\n"
               LINE);
    struct case_row *rows = import(2);
    cr_expect_str_eq(rows[0].operation, "flip");
    cr_expect_str_eq(rows[0].parameters, "axes=x");
    cr_expect_eq(rows[0].threads, 4);
    cr_expect_eq(rows[0].median_ns, 1.5);
    cr_expect_str_eq(rows[1].status, "ok", "the last line has no line end");
    free(rows);
}

static void expect_refused(const char *text, const char *expected)
{
    struct case_row *rows;
    int count;
    write_file(text);
    cr_expect_eq(csv_read_cases(path, &rows, &count), STATUS_INPUT, "%s was read", text);
    cr_expect_null(rows);
    cr_expect_eq(strncmp(status_text(), path, strlen(path)), 0, "%s", status_text());
    cr_expect(strstr(status_text(), expected), "%s, not %s", status_text(), expected);
}

Test(csv, errors_name_line_and_column)
{
    expect_refused("", ": the file is empty");
    expect_refused("operation;parameters\nflip;axes=x\n", ":1: there is no column operation");
    expect_refused("operation,parameters\n", ":1: there is no column dimensions");
    expect_refused(REQUIRED ",run,run\n", ":1: column run is there twice");
    expect_refused(REQUIRED "\n" LINE ",\n", ":2: 31 fields, but the header has 30");
    expect_refused(REQUIRED "\n" LINE "\n\nflip\n", ":4: 1 fields, but the header has 30");
    expect_refused(REQUIRED ",launches\n" LINE ",1.5\n", ":2: launches: \"1.5\" is not a whole number of 0 or more");
    expect_refused(REQUIRED ",launches\n" LINE ",-1\n", ":2: launches: \"-1\" is not a whole number");
    expect_refused(REQUIRED ",launches\n" LINE ",2147483648\n", ":2: launches: \"2147483648\" is not");
    expect_refused(REQUIRED ",run\n" LINE ",9223372036854775808\n", ":2: run: \"9223372036854775808\" is not");
    expect_refused(REQUIRED ",build_ns\n" LINE ",12 ms\n", ":2: build_ns: \"12 ms\" is not a number");
    expect_refused(REQUIRED ",build_ns\n" LINE ",0x10\n", ":2: build_ns: \"0x10\" is not a number");
    expect_refused(REQUIRED ",build_ns\n" LINE ",-5\n", ":2: build_ns: \"-5\" is below 0");
    expect_refused(REQUIRED ",build_ns\n" LINE ",-inf\n", ":2: build_ns: \"-inf\" is not a number");
    expect_refused(REQUIRED ",build_ns\n" LINE ",nan\n", ":2: build_ns: \"nan\" is not a number");
    expect_refused(REQUIRED ",build_ns\n" LINE ",1e999\n", ":2: build_ns: \"1e999\" is not a number");
    expect_refused(REQUIRED ",build_ns\n" LINE ",\"1,5\"\n", ":2: build_ns: \"1,5\" is not a number");
    expect_refused(REQUIRED ",build_ns\n" LINE ",\x1b[2J\n", ":2: build_ns: \"?[2J\" is not a number");
    expect_refused(REQUIRED "\n" LINE "\"\n", ":2: a quotation mark is missing");
    expect_refused(REQUIRED "\n" LINE "\nfl\"ip" LINE "\n", ":3: a quotation mark is missing");
    expect_refused(REQUIRED "\n" LINE "\n\"fl\nip\n", ":3: a quotation mark is missing");
    expect_refused(REQUIRED ",reason,run\n" LINE ",\"two\nlines\",1\n" LINE ",,x\n", ":4: run: \"x\" is not");
    expect_refused(REQUIRED ",reason,run\n" LINE ",\"two\nlines\",x\n", ":2: run: \"x\" is not");
}

Test(csv, texts_must_fit_and_be_text)
{
    char text[2048];
    int used = snprintf(text, sizeof text, REQUIRED ",device_type\n" LINE ",");
    memset(text + used, 'x', 64);
    strcpy(text + used + 64, "\n");
    expect_refused(text, ":2: device_type: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" is too long");

    struct case_row *rows;
    int count;
    memcpy(text + used, "g\0pu\n", 5);
    write_bytes(text, (size_t)used + 5);
    cr_expect_eq(csv_read_cases(path, &rows, &count), STATUS_INPUT);
    cr_expect(strstr(status_text(), ":2: device_type: \"g\" holds a zero byte"), "%s", status_text());
}

Test(csv, too_many_columns_are_refused)
{
    char *text = malloc(8192);
    strcpy(text, REQUIRED);
    for (int i = 0; i < 300; i++)
        strcat(text, ",x");
    strcat(text, "\n");
    expect_refused(text, ":1: more than 256 columns");
    free(text);
}

Test(csv, files_that_cannot_be_read_or_written)
{
    struct case_row *rows, row = known_row();
    int count;
    cr_expect_eq(csv_read_cases("/nowhere/cases.csv", &rows, &count), STATUS_INPUT);
    cr_expect_str_eq(status_text(), "/nowhere/cases.csv: No such file or directory");
    cr_expect_eq(csv_read_cases("/tmp", &rows, &count), STATUS_INPUT);
    cr_expect_str_eq(status_text(), "/tmp: Is a directory");
    FILE *full = fopen("/dev/full", "w");
    cr_expect_eq(csv_write_cases(full, &row, 1), STATUS_IO);
    cr_expect_str_eq(status_text(), "writing CSV: No space left on device");
    fclose(full);
}

Test(csv, locale_does_not_matter)
{
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8"))
        cr_skip_test("no locale with a decimal comma is installed");
    struct case_row row = known_row();
    char *text = export(&row, 1);
    cr_expect(strstr(text, ",1234567.5,"), "%s", text);
    write_file(text);
    struct case_row *found = import(1);
    cr_expect_eq(found->median_ns, 1234567.5);
    cr_expect_str_eq(localeconv()->decimal_point, ",", "the caller's locale was lost");
    free(found);
    free(text);
}
