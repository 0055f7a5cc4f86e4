/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the loader looks for: the list of platforms, and the table that leads from every object to its driver's calls. A
 * call that is not in the table ends the process, which is how a test notices that the fake driver lacks it.
 */
#include <string.h>

#include "fake.h"

const cl_icd_dispatch fake_dispatch = {
    .clGetDeviceInfo = fake_GetDeviceInfo,
    .clGetPlatformInfo = fake_GetPlatformInfo,
    .clGetDeviceIDs = fake_GetDeviceIDs,
    .clCreateContext = fake_CreateContext,
    .clCreateCommandQueue = fake_CreateCommandQueue,
    .clCreateBuffer = fake_CreateBuffer,
    .clCreateImage = fake_CreateImage,
    .clGetSupportedImageFormats = fake_GetSupportedImageFormats,
    .clGetMemObjectInfo = fake_GetMemObjectInfo,
    .clReleaseMemObject = fake_ReleaseMemObject,
    .clCreateProgramWithSource = fake_CreateProgramWithSource,
    .clCreateProgramWithBinary = fake_CreateProgramWithBinary,
    .clBuildProgram = fake_BuildProgram,
    .clGetProgramInfo = fake_GetProgramInfo,
    .clGetProgramBuildInfo = fake_GetProgramBuildInfo,
    .clCreateKernel = fake_CreateKernel,
    .clSetKernelArg = fake_SetKernelArg,
    .clGetKernelWorkGroupInfo = fake_GetKernelWorkGroupInfo,
    .clRetainMemObject = fake_RetainMemObject,
    .clEnqueueReadBuffer = fake_EnqueueReadBuffer,
    .clEnqueueWriteBuffer = fake_EnqueueWriteBuffer,
    .clEnqueueReadBufferRect = fake_EnqueueReadBufferRect,
    .clEnqueueWriteBufferRect = fake_EnqueueWriteBufferRect,
    .clEnqueueCopyBuffer = fake_EnqueueCopyBuffer,
    .clEnqueueCopyBufferToImage = fake_EnqueueCopyBufferToImage,
    .clEnqueueFillBuffer = fake_EnqueueFillBuffer,
    .clEnqueueMapBuffer = fake_EnqueueMapBuffer,
    .clEnqueueUnmapMemObject = fake_EnqueueUnmapMemObject,
    .clEnqueueNDRangeKernel = fake_EnqueueNDRangeKernel,
    .clFlush = fake_Flush,
    .clFinish = fake_Finish,
    .clWaitForEvents = fake_WaitForEvents,
    .clGetEventInfo = fake_GetEventInfo,
    .clGetEventProfilingInfo = fake_GetEventProfilingInfo,
    .clRetainContext = fake_RetainContext,
    .clReleaseContext = fake_ReleaseContext,
    .clRetainCommandQueue = fake_RetainCommandQueue,
    .clReleaseCommandQueue = fake_ReleaseCommandQueue,
    .clRetainProgram = fake_RetainProgram,
    .clReleaseProgram = fake_ReleaseProgram,
    .clRetainKernel = fake_RetainKernel,
    .clReleaseKernel = fake_ReleaseKernel,
    .clRetainEvent = fake_RetainEvent,
    .clReleaseEvent = fake_ReleaseEvent,
};

#define VISIBLE __attribute__((visibility("default")))

VISIBLE cl_int CL_API_CALL clIcdGetPlatformIDsKHR(cl_uint most, cl_platform_id *platforms, cl_uint *count)
{
    cl_uint found = 0;
    cl_platform_id *own = fake_platforms(&found);
    if (count)
        *count = found;
    for (cl_uint i = 0; platforms && i < most && i < found; i++)
        platforms[i] = own[i];
    return found ? CL_SUCCESS : -1001; /* CL_PLATFORM_NOT_FOUND_KHR */
}

VISIBLE cl_int CL_API_CALL clGetPlatformInfo(cl_platform_id platform, cl_platform_info what, size_t size, void *to,
                                             size_t *used)
{
    return fake_GetPlatformInfo(platform, what, size, to, used);
}

VISIBLE void *CL_API_CALL clGetExtensionFunctionAddress(const char *name)
{
    if (strcmp(name, "clIcdGetPlatformIDsKHR") == 0)
        return (void *)clIcdGetPlatformIDsKHR;
    return strcmp(name, "clGetPlatformInfo") == 0 ? (void *)fake_GetPlatformInfo : NULL;
}
