/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The contract of an operation. ops/<name>.c is compiled once per intensity pixel type and CPU level; it exports one
 * descriptor, named with OP(), and everything else in it is static. The harness, the checker, the command line, the tiles
 * and the reports know operations only through this struct.
 *
 * Preparing is apart from running. Before the clock starts the caller allocates input, output and scratch memory, and for
 * a device a plan of launches. ref and omp then only compute; a plan only enqueues.
 */
#ifndef OPS_OP_H
#define OPS_OP_H

#include "hardware/plan.h"
#include "images/device_image.h"
#include "images/image.h"
#include "images/region.h"

enum { OP_PARAMS_MAX = 8, OP_INPUTS_MAX = 2 };

enum op_param_kind { OP_REAL, OP_INTEGER, OP_CHOICE };

struct op_param {
    const char *name; /* NULL ends the table */
    const char *help;
    const char *unit; /* "px", "intensity", "degrees", "" */
    enum op_param_kind kind;
    double low, high; /* both allowed */
    double preset;
    const char *follows; /* not NULL: when not given, takes the value of the parameter of this name */
    const char *choices; /* OP_CHOICE: "otsu,isodata"; the value is the position in this list */
    const char *tested;  /* values that the checker walks beside the preset, "0,0.7,5"; choices are all walked */
};

struct op_args {
    double value[OP_PARAMS_MAX]; /* in the order of the parameter table */
};

enum op_result { RESULT_AS_INPUT, RESULT_BINARY, RESULT_LABELS, RESULT_FLOAT32 };

enum op_dimensions { OP_2D_AND_3D, OP_3D_ONLY };

/* Which pixels around a tile the result depends on. */
enum op_margin {
    MARGIN_PIXELS,    /* margin_px() pixels per axis; without that function 0 */
    MARGIN_GLOBAL,    /* the whole image (a minimum, a histogram) */
    MARGIN_GEOMETRIC, /* pixels move: flip, rotate */
    MARGIN_COLUMN,    /* all z of a pixel */
};

/* The launch that is made when there is no ocl function. The kernel has the operation's name; its arguments are the input
 * buffers, the output buffer, then as below, then the parameters as float (OP_REAL) or int (OP_INTEGER, OP_CHOICE). */
enum op_launch {
    LAUNCH_FLAT,   /* long vectors: one work-item per VEC pixels of the padded images, which share shape and stride */
    LAUNCH_PIXELS, /* struct shape in, struct shape out: work-items over x, y, z of the output */
};

/* What an operation reads its input from in device memory. */
enum op_variant {
    VARIANT_BUFFER,
    VARIANT_IMAGE, /* an OpenCL image; copying the input to it is part of every call and of its time */
    VARIANT_COUNT
};

/* The smallest and largest of the input's pixels that a pixel of the result lies between. */
struct op_range {
    double low, high;
};

/* A tile of an operation that moves pixels (MARGIN_GEOMETRIC): in[0] and out hold only these regions of images of those
 * shapes. The pixels are those of the whole result. */
struct op_part {
    struct shape whole_in, whole_out;
    struct region in, out; /* `in` contains source_region() of `out` */
};

/* One call on the CPU. */
struct op_call {
    const struct op_args *args;
    const struct image *in[OP_INPUTS_MAX];
    struct image *out;
    const struct op_part *part; /* NULL: whole images, or an operation to which the place of a tile means nothing */
    int threads;                /* for omp */
    void *scratch; /* scratch_bytes() bytes, 64-byte aligned; omp only */
};

/* One call on a device. */
struct op_device_call {
    const struct op_args *args;
    const struct device_image *in[OP_INPUTS_MAX];
    const struct device_image *out;
    const struct op_part *part; /* as in op_call */
    int vector_px; /* VEC of the kernels; filled by op_plan() */
};

struct op {
    const char *name;
    const char *summary; /* one line: what comes out */
    bool full_only;      /* a quick suite measures it only if it is asked for by name */
    struct op_param params[OP_PARAMS_MAX + 1];
    int inputs; /* 1 or 2 images of one shape and type */
    enum op_result result;
    enum op_dimensions dimensions;
    enum op_margin margin;
    const char *margin_rule;                                     /* as text: "r", "int(4*sigma+0.5)" */
    int64_t (*margin_px)(const struct op_args *args, int axis);  /* axis 0, 1, 2 = x, y, z */
    struct shape (*result_shape)(const struct op_args *args, struct shape in); /* NULL: as input */
    /* The input pixels that a region of the result needs, for MARGIN_GEOMETRIC and MARGIN_COLUMN, never empty. */
    struct region (*source_region)(const struct op_args *args, struct shape in, const struct region *out);
    enum status (*accepts)(const struct op_args *args, struct shape in); /* STATUS_UNSUPPORTED with text, or OK; NULL: all */

    /* What the algorithm must at least do, for the distance to the machine's limits. */
    double reads;                                                            /* times each input is read; 0 means 1 */
    double (*flops_per_px)(const struct op_args *args, struct shape in);     /* per input pixel; NULL: 0 */

    /* Largest relative difference allowed between implementations; 0, the rule, is equal bits. */
    double tolerance;
    const char *tolerance_reason;

    /* For variants that interpolate in hardware: a pixel of the result may be off by this share of its local contrast,
     * the range of the pixels that it lies between, for each axis of more than one pixel. local_range() gives that
     * range; NULL: the tolerance above holds. */
    double contrast_tolerance;
    struct op_range (*local_range)(const struct op_call *call, int64_t x, int64_t y, int64_t z);

    enum op_variant variant;
    const struct op *image; /* the same as VARIANT_IMAGE, differs in ocl and tolerance; NULL: none */

    enum status (*ref)(const struct op_call *call); /* one thread, plain; may allocate */
    enum status (*omp)(const struct op_call *call);
    size_t (*scratch_bytes)(const struct op_args *args, struct shape in, int threads); /* NULL: none */
    enum op_launch launch;
    enum status (*ocl)(struct plan *plan, const struct op_device_call *call); /* NULL: the one launch above */

    /* Filled by OP_COMMON. */
    enum pixel_type type;      /* of the inputs, for which this descriptor was compiled */
    const char *kernel_source; /* pixel.clh and <name>.cl */
};

/* The type of the result for inputs of op->type. */
enum pixel_type op_result_type(const struct op *op);

/* The shape of the result. */
struct shape op_result_shape(const struct op *op, const struct op_args *args, struct shape in);

/* STATUS_UNSUPPORTED if the operation does not take images of that shape, or not with these parameters. */
enum status op_accepts(const struct op *op, const struct op_args *args, struct shape in);

/* Bytes that must move at least: inputs times reads, output once, without padding. */
double op_bytes(const struct op *op, const struct op_args *args, struct shape in);

/* What of them is read. */
double op_bytes_read(const struct op *op, struct shape in);

/* All input and result images once each: the working set. */
double op_bytes_images(const struct op *op, const struct op_args *args, struct shape in);

double op_flops(const struct op *op, const struct op_args *args, struct shape in);

/* Makes the plan of one call on a device: everything compiled, allocated, uploaded. */
enum status op_plan(const struct op *op, struct opencl *opencl, const struct op_device_call *call, struct plan **plan);

/* Appends the launches of an operation to the plan of another one. */
enum status op_append(struct plan *plan, const struct op *op, const struct op_device_call *call);

/* "buffer", "image". */
const char *op_variant_name(enum op_variant variant);

/* The variant of that name, or VARIANT_COUNT. */
enum op_variant op_variant_find(const char *name);

/* The descriptor of an operation's variant, or NULL. */
const struct op *op_with_variant(const struct op *op, enum op_variant variant);

/* Position of a parameter in the table, or -1. */
int op_param_index(const struct op *op, const char *name);

#endif
