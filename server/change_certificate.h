// SPDX-License-Identifier: Apache-2.0
/**
 * change_certificate: codes become certificates, and certificates newer ones.
 */
#ifndef SLATE_CHANGE_CERTIFICATE_H
#define SLATE_CHANGE_CERTIFICATE_H

#include "call.h"

/** RENEW_CERTIFICATE, which may be answered again by doing it again, and ENROL. */
call_handler change_renew;
call_handler change_enrol;

#endif
