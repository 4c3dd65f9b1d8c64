// SPDX-License-Identifier: Apache-2.0
/** change_work: the requests that change one ticket that is there. */
#ifndef SLATE_CHANGE_WORK_H
#define SLATE_CHANGE_WORK_H

#include "call.h"

/** See call_handler; for every kind of request that changes one ticket. */
int change_work(struct call *call);

#endif
