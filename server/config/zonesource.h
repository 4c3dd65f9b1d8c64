// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_CONFIG_ZONESOURCE_H
#define SLATE_CONFIG_ZONESOURCE_H

/*
 * A folder of zone files as the source of a book's zones.
 */

#include "config/bookbuild.h"

/**
 * The source that reads from the folder `dir`, which is borrowed. It tells the release that the
 * folder has now. A folder that is not there gives a source that has no zone.
 */
struct zone_source zonesource_folder(const char *dir);

#endif
