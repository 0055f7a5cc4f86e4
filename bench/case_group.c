/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Names of groups and residencies.
 */
#include "bench/case_group.h"

#include <stdio.h>

const char *residency_name(enum residency residency)
{
    return residency == RESIDENCY_RESIDENT ? "resident" : "end_to_end";
}

const char *residency_cache_name(enum residency residency)
{
    return residency == RESIDENCY_RESIDENT ? "hot" : "cold";
}

const char *case_group_content(const struct case_group *group)
{
    return group->content == CONTENT_COUNT ? group->image_name : content_name(group->content);
}

char *case_group_key(const struct case_group *group, char *text, size_t bytes)
{
    bool buffer = group->variant == VARIANT_BUFFER;
    snprintf(text, bytes, "%s(%s) %s %lldx%lldx%lld %s%s%s", group->op, group->parameters, pixel_type_name(group->type),
             (long long)group->shape.width, (long long)group->shape.height, (long long)group->shape.depth,
             case_group_content(group), buffer ? "" : " on ", buffer ? "" : op_variant_name(group->variant));
    return text;
}
