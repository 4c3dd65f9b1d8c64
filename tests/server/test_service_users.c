// SPDX-License-Identifier: Apache-2.0
/*
 * Who there is, and who may know of it.
 */
#include <string.h>

#include "life.h"
#include "t.h"

T_TEST(service_users, are_for_administrators_and_oneself)
{
    __attribute__((cleanup(service_fini))) struct service s;
    static const struct {
        enum life_who who;
        const char *name;
        size_t n;
        int code;
    } rows[] = {
        {L_ADMIN, "", L_END - 1, 0}, {L_ADMIN, "lead", 1, 0},
        {L_ADMIN, "none", 0, 5},     {L_VM, "", 1, 0},
        {L_VM, "vm", 1, 0},          {L_VM, "lead", 0, 5},
        {L_MAIL, "", 1, 0},
    };

    life_init(&s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t kept[WIRE_CURSOR_BYTES];
        struct wire_bytes cursor = {NULL, 0};
        size_t n = 0;
        for (bool more = true; more;) {
            struct job *job = service_job(&s, (enum who)rows[i].who, REQUEST_LIST_USERS, 0);
            job->request.u.list_users = (struct request_list_users){
                .name = rows[i].name, .limit = 4, .cursor = cursor};
            service_read(&s, job);
            T_EQ_INT(service_code(job), rows[i].code, "row %zu", i);
            if (rows[i].code != 0) {
                break;
            }
            __attribute__((cleanup(service_reply_free)))
            Slate__V1__Envelope *e = service_reply(job);
            const Slate__V1__UserPage *page = e->reply->user_page;
            n += page->n_users;
            more = page->truncated;
            if (more) {
                memcpy(kept, page->cursor.data, page->cursor.len);
                cursor = (struct wire_bytes){kept, page->cursor.len};
            }
        }
        T_EQ_INT(n, rows[i].n, "row %zu", i);
    }
}
