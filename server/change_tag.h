// SPDX-License-Identifier: Apache-2.0
/** change_tag: words on a ticket. */
#ifndef SLATE_CHANGE_TAG_H
#define SLATE_CHANGE_TAG_H

#include "call.h"

/** See call_handler. */
int change_tag(struct call *call);

#endif
