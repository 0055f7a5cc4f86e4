/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Contexts, queues, buffers, programs and kernels of the fake driver. Buffers are host memory; every kernel has every
 * name.
 */
#include <stdlib.h>
#include <string.h>

#include "fake.h"

enum { BUFFERS_MOST = 4096 };

/* Those that live: an argument of eight bytes is a buffer if it is among them. */
static cl_mem buffers[BUFFERS_MOST];

int fake_is_buffer(const void *memory)
{
    for (size_t i = 0; memory && i < BUFFERS_MOST; i++)
        if (buffers[i] == memory)
            return 1;
    return 0;
}

static void tell(cl_int *code, cl_int value)
{
    if (code)
        *code = value;
}

/* A zeroed object; NULL with *code for a fault of this call. */
static void *make(size_t bytes, json_t *faults, const char *call, cl_int *code)
{
    const cl_int fault = fake_fault(faults, call);
    tell(code, fault);
    return fault ? NULL : calloc(1, bytes);
}

cl_context CL_API_CALL fake_CreateContext(const cl_context_properties *properties, cl_uint count,
                                          const cl_device_id *devices,
                                          void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *),
                                          void *data, cl_int *code)
{
    (void)properties, (void)count, (void)notify, (void)data;
    cl_context context = make(sizeof *context, devices[0]->faults, "clCreateContext", code);
    if (context)
        *context = (struct _cl_context){&fake_dispatch, 1, devices[0]};
    return context;
}

cl_command_queue CL_API_CALL fake_CreateCommandQueue(cl_context context, cl_device_id device,
                                                     cl_command_queue_properties properties, cl_int *code)
{
    (void)context, (void)properties;
    cl_command_queue queue = make(sizeof *queue, device->faults, "clCreateCommandQueue", code);
    if (queue)
        *queue = (struct _cl_command_queue){&fake_dispatch, 1, device};
    return queue;
}

static cl_mem make_buffer(cl_device_id device, size_t bytes, const void *host, const char *call, cl_int *code)
{
    json_t *limit = json_object_get(device->faults, "alloc_limit_bytes");
    cl_mem buffer = make(sizeof *buffer, device->faults, call, code);
    if (!buffer)
        return NULL;
    *buffer = (struct _cl_mem){&fake_dispatch, 1, device, bytes, NULL};
    if (bytes == 0 || (limit && bytes > (size_t)json_integer_value(limit)) || !(buffer->memory = calloc(1, bytes))) {
        tell(code, bytes ? CL_MEM_OBJECT_ALLOCATION_FAILURE : CL_INVALID_BUFFER_SIZE);
        free(buffer);
        return NULL;
    }
    if (host)
        memcpy(buffer->memory, host, bytes);
    for (size_t i = 0; i < BUFFERS_MOST; i++)
        if (!buffers[i]) {
            buffers[i] = buffer;
            break;
        }
    return buffer;
}

cl_mem CL_API_CALL fake_CreateBuffer(cl_context context, cl_mem_flags flags, size_t bytes, void *host, cl_int *code)
{
    return make_buffer(context->device, bytes, flags & (CL_MEM_COPY_HOST_PTR | CL_MEM_USE_HOST_PTR) ? host : NULL,
                       "clCreateBuffer", code);
}

cl_mem CL_API_CALL fake_CreateImage(cl_context context, cl_mem_flags flags, const cl_image_format *format,
                                    const cl_image_desc *description, void *host, cl_int *code)
{
    (void)flags, (void)format, (void)host;
    const size_t pixels = description->image_width * (description->image_height ? description->image_height : 1) *
                          (description->image_depth ? description->image_depth : 1);
    return make_buffer(context->device, pixels * sizeof(cl_float4), NULL, "clCreateImage", code);
}

cl_int CL_API_CALL fake_GetSupportedImageFormats(cl_context context, cl_mem_flags flags, cl_mem_object_type type,
                                                 cl_uint most, cl_image_format *formats, cl_uint *count)
{
    static const cl_image_format own[] = {{CL_R, CL_UNORM_INT8}, {CL_R, CL_UNORM_INT16}, {CL_R, CL_FLOAT}};
    (void)flags, (void)type;
    const cl_int fault = fake_fault(context->device->faults, "clGetSupportedImageFormats");
    for (cl_uint i = 0; !fault && formats && i < most && i < sizeof own / sizeof own[0]; i++)
        formats[i] = own[i];
    if (!fault && count)
        *count = sizeof own / sizeof own[0];
    return fault;
}

cl_int CL_API_CALL fake_GetMemObjectInfo(cl_mem buffer, cl_mem_info what, size_t size, void *to, size_t *used)
{
    const cl_int fault = fake_fault(buffer->device->faults, "clGetMemObjectInfo");
    if (fault || what != CL_MEM_SIZE)
        return fault ? fault : CL_INVALID_VALUE;
    return fake_give(&buffer->bytes, sizeof buffer->bytes, size, to, used);
}

cl_int CL_API_CALL fake_ReleaseMemObject(cl_mem buffer)
{
    if (--buffer->references > 0)
        return CL_SUCCESS;
    for (size_t i = 0; i < BUFFERS_MOST; i++)
        if (buffers[i] == buffer)
            buffers[i] = NULL;
    free(buffer->memory);
    free(buffer);
    return CL_SUCCESS;
}

cl_program CL_API_CALL fake_CreateProgramWithSource(cl_context context, cl_uint count, const char **sources,
                                                    const size_t *lengths, cl_int *code)
{
    (void)count, (void)sources, (void)lengths;
    cl_program program = make(sizeof *program, context->device->faults, "clCreateProgramWithSource", code);
    if (program)
        *program = (struct _cl_program){&fake_dispatch, 1, context->device};
    return program;
}

cl_program CL_API_CALL fake_CreateProgramWithBinary(cl_context context, cl_uint count, const cl_device_id *devices,
                                                    const size_t *lengths, const unsigned char **binaries,
                                                    cl_int *status, cl_int *code)
{
    (void)context, (void)count, (void)devices, (void)lengths, (void)binaries;
    tell(status, CL_INVALID_BINARY);
    tell(code, CL_INVALID_BINARY);
    return NULL;
}

cl_int CL_API_CALL fake_BuildProgram(cl_program program, cl_uint count, const cl_device_id *devices,
                                     const char *options, void(CL_CALLBACK *notify)(cl_program, void *), void *data)
{
    (void)count, (void)devices, (void)options, (void)notify, (void)data;
    return fake_fault(program->device->faults, "clBuildProgram");
}

cl_int CL_API_CALL fake_GetProgramInfo(cl_program program, cl_program_info what, size_t size, void *to, size_t *used)
{
    const size_t none = 0;
    (void)program;
    return what == CL_PROGRAM_BINARY_SIZES ? fake_give(&none, sizeof none, size, to, used) : CL_INVALID_VALUE;
}

cl_int CL_API_CALL fake_GetProgramBuildInfo(cl_program program, cl_device_id device, cl_program_build_info what,
                                            size_t size, void *to, size_t *used)
{
    const char *log = json_string_value(json_object_get(device->faults, "build_log"));
    const cl_int fault = fake_fault(device->faults, "clGetProgramBuildInfo");
    (void)program;
    if (fault || what != CL_PROGRAM_BUILD_LOG)
        return fault ? fault : CL_INVALID_VALUE;
    return fake_give(log ? log : "", log ? strlen(log) + 1 : 1, size, to, used);
}

cl_kernel CL_API_CALL fake_CreateKernel(cl_program program, const char *name, cl_int *code)
{
    (void)name;
    cl_kernel kernel = make(sizeof *kernel, program->device->faults, "clCreateKernel", code);
    if (kernel)
        *kernel = (struct _cl_kernel){.dispatch = &fake_dispatch, .references = 1, .device = program->device};
    return kernel;
}

cl_int CL_API_CALL fake_SetKernelArg(cl_kernel kernel, cl_uint index, size_t bytes, const void *value)
{
    void *handle = NULL;
    const cl_int fault = fake_fault(kernel->device->faults, "clSetKernelArg");
    if (fault)
        return fault;
    if (!value || bytes != sizeof handle)
        return CL_SUCCESS;
    memcpy(&handle, value, sizeof handle);
    if (!fake_is_buffer(handle))
        return CL_SUCCESS;
    for (int i = 0; i < kernel->buffer_count; i++)
        if (kernel->arguments[i] == index) {
            kernel->buffers[i] = handle;
            return CL_SUCCESS;
        }
    if (kernel->buffer_count < 2) {
        kernel->arguments[kernel->buffer_count] = index;
        kernel->buffers[kernel->buffer_count++] = handle;
    }
    return CL_SUCCESS;
}

cl_int CL_API_CALL fake_GetKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info what,
                                               size_t size, void *to, size_t *used)
{
    const cl_int fault = fake_fault(kernel->device->faults, "clGetKernelWorkGroupInfo");
    if (fault)
        return fault;
    if (what == CL_KERNEL_WORK_GROUP_SIZE)
        return fake_GetDeviceInfo(device, CL_DEVICE_MAX_WORK_GROUP_SIZE, size, to, used);
    const size_t multiple = 32;
    return what == CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE ? fake_give(&multiple, sizeof multiple, size, to, used)
                                                                : CL_INVALID_VALUE;
}

/* Retaining and releasing what holds nothing but itself. */
#define COUNTED(Name, type)                                                                                            \
    cl_int CL_API_CALL fake_Retain##Name(type object)                                                                  \
    {                                                                                                                  \
        object->references++;                                                                                          \
        return CL_SUCCESS;                                                                                             \
    }                                                                                                                  \
    cl_int CL_API_CALL fake_Release##Name(type object)                                                                 \
    {                                                                                                                  \
        if (--object->references == 0)                                                                                 \
            free(object);                                                                                              \
        return CL_SUCCESS;                                                                                             \
    }

COUNTED(Context, cl_context)
COUNTED(CommandQueue, cl_command_queue)
COUNTED(Program, cl_program)
COUNTED(Kernel, cl_kernel)
COUNTED(Event, cl_event)

cl_int CL_API_CALL fake_RetainMemObject(cl_mem buffer)
{
    buffer->references++;
    return CL_SUCCESS;
}
