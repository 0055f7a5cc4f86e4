/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "images/tiff_layout.h"

static void expect_layout(const char *description, int64_t samples, const struct tiff_layout wanted)
{
    struct tiff_layout found;
    cr_assert(tiff_layout_parse(description, samples, &found), "%s", description);
    cr_expect_eq(found.order, wanted.order, "%s", description);
    cr_expect_eq(found.channels, wanted.channels, "%s", description);
    cr_expect_eq(found.slices, wanted.slices, "%s", description);
    cr_expect_eq(found.frames, wanted.frames, "%s", description);
    cr_expect_eq(found.channel_step, wanted.channel_step, "%s", description);
    cr_expect_eq(found.slice_step, wanted.slice_step, "%s", description);
    cr_expect_eq(found.frame_step, wanted.frame_step, "%s", description);
}

static void expect_nothing(const char *description)
{
    struct tiff_layout found;
    cr_expect_not(tiff_layout_parse(description, 1, &found), "%s", description ? description : "NULL");
}

Test(tiff_layout, imagej)
{
    expect_layout("ImageJ=1.53t\nimages=24\nchannels=3\nslices=4\nframes=2\nhyperstack=true\n", 1,
                  (struct tiff_layout){TIFF_ORDER_IMAGEJ, 3, 4, 2, 1, 3, 12});
    expect_layout("ImageJ=1.53t\nimages=7\nslices=7\nloop=false\n", 1,
                  (struct tiff_layout){TIFF_ORDER_IMAGEJ, 1, 7, 1, 1, 1, 7});
    expect_layout("ImageJ=1.53t\nimages=7\n", 1, (struct tiff_layout){TIFF_ORDER_IMAGEJ, 1, 7, 1, 1, 1, 7});
    expect_layout("ImageJ=1.53t\nmin=0.0\nmax=255.0\n", 1, (struct tiff_layout){TIFF_ORDER_IMAGEJ, 1, 1, 1, 1, 1, 1});
}

Test(tiff_layout, imagej_sizes_that_disagree_leave_slices)
{
    expect_layout("ImageJ=1.53t\nimages=7\nchannels=3\nslices=4\n", 1,
                  (struct tiff_layout){TIFF_ORDER_IMAGEJ, 1, 7, 1, 1, 1, 7});
}

#define OME(attributes)                                                                                                \
    "<?xml version=\"1.0\"?><OME xmlns=\"x\"><Image><Pixels " attributes "><Channel/></Pixels></Image></OME>"

Test(tiff_layout, ome_orders)
{
    expect_layout(OME("DimensionOrder='XYCZT' SizeC='3' SizeZ='4' SizeT='2'"), 1,
                  (struct tiff_layout){TIFF_ORDER_OME, 3, 4, 2, 1, 3, 12});
    expect_layout(OME("SizeT=\"2\" SizeZ=\"4\"\n SizeC=\"3\" DimensionOrder=\"XYZTC\""), 1,
                  (struct tiff_layout){TIFF_ORDER_OME, 3, 4, 2, 8, 1, 4});
    expect_layout("<ome:OME><ome:Pixels DimensionOrder='XYTCZ' SizeC='3' SizeZ='4' SizeT='2'></ome:Pixels></ome:OME>",
                  1, (struct tiff_layout){TIFF_ORDER_OME, 3, 4, 2, 2, 6, 1});
}

Test(tiff_layout, ome_counts_samples_as_channels)
{
    expect_layout(OME("DimensionOrder='XYCZT' SizeC='6' SizeZ='4' SizeT='1'"), 3,
                  (struct tiff_layout){TIFF_ORDER_OME, 2, 4, 1, 1, 2, 8});
}

Test(tiff_layout, what_cannot_be_followed)
{
    expect_nothing(NULL);
    expect_nothing("");
    expect_nothing("{\"shape\": [3, 5]}");
    expect_nothing("ImageJ=1.53t\nimages=0\n");
    expect_nothing("ImageJ=1.53t\nimages=99999999999999999999\n");
    expect_nothing("<OME>");
    expect_nothing("<OME><Pixels SizeC='3'");
    expect_nothing(OME("DimensionOrder='XYCZT' SizeC='3' SizeZ='4'"));
    expect_nothing(OME("DimensionOrder='XYCCT' SizeC='3' SizeZ='4' SizeT='2'"));
    expect_nothing(OME("DimensionOrder='XY' SizeC='3' SizeZ='4' SizeT='2'"));
    expect_nothing(OME("DimensionOrder='XYCZT' SizeC='-3' SizeZ='4' SizeT='2'"));
    expect_nothing(OME("DimensionOrder='XYCZT' SizeC='3' SizeZ='4' MySizeT='2'"));
}

Test(tiff_layout, slices)
{
    struct tiff_layout layout = tiff_layout_slices(9);
    cr_expect_eq(layout.slices, 9);
    cr_expect_eq(layout.slice_step, 1);
    cr_expect_eq(tiff_layout_planes(&layout), 9);
    cr_expect_str_eq(tiff_order_name(layout.order), "pages");
}
