// SPDX-License-Identifier: Apache-2.0
#include "client/change.h"

#include <stdlib.h>
#include <string.h>

#include "client/bulk.h"
#include "client/message.h"
#include "client/rows.h"

void change_set_ticket(struct slate_request *request, const char *ticket)
{
    switch (request->kind) {
    case SLATE_TAKE_TICKET: request->take_ticket.ticket = ticket; break;
    case SLATE_RELEASE_TICKET: request->release_ticket.ticket = ticket; break;
    case SLATE_ACKNOWLEDGE_TICKET: request->acknowledge_ticket.ticket = ticket; break;
    case SLATE_ASSIGN_TICKET: request->assign_ticket.ticket = ticket; break;
    case SLATE_TRANSFER_TICKET: request->transfer_ticket.ticket = ticket; break;
    case SLATE_SET_PRIORITY: request->set_priority.ticket = ticket; break;
    case SLATE_ADD_MESSAGE: request->add_message.ticket = ticket; break;
    case SLATE_HOLD_TICKET: request->hold_ticket.ticket = ticket; break;
    case SLATE_RESUME_TICKET: request->resume_ticket.ticket = ticket; break;
    case SLATE_RESOLVE_TICKET: request->resolve_ticket.ticket = ticket; break;
    case SLATE_CLOSE_TICKET: request->close_ticket.ticket = ticket; break;
    case SLATE_REOPEN_TICKET: request->reopen_ticket.ticket = ticket; break;
    case SLATE_MERGE_TICKET: request->merge_ticket.ticket = ticket; break;
    case SLATE_LINK_TICKET: request->link_ticket.ticket = ticket; break;
    case SLATE_TAG_TICKET: request->tag_ticket.ticket = ticket; break;
    case SLATE_EDIT_TICKET: request->edit_ticket.ticket = ticket; break;
    default: abort();
    }
}

void change_print(struct cli *cli, const struct slate_result *r, const struct slate_with *with)
{
    const struct rows_changed_of changed = {r, with->dry_run};

    if (cli_is_json(cli)) {
        render_object(&cli->render, &rows_changed, &changed);
    } else {
        cli->render.header &= !cli_is_table(cli);
        render_begin(&cli->render, &rows_ticket);
        render_row(&cli->render, &r->changed.ticket);
        render_end(&cli->render, NULL, NULL);
    }
    if (r->changed.existing) {
        message_line(cli->err, "existing: nothing was changed");
    }
}

bool change_is_of_many(const struct cli *cli, const struct change *change)
{
    return change->n_tickets > 1 || strcmp(cli_arg(cli, 0), "-") == 0;
}

static int change_one(struct cli *cli, struct change *change)
{
    const char *ticket = cli_arg(cli, 0);
    struct slate_result *r;
    struct slate_error e;

    int code = cli_connect(cli);
    if (code) {
        return code;
    }
    change_set_ticket(&change->request, ticket);
    if (slate_call(cli->slate, &change->request, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "%s %s", change->doing, ticket);
    }
    change_print(cli, r, &change->request.with);
    if (change->request.with.dry_run && !r->changed.existing) {
        message_line(cli->err, "would %s %s; nothing was changed", change->doing, ticket);
    }
    slate_result_free(r);
    return EXIT_DONE;
}

int change_run(struct cli *cli, struct change *change)
{
    int code = cli_with(cli, &change->request.with);

    if (code) {
        return code;
    }
    return change_is_of_many(cli, change) ? bulk_run(cli, change) : change_one(cli, change);
}
