/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The calls that the fake driver serves, each as clName of OpenCL 1.2. Included by fake.h.
 */
#ifndef TESTS_FAKE_OPENCL_FAKE_CALLS_H
#define TESTS_FAKE_OPENCL_FAKE_CALLS_H

#include <CL/cl.h>

cl_int CL_API_CALL fake_GetDeviceInfo(cl_device_id device, cl_device_info what, size_t size, void *to, size_t *used);
cl_int CL_API_CALL fake_GetPlatformInfo(cl_platform_id platform, cl_platform_info what, size_t size, void *to,
                                        size_t *used);
cl_int CL_API_CALL fake_GetDeviceIDs(cl_platform_id platform, cl_device_type type, cl_uint most, cl_device_id *devices,
                                     cl_uint *count);
cl_context CL_API_CALL fake_CreateContext(const cl_context_properties *properties, cl_uint count,
                                          const cl_device_id *devices,
                                          void(CL_CALLBACK *notify)(const char *, const void *, size_t, void *),
                                          void *data, cl_int *code);
cl_command_queue CL_API_CALL fake_CreateCommandQueue(cl_context context, cl_device_id device,
                                                     cl_command_queue_properties properties, cl_int *code);
cl_mem CL_API_CALL fake_CreateBuffer(cl_context context, cl_mem_flags flags, size_t bytes, void *host, cl_int *code);
cl_mem CL_API_CALL fake_CreateImage(cl_context context, cl_mem_flags flags, const cl_image_format *format,
                                    const cl_image_desc *description, void *host, cl_int *code);
cl_int CL_API_CALL fake_GetSupportedImageFormats(cl_context context, cl_mem_flags flags, cl_mem_object_type type,
                                                 cl_uint most, cl_image_format *formats, cl_uint *count);
cl_int CL_API_CALL fake_GetMemObjectInfo(cl_mem buffer, cl_mem_info what, size_t size, void *to, size_t *used);
cl_int CL_API_CALL fake_ReleaseMemObject(cl_mem buffer);
cl_program CL_API_CALL fake_CreateProgramWithSource(cl_context context, cl_uint count, const char **sources,
                                                    const size_t *lengths, cl_int *code);
cl_program CL_API_CALL fake_CreateProgramWithBinary(cl_context context, cl_uint count, const cl_device_id *devices,
                                                    const size_t *lengths, const unsigned char **binaries,
                                                    cl_int *status, cl_int *code);
cl_int CL_API_CALL fake_BuildProgram(cl_program program, cl_uint count, const cl_device_id *devices,
                                     const char *options, void(CL_CALLBACK *notify)(cl_program, void *), void *data);
cl_int CL_API_CALL fake_GetProgramInfo(cl_program program, cl_program_info what, size_t size, void *to, size_t *used);
cl_int CL_API_CALL fake_GetProgramBuildInfo(cl_program program, cl_device_id device, cl_program_build_info what,
                                            size_t size, void *to, size_t *used);
cl_kernel CL_API_CALL fake_CreateKernel(cl_program program, const char *name, cl_int *code);
cl_int CL_API_CALL fake_SetKernelArg(cl_kernel kernel, cl_uint index, size_t bytes, const void *value);
cl_int CL_API_CALL fake_GetKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info what,
                                               size_t size, void *to, size_t *used);
cl_int CL_API_CALL fake_RetainMemObject(cl_mem buffer);
cl_int CL_API_CALL fake_EnqueueReadBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset,
                                          size_t bytes, void *host, cl_uint waits, const cl_event *wait,
                                          cl_event *event);
cl_int CL_API_CALL fake_EnqueueWriteBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset,
                                           size_t bytes, const void *host, cl_uint waits, const cl_event *wait,
                                           cl_event *event);
cl_int CL_API_CALL fake_EnqueueReadBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                              const size_t *from, const size_t *to, const size_t *region, size_t row,
                                              size_t slice, size_t host_row, size_t host_slice, void *host,
                                              cl_uint waits, const cl_event *wait, cl_event *event);
cl_int CL_API_CALL fake_EnqueueWriteBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                               const size_t *to, const size_t *from, const size_t *region, size_t row,
                                               size_t slice, size_t host_row, size_t host_slice, const void *host,
                                               cl_uint waits, const cl_event *wait, cl_event *event);
cl_int CL_API_CALL fake_EnqueueCopyBuffer(cl_command_queue queue, cl_mem from, cl_mem to, size_t from_offset,
                                          size_t to_offset, size_t bytes, cl_uint waits, const cl_event *wait,
                                          cl_event *event);
cl_int CL_API_CALL fake_EnqueueCopyBufferToImage(cl_command_queue queue, cl_mem from, cl_mem to, size_t offset,
                                                 const size_t *origin, const size_t *region, cl_uint waits,
                                                 const cl_event *wait, cl_event *event);
cl_int CL_API_CALL fake_EnqueueFillBuffer(cl_command_queue queue, cl_mem buffer, const void *pattern,
                                          size_t pattern_bytes, size_t offset, size_t bytes, cl_uint waits,
                                          const cl_event *wait, cl_event *event);
void *CL_API_CALL fake_EnqueueMapBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, cl_map_flags flags,
                                        size_t offset, size_t bytes, cl_uint waits, const cl_event *wait,
                                        cl_event *event, cl_int *code);
cl_int CL_API_CALL fake_EnqueueUnmapMemObject(cl_command_queue queue, cl_mem buffer, void *mapped, cl_uint waits,
                                              const cl_event *wait, cl_event *event);
cl_int CL_API_CALL fake_EnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                             const size_t *offset, const size_t *global, const size_t *local,
                                             cl_uint waits, const cl_event *wait, cl_event *event);
cl_int CL_API_CALL fake_Flush(cl_command_queue queue);
cl_int CL_API_CALL fake_Finish(cl_command_queue queue);
cl_int CL_API_CALL fake_WaitForEvents(cl_uint count, const cl_event *events);
cl_int CL_API_CALL fake_GetEventInfo(cl_event event, cl_event_info what, size_t size, void *to, size_t *used);
cl_int CL_API_CALL fake_GetEventProfilingInfo(cl_event event, cl_profiling_info what, size_t size, void *to,
                                              size_t *used);
cl_int CL_API_CALL fake_RetainContext(cl_context object);
cl_int CL_API_CALL fake_ReleaseContext(cl_context object);
cl_int CL_API_CALL fake_RetainCommandQueue(cl_command_queue object);
cl_int CL_API_CALL fake_ReleaseCommandQueue(cl_command_queue object);
cl_int CL_API_CALL fake_RetainProgram(cl_program object);
cl_int CL_API_CALL fake_ReleaseProgram(cl_program object);
cl_int CL_API_CALL fake_RetainKernel(cl_kernel object);
cl_int CL_API_CALL fake_ReleaseKernel(cl_kernel object);
cl_int CL_API_CALL fake_RetainEvent(cl_event object);
cl_int CL_API_CALL fake_ReleaseEvent(cl_event object);

#endif
