// SPDX-License-Identifier: Apache-2.0
/**
 * progress: what moves flights on.
 *
 * All progress is made in progress_step(), which does one thing at a time: give up what is late,
 * connect, send what waits, or wait for one answer. Nothing is decided twice: a flight is done when
 * the server has answered it, or when nothing can be hoped for any more.
 *
 * A lost connection is made anew, with growing pauses, for as long as a flight has time left. What
 * was sent and not answered is sent again; a server that has made the change already recognises the
 * request id.
 */
#ifndef SLATE_CLIENT_LIB_PROGRESS_H
#define SLATE_CLIENT_LIB_PROGRESS_H

#include <slate.h>

/** One step ahead; there must be a flight that is not done. */
void progress_step(struct slate *s);

/** Queue what waits, on a link that is up. Returns false without memory; it waits on. */
bool progress_send(struct slate *s);

/** The connection is gone, or could not be made: pause before the next, until
 * s->connect_after_us. */
void progress_back_off(struct slate *s, const struct slate_error *why);

/** The pause after so many failures in a row. */
int64_t progress_pause_us(unsigned failures);

#endif
