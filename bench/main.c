/* temporary driver: breakeven check [op] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench/check.h"
static bool sel(const char *name, const void *context) { return strcmp(name, context) == 0; }
int main(int argc, char **argv)
{
    struct device *devices; size_t count;
    devices_find(&devices, &count);
    struct opencl *opened[16] = {0};
    for (size_t i = 0; i < count; i++) if (opencl_open(&devices[i], &opened[i])) printf("%s\n", status_text());
    struct check_plan plan = {.types = {1,1,1}, .backends = {0,1,1}, .devices = opened, .device_count = count, .all_levels = getenv("LEVELS"), .quick = getenv("QUICK"), .seed = 1, .out = stdout};
    if (argc > 2) { plan.selects_op = sel; plan.context = argv[2]; }
    struct check_count c;
    enum status s = check_run(&plan, &c);
    if (s) printf("%s\n", status_text());
    printf("%lld compared, %lld wrong, %lld skipped\n", (long long)c.compared, (long long)c.wrong, (long long)c.skipped);
    for (size_t i = 0; i < count; i++) opencl_close(opened[i]);
    free(devices);
    return status_exit_code(s);
}
