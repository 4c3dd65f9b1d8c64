// SPDX-License-Identifier: Apache-2.0
/* Who may come in, what the parties agree on, and what they can hold against each other. */
#include <stdio.h>
#include <string.h>

#include "wire/enums.h"
#include "wire/operation.h"

static int refuse_element(struct operation_decoder *d, const char *list, size_t i,
                          const char *reason, const char *element)
{
    char field[64];

    (void)snprintf(field, sizeof(field), "add_user.%s[%zu]", list, i);
    return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, field,
                  strcmp(list, "roles") == 0
                      ? "agent, lead, vendor-manager, manager, intake, auditor or admin"
                      : NULL,
                  "'%s' %s", element, reason);
}

static int decode_roles(struct operation_decoder *d, const Slate__V1__AddUser *in)
{
    uint32_t roles = 0;

    for (size_t i = 0; i < in->n_roles; i++) {
        const uint32_t role = role_named(in->roles[i]);
        if (role == 0) {
            return refuse_element(d, "roles", i, "is not a role", in->roles[i]);
        }
        if ((roles & role) != 0) {
            return refuse_element(d, "roles", i, "is there twice", in->roles[i]);
        }
        roles |= role;
    }
    d->out->u.add_user.roles = roles;
    return 0;
}

int operation_add_user(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__AddUser *in = (const Slate__V1__AddUser *)message;

    d->out->u.add_user = (struct request_add_user){
        .name = in->name,
        .party = operation_str(in->party),
        .teams = (const char *const *)in->teams,
        .n_teams = in->n_teams,
        .source = operation_str(in->source),
        .tool = in->tool,
    };
    for (size_t i = 0; i < in->n_teams; i++) {
        if (in->teams[i][0] == '\0') {
            return refuse_element(d, "teams", i, "is not the name of a team", "");
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(in->teams[j], in->teams[i]) == 0) {
                return refuse_element(d, "teams", i, "is there twice", in->teams[i]);
            }
        }
    }
    return decode_roles(d, in);
}

int operation_set_user(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__SetUser *in = (const Slate__V1__SetUser *)message;

    d->out->u.set_user = (struct request_set_user){
        .name = in->name,
        .action = (enum user_action)in->action,
        .key_sha256 = operation_bytes(in->key_sha256),
    };
    return 0;
}

int operation_renew_certificate(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__RenewCertificate *in = (const Slate__V1__RenewCertificate *)message;

    d->out->u.certificate = (struct request_certificate){.csr = operation_bytes(in->csr)};
    return 0;
}

int operation_propose_book(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ProposeBook *in = (const Slate__V1__ProposeBook *)message;

    d->out->u.propose_book = (struct request_apply_book){
        .text = in->text,
        .n = strlen(in->text),
        .file = operation_str(in->file),
    };
    return 0;
}

int operation_approve_book(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ApproveBook *in = (const Slate__V1__ApproveBook *)message;
    struct request_approve_book *out = &d->out->u.approve_book;

    *out = (struct request_approve_book){.proposal = in->proposal, .withdraw = in->withdraw};
    memcpy(out->sha256, in->sha256.data, sizeof(out->sha256));
    return 0;
}

int operation_list_proposals(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ListProposals *in = (const Slate__V1__ListProposals *)message;

    d->out->u.list_proposals = (struct request_list_proposals){
        .contract = operation_str(in->contract),
        .all = in->all,
    };
    return 0;
}

int operation_list_access(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ListAccess *in = (const Slate__V1__ListAccess *)message;

    d->out->u.list_access = (struct request_list_access){
        .contract = operation_str(in->contract),
        .since_at = operation_instant(in->has_since, in->since),
        .until_at = operation_instant(in->has_until, in->until),
        .actor = operation_str(in->actor),
        .limit = operation_rows(in->has_limit, in->limit),
        .cursor = operation_bytes(in->cursor),
    };
    if (in->has_since && in->has_until && in->until <= in->since) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "list_access.until",
                      "what was read from since on and before until is listed",
                      "until is not later than since");
    }
    return 0;
}

int operation_export_journal(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ExportJournal *in = (const Slate__V1__ExportJournal *)message;

    d->out->u.export_journal = (struct request_export_journal){
        .contract = in->contract,
        .from_seq = in->from_seq != 0 ? in->from_seq : 1,
        .to_seq = in->to_seq,
        .texts = in->texts,
        .cursor = operation_bytes(in->cursor),
    };
    if (in->to_seq != 0 && in->to_seq < in->from_seq) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "export_journal.to_seq", NULL,
                      "to_seq comes before from_seq");
    }
    return 0;
}

int operation_show_head(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__ShowHead *in = (const Slate__V1__ShowHead *)message;

    d->out->u.show_head = (struct request_show_head){.contract = operation_str(in->contract)};
    return 0;
}

int operation_countersign(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__Countersign *in = (const Slate__V1__Countersign *)message;
    struct request_countersign *out = &d->out->u.countersign;

    *out = (struct request_countersign){
        .contract = in->contract,
        .seq = in->seq,
        .signature = operation_bytes(in->signature),
        .certificate = operation_bytes(in->certificate),
    };
    memcpy(out->sha256, in->sha256.data, sizeof(out->sha256));
    return 0;
}

/* What is erased is gone: a field that would widen or narrow it by accident is refused. */
int operation_erase_texts(struct operation_decoder *d, const ProtobufCMessage *message)
{
    const Slate__V1__EraseTexts *in = (const Slate__V1__EraseTexts *)message;
    const bool by_ticket = operation_str(in->ticket)[0] != '\0';
    const bool by_requester = operation_str(in->requester)[0] != '\0';
    const bool by_entry = in->entry != 0;

    d->out->u.erase = (struct request_erase){
        .message = in->message,
        .requester = operation_str(in->requester),
        .contract = operation_str(in->contract),
        .cursor = operation_bytes(in->cursor),
        .entry = in->entry,
    };
    if (by_ticket + by_requester + by_entry != 1) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "erase_texts",
                      "a ticket, a requester, or an entry of a contract",
                      by_ticket || by_requester
                          ? "a ticket, a requester and an entry exclude each other"
                          : "it does not say whose texts");
    }
    if (by_entry && d->out->u.erase.contract[0] == '\0') {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "erase_texts.contract", NULL,
                      "the number of an entry comes without its contract");
    }
    if (in->has_message && (!by_ticket || in->message == 0)) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "erase_texts.message",
                      "messages of a ticket are numbered from 1",
                      !by_ticket ? "the number of a message comes without a ticket"
                                 : "no message has the number 0");
    }
    if (!by_requester && d->out->u.erase.cursor.n > 0) {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "erase_texts.cursor", NULL,
                      "a %s has no cursor; ask for the same again", by_ticket ? "ticket" : "entry");
    }
    if (by_ticket && d->out->u.erase.contract[0] != '\0') {
        return refuse(d->refusal, OUTCOME_INVALID_ARGUMENT, "erase_texts.contract", NULL,
                      "a ticket has its contract; only a requester may have several");
    }
    return by_ticket
               ? operation_ticket(d, "erase_texts.ticket", in->ticket, &d->out->u.erase.ticket)
               : 0;
}
