/* SPDX-License-Identifier: GPL-2.0-only */
/* Pieces of kernel images for the tests of harness/kernel. */
#ifndef TESTS_UNIT_IMAGE_SAMPLE_H
#define TESTS_UNIT_IMAGE_SAMPLE_H

#include "base/strbuf.h"

/* Appends the text, compressed by gzip. */
void sample_gzip(struct strbuf *out, const char *text);
/* Appends the head of a vmlinux and the banner of release 6.99.1-test. */
void sample_vmlinux(struct strbuf *out);

#endif
