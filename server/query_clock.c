// SPDX-License-Identifier: Apache-2.0
#include "query_clock.h"

#include "access.h"

int query_clock(struct call *call,
                int (*answer)(struct moment *m, const struct book_contract *contract,
                              const struct ticket *ticket))
{
    struct moment m;
    struct ticket now;
    struct ticket ticket;
    const struct book_contract *contract;

    int error = moment_init(&m, call);
    if (error == 0) {
        error = call_ticket(call, &call->request->u.explain.ticket, RIGHT_TICKET_SEE, &now,
                            &contract);
    }
    if (error == 0) {
        error = moment_need(&m, contract, &now, &ticket);
    }
    if (error == 0) {
        error = answer(&m, contract, &ticket);
    }
    if (error == 0) {
        error = access_note(call, contract, &now, ACCESS_WHOLE, false);
    }
    moment_fini(&m);
    return error;
}
