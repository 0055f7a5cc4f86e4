/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Does not compile alone, on purpose: shows that the check of the headers can fail.
 */
#ifndef TESTS_PLANTED_INCOMPLETE_H
#define TESTS_PLANTED_INCOMPLETE_H

size_t incomplete_bytes(void);

#endif
