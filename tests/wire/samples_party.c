// SPDX-License-Identifier: Apache-2.0
/* Messages lie in static storage until they are packed. */
#include <stdlib.h>

#include "samples.h"

static ProtobufCBinaryData bytes(const char *p, size_t n)
{
    return (ProtobufCBinaryData){.len = n, .data = (uint8_t *)p};
}

static void fill_user(enum request_kind kind, bool full, Slate__V1__Request *request)
{
    static char *roles[] = {(char *)"agent", (char *)"lead"};
    static char *teams[] = {(char *)"manila-a", (char *)"manila-b"};
    static Slate__V1__AddUser add;
    static Slate__V1__SetUser set;
    static Slate__V1__RenewCertificate renew;

    if (kind == REQUEST_ADD_USER) {
        slate__v1__add_user__init(&add);
        add.name = (char *)"a.reyes";
        add.roles = roles;
        add.n_roles = full ? 2 : 1;
        add.party = (char *)(full ? "northwind" : NULL);
        add.teams = teams;
        add.n_teams = full ? 2 : 0;
        add.source = (char *)(full ? "jira" : NULL);
        add.has_tool = full;
        add.tool = 1;
        request->add_user = &add;
    } else if (kind == REQUEST_SET_USER) {
        slate__v1__set_user__init(&set);
        set.name = (char *)"a.reyes";
        set.has_action = 1;
        set.action = full ? SLATE__V1__USER_ACTION__USER_ACTION_VOUCH
                          : SLATE__V1__USER_ACTION__USER_ACTION_DISABLE;
        set.has_key_sha256 = full;
        set.key_sha256 = bytes("0123456789abcdef0123456789abcdef", 32);
        request->set_user = &set;
    } else {
        slate__v1__renew_certificate__init(&renew);
        renew.has_csr = 1;
        renew.csr = bytes("\x30\x03\x02\x01\x00", 5);
        request->renew_certificate = &renew;
    }
}

static void fill_proposal(enum request_kind kind, bool full, Slate__V1__Request *request)
{
    static Slate__V1__ProposeBook propose;
    static Slate__V1__ApproveBook approve;
    static Slate__V1__ListProposals list;

    if (kind == REQUEST_PROPOSE_BOOK) {
        slate__v1__propose_book__init(&propose);
        propose.text = (char *)"parties:\n\t# none\n";
        propose.file = (char *)(full ? "book.yaml" : NULL);
        request->propose_book = &propose;
    } else if (kind == REQUEST_APPROVE_BOOK) {
        slate__v1__approve_book__init(&approve);
        approve.has_proposal = 1;
        approve.proposal = 3;
        approve.has_sha256 = 1;
        approve.sha256 = bytes(SAMPLE_SHA256, 32);
        approve.has_withdraw = full;
        approve.withdraw = 1;
        request->approve_book = &approve;
    } else {
        slate__v1__list_proposals__init(&list);
        list.contract = (char *)(full ? "acme-l1" : NULL);
        list.has_all = full;
        list.all = 1;
        request->list_proposals = &list;
    }
}

static void fill_reads(enum request_kind kind, bool full, Slate__V1__Request *request)
{
    static Slate__V1__ListAccess list;
    static Slate__V1__ExportJournal export;
    static Slate__V1__ShowHead head;

    if (kind == REQUEST_LIST_ACCESS) {
        slate__v1__list_access__init(&list);
        list.contract = (char *)(full ? "acme-l1" : NULL);
        list.actor = (char *)(full ? "root" : NULL);
        list.has_since = list.has_until = list.has_limit = list.has_cursor = full;
        list.since = SAMPLE_AT;
        list.until = SAMPLE_AT + 1;
        list.limit = 9;
        list.cursor = bytes("\x00z", 2);
        request->list_access = &list;
    } else if (kind == REQUEST_EXPORT_JOURNAL) {
        slate__v1__export_journal__init(&export);
        export.contract = (char *)"acme-l1";
        export.has_from_seq = export.has_to_seq = export.has_texts = export.has_cursor = full;
        export.from_seq = 5;
        export.to_seq = UINT64_MAX;
        export.texts = 1;
        export.cursor = bytes("e\x00", 2);
        request->export_journal = &export;
    } else {
        slate__v1__show_head__init(&head);
        head.contract = (char *)(full ? "acme-l1" : NULL);
        request->show_head = &head;
    }
}

static void fill_marks(enum request_kind kind, bool full, Slate__V1__Request *request)
{
    static Slate__V1__Countersign sign;
    static Slate__V1__EraseTexts erase;

    if (kind == REQUEST_COUNTERSIGN) {
        slate__v1__countersign__init(&sign);
        sign.contract = (char *)"acme-l1";
        sign.has_seq = sign.has_sha256 = sign.has_signature = sign.has_certificate = 1;
        sign.seq = 4711;
        sign.sha256 = bytes(SAMPLE_SHA256, 32);
        sign.signature = bytes("\x30\x06\x02\x01\x01\x02\x01\x02", 8);
        sign.certificate = bytes("\x30\x00", 2);
        request->countersign = &sign;
        return;
    }
    slate__v1__erase_texts__init(&erase);
    erase.ticket = (char *)(full ? "ACME-21" : NULL);
    erase.has_message = full;
    erase.message = 2;
    erase.requester = (char *)(full ? NULL : "anna@example.org");
    request->erase_texts = &erase;
}

bool samples_fill_party(enum request_kind kind, bool full, Slate__V1__Request *request)
{
    switch (kind) {
    case REQUEST_ADD_USER:
    case REQUEST_SET_USER:
    case REQUEST_RENEW_CERTIFICATE: fill_user(kind, full, request); return true;
    case REQUEST_PROPOSE_BOOK:
    case REQUEST_APPROVE_BOOK:
    case REQUEST_LIST_PROPOSALS: fill_proposal(kind, full, request); return true;
    case REQUEST_LIST_ACCESS:
    case REQUEST_EXPORT_JOURNAL:
    case REQUEST_SHOW_HEAD: fill_reads(kind, full, request); return true;
    case REQUEST_COUNTERSIGN:
    case REQUEST_ERASE_TEXTS: fill_marks(kind, full, request); return true;
    default: return false;
    }
}

uint8_t *samples_enrol(size_t *ret_n)
{
    Slate__V1__Enrol enrol = SLATE__V1__ENROL__INIT;
    uint8_t *payload;

    enrol.has_secret = enrol.has_csr = 1;
    enrol.secret = bytes(SAMPLE_SECRET, WIRE_SECRET_BYTES);
    enrol.csr = bytes("\x30\x03\x02\x01\x00", 5);
    *ret_n = slate__v1__enrol__get_packed_size(&enrol);
    payload = malloc(*ret_n);
    if (payload == NULL || slate__v1__enrol__pack(&enrol, payload) != *ret_n) {
        abort();
    }
    return payload;
}
