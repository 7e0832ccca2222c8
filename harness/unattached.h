/* SPDX-License-Identifier: GPL-2.0-only */
/* Says on stderr which programs of the schedulers' objects the agent does not attach, because their
 * section is not supported. An object that cannot be opened is passed over: whoever runs it reports it. */
#ifndef HARNESS_UNATTACHED_H
#define HARNESS_UNATTACHED_H

#include "harness/lineup.h"

void unattached_tell(const struct lineup *l);

#endif
