/* SPDX-License-Identifier: BSD-3-Clause
 *
 * breakeven run: options to a run, then the table.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/runner.h"
#include "bench/store.h"
#include "bench/store_bound.h"
#include "reports/table.h"

enum { QUICK_BUDGET_S = 150, WATCHDOG_S = 60, SEED = 20261123 };

enum option_key {
    OPTION_OPS = 1000,
    OPTION_SIZES,
    OPTION_TYPES,
    OPTION_PARAMS,
    OPTION_CONTENTS,
    OPTION_VARIANT,
    OPTION_BACKENDS,
    OPTION_DEVICE,
    OPTION_QUICK,
    OPTION_SUITE,
    OPTION_IMAGE,
    OPTION_CHANNEL,
    OPTION_BUDGET,
    OPTION_SEED,
    OPTION_THREADS,
    OPTION_DB,
    OPTION_NAME,
    OPTION_RESUME,
    OPTION_LIST,
    OPTION_REFINE,
    OPTION_NO_REFINE,
    OPTION_WATCHDOG,
    OPTION_JSON,
    OPTION_PROGRESS,
};

static const struct argp_option rows[] = {
    {"quick", OPTION_QUICK, 0, 0, "the quick suite: few sizes, uint16, looser intervals, at most 3 minutes", 0},
    {"suite", OPTION_SUITE, "NAME", 0,
     "lecture: the 28 cases of the lecture's table, see compare --reference lecture (default: none)", 0},
    {"image", OPTION_IMAGE, "FILE.tif", 0, "measure on this image instead of noise; its own size is always a case", 0},
    {"channel", OPTION_CHANNEL, "N", 0, "channel of the image, from 0 (default 0)", 0},
    {"ops", OPTION_OPS, "LIST", 0, "operations, e.g. median,flip (default: all; see breakeven ops)", 0},
    {"sizes", OPTION_SIZES, "LIST", 0,
     "image sizes, e.g. 512x512,256x256x64 or squares 128:4096:x2 (default: 10 from 128x128 to 4096x4096 and "
     "512x512x64; 5 with --quick)",
     0},
    {"types", OPTION_TYPES, "LIST", 0,
     "pixel types (default uint8,uint16,float32; uint16 with --quick; that of --image)", 0},
    {"params", OPTION_PARAMS, "AXES", 0,
     "parameter axes, e.g. 'sigma=1,2,4 radius=1:10:3' (default: see breakeven ops; radius=1 with --quick)", 0},
    {"contents", OPTION_CONTENTS, "LIST", 0, "made images, e.g. noise,cells,binary (default noise)", 0},
    {"variant", OPTION_VARIANT, "LIST", 0, "on OpenCL devices: buffer,image (default buffer; see breakeven ops)", 0},
    {"backends", OPTION_BACKENDS, "LIST", 0, "openmp,opencl (default both)", 0},
    {"device", OPTION_DEVICE, "WHICH", 0, "OpenCL devices: index, all, gpu, cpu, or part of a name (default all)", 0},
    {"threads", OPTION_THREADS, "N", 0,
     "threads of the CPU side (default: the best of 1, half, all cores, all threads)", 0},
    {"budget", OPTION_BUDGET, "TIME", 0, "bound of the whole run, e.g. 90s or 10m (default: none; 150s with --quick)",
     0},
    {"seed", OPTION_SEED, "N", 0, "seed of the images and of the order of cases (default 20261123)", 0},
    {"refine", OPTION_REFINE, 0, 0,
     "look for break-even sizes between the given --sizes too (without --sizes the default)", 0},
    {"no-refine", OPTION_NO_REFINE, 0, 0, "keep to the sizes of the sweep", 0},
    {"db", OPTION_DB, "FILE", 0, "where results are kept (default breakeven.db)", 0},
    {"name", OPTION_NAME, "NAME", 0, "short name of this machine in comparisons (default: its host name)", 0},
    {"resume", OPTION_RESUME, 0, 0, "go on with the newest unfinished run of the store", 0},
    {"list", OPTION_LIST, 0, 0, "print the cases and the estimated time, measure nothing", 0},
    {"json", OPTION_JSON, 0, 0, "with --list: print as JSON", 0},
    {"progress", OPTION_PROGRESS, 0, 0, "say what is being measured even where standard error is no terminal", 0},
    {"watchdog", OPTION_WATCHDOG, "TIME", 0, "end a case without progress after this time (default 60s)", 0},
    {0},
};

struct request {
    struct run_options options;
    bool list, json, progress, sizes_given, refine_given;
};

static enum status number_option(const char *name, const char *text, int *value)
{
    long long number = 0;
    enum status status = command_integer(name, text, 0, &number);
    if (status == STATUS_OK && number > 100000)
        return status_fail(STATUS_USAGE, "%s %s is too large", name, text);
    *value = (int)number;
    return status;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct request *r = state->input;
    struct run_options *o = &r->options;
    enum status status = STATUS_OK;
    long long seed = 0;
    switch (key) {
    case OPTION_OPS:
        o->axes.ops = text;
        break;
    case OPTION_SIZES:
        o->axes.sizes = text;
        r->sizes_given = true;
        break;
    case OPTION_TYPES:
        o->axes.types = text;
        break;
    case OPTION_PARAMS:
        o->axes.params = text;
        break;
    case OPTION_CONTENTS:
        o->axes.contents = text;
        break;
    case OPTION_VARIANT:
        o->axes.variants = text;
        break;
    case OPTION_BACKENDS:
        o->backends = text;
        break;
    case OPTION_DEVICE:
        o->device = text;
        break;
    case OPTION_QUICK:
        o->axes.quick = true;
        break;
    case OPTION_SUITE:
        o->axes.suite = text;
        break;
    case OPTION_IMAGE:
        o->image_path = text;
        break;
    case OPTION_CHANNEL:
        status = number_option("--channel", text, &o->channel);
        break;
    case OPTION_BUDGET:
        status = command_seconds("--budget", text, &o->budget_s);
        break;
    case OPTION_SEED:
        status = command_integer("--seed", text, 0, &seed);
        o->axes.seed = (uint64_t)seed;
        break;
    case OPTION_THREADS:
        status = number_option("--threads", text, &o->threads);
        break;
    case OPTION_DB:
        o->database = text;
        break;
    case OPTION_NAME:
        o->name = text;
        break;
    case OPTION_RESUME:
        o->resume = true;
        break;
    case OPTION_LIST:
        r->list = true;
        break;
    case OPTION_JSON:
        r->json = true;
        break;
    case OPTION_PROGRESS:
        r->progress = true;
        break;
    case OPTION_REFINE:
    case OPTION_NO_REFINE:
        o->refine = key == OPTION_REFINE;
        r->refine_given = true;
        break;
    case OPTION_WATCHDOG:
        status = command_seconds("--watchdog", text, &o->watchdog_s);
        break;
    case ARGP_KEY_ARG:
        status = status_fail(STATUS_USAGE, "run: '%s' is no option; an image is given by --image FILE.tif", text);
        break;
    case ARGP_KEY_END:
        if (r->json && !r->list)
            status =
                status_fail(STATUS_USAGE, "run: --json goes with --list; results are exported by breakeven export");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return status == STATUS_OK ? 0 : ENOTSUP;
}

static enum status print_table(const char *database, int64_t run)
{
    enum status status;
    struct store *store = NULL;
    struct case_row *cases = NULL;
    int count = 0;
    TRY(store_open_read(database, &store));
    bool profiled = false;
    TRY(store_cases(store, run, &cases, &count));
    TRY(store_bound_cases(store, cases, count, &profiled));
    table_print(stdout, cases, count, &(struct table_options){0});
    if (!profiled)
        printf("\nHow near these times are to what this machine can do is not known: breakeven profile --db %s measures it.\n",
               database);
done:
    free(cases);
    store_close(store);
    return status;
}

static void print_account(const struct run_result *result, const struct run_options *options)
{
    const struct time_account *a = &result->account;
    double other = a->wall - a->warm_up - a->samples - a->flushes - a->reference - a->prepare - a->energy;
    printf("\nMeasured %d cases in %.0f s: warm-up %.0f s, samples %.0f s, cache flushes %.1f s, energy %.1f s;\n"
           "images and references %.1f s, building and verifying %.1f s, the rest %.1f s.\n",
           result->cases, a->wall, a->warm_up, a->samples, a->flushes, a->energy, a->reference, a->prepare,
           other);
    if (result->groups_kept)
        printf("%d groups of cases were in the store already.\n", result->groups_kept);
    if (result->groups_left)
        printf("The budget ended before %d of %d groups; breakeven run --resume --db %s goes on.\n", result->groups_left,
               result->groups, options->database);
    if (result->idle_busy > 0.05)
        printf("Note: while one side was measured the other used %.0f %% of a core.\n", 100 * result->idle_busy);
    printf("Results are kept in %s (run %lld); breakeven export --csv FILE writes them as a table.\n", options->database,
           (long long)result->run);
}

static const struct argp argp = {
    rows, parse_option, NULL, "Measures operations on the CPU and on OpenCL devices.", 0, 0, 0};

static int command(int argc, char **argv)
{
    int usage;
    struct request r = {.options = {.axes = {.seed = SEED},
                                    .backends = "openmp,opencl",
                                    .device = "all",
                                    .database = "breakeven.db",
                                    .watchdog_s = WATCHDOG_S,
                                    .notes = stderr}};
    struct run_result result;
    if (!command_parse(&command_run, argc, argv, &r, &usage))
        return usage;
    if (!r.refine_given)
        r.options.refine = !r.sizes_given && !r.options.axes.suite;
    if (r.options.axes.quick && r.options.budget_s == 0)
        r.options.budget_s = QUICK_BUDGET_S;
    if (r.list)
        return command_end(run_list(&r.options, r.json, stdout));
    r.options.progress = command_progress(r.progress);

    enum status status = run_suite(&r.options, &result);
    if (result.groups_measured + result.groups_kept > 0) {
        /* The run's own failure is what is reported; a table that cannot be read back is reported only if there is none. */
        char text[1024];
        snprintf(text, sizeof text, "%s", status_text());
        enum status shown = print_table(r.options.database, result.run);
        if (status == STATUS_OK)
            status = shown;
        else
            status_fail(status, "%s", text);
        print_account(&result, &r.options);
    }
    return command_end(status);
}

const struct command command_run = {
    .name = "run",
    .help = "measure operations on the CPU and OpenCL devices: what pays off?",
    .argp = &argp,
    .examples = {{"breakeven run --quick", "all operations of the lecture in at most 3 minutes"},
                 {"breakeven run --image cells.tif --ops median --params radius=1,2 --device gpu",
                  "one operation with two radii, on your own image and the GPU"}},
    .run = command,
};
