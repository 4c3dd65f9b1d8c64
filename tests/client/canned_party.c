// SPDX-License-Identifier: Apache-2.0
/*
 * Users that are made and changed, a proposal that one party has still to approve, what was read,
 * and the chain of acme-l1.
 *
 *   a user "taken"         ALREADY_EXISTS
 *   contract "nowhere"     NOT_FOUND
 *   another sha256         FAILED_PRECONDITION (approve_book)
 *
 * A journal comes in two pieces, a list of who read what in two pages; an erasure by requester has
 * more to do.
 */
#include <string.h>

#include "tests/client/canned.h"

#define AT    CANNED_AT
#define GIVE  CANNED_GIVE
#define COUNT CANNED_COUNT

static uint8_t hash[32] = "0123456789abcdef0123456789abcdef";
static uint8_t next[] = {0x00, 0xff, 'n'};

static ProtobufCBinaryData bytes(void *p, size_t n)
{
    return (ProtobufCBinaryData){n, p};
}

static void refuse(Slate__V1__Reply *reply, Slate__V1__Code code, char *message, char *field)
{
    static Slate__V1__Error e;

    slate__v1__error__init(&e);
    GIVE(&e, code, code);
    e.message = message;
    e.field = field;
    reply->error = &e;
}

static void give_token(Slate__V1__Reply *reply, char *contract)
{
    static Slate__V1__Token token;

    slate__v1__token__init(&token);
    token.contract = contract;
    GIVE(&token, seq, 4712);
    reply->token = &token;
}

static void give_user(char *name, bool with_code, Slate__V1__User *user, Slate__V1__Reply *reply)
{
    static Slate__V1__UserChanged changed;

    user->name = name;
    slate__v1__user_changed__init(&changed);
    changed.user = user;
    if (with_code) {
        changed.code = "slate1-AAAAbbbbCCCC";
        GIVE(&changed, code_expires_at, AT(24 * 60));
        GIVE(user, code_expires_at, AT(24 * 60));
    }
    give_token(reply, NULL);
    reply->user_changed = &changed;
}

static void add_user(const Slate__V1__AddUser *q, Slate__V1__Reply *reply)
{
    static Slate__V1__User user;

    if (strcmp(q->name, "taken") == 0) {
        refuse(reply, SLATE__V1__CODE__CODE_ALREADY_EXISTS, "there is such a user",
               "add_user.name");
        return;
    }
    slate__v1__user__init(&user);
    GIVE(&user, human, !q->tool);
    user.roles = q->roles;
    user.n_roles = q->n_roles;
    user.party = q->party;
    user.teams = q->teams;
    user.n_teams = q->n_teams;
    user.source = q->source;
    give_user(q->name, true, &user, reply);
}

static void set_user(const Slate__V1__SetUser *q, Slate__V1__Reply *reply)
{
    static char *roles[1];
    static Slate__V1__User user;

    roles[0] = "agent";
    const bool rotates = q->action == SLATE__V1__USER_ACTION__USER_ACTION_ROTATE;

    slate__v1__user__init(&user);
    GIVE(&user, human, true);
    GIVE(&user, disabled, q->action == SLATE__V1__USER_ACTION__USER_ACTION_DISABLE);
    user.roles = roles;
    user.n_roles = COUNT(roles);
    user.party = "northwind";
    GIVE(&user, pinned, true);
    if (q->action == SLATE__V1__USER_ACTION__USER_ACTION_VOUCH) {
        roles[0] = "vendor-manager";
        GIVE(&user, vouched, true);
    }
    user.has_keys = !rotates;
    user.keys = 2;
    give_user(q->name, rotates, &user, reply);
}

static void certificate(Slate__V1__Reply *reply)
{
    static Slate__V1__Certificate c;

    slate__v1__certificate__init(&c);
    c.cert = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    c.ca = "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n";
    GIVE(&c, expires_at, AT(90 * 24 * 60));
    reply->certificate = &c;
}

static void book_diff(const Slate__V1__Request *request, Slate__V1__Reply *reply)
{
    static char *added[] = {"within: 2h"};
    static Slate__V1__BookChange change;
    static Slate__V1__BookChange *changes[] = {&change};
    static Slate__V1__BookDiff d;

    slate__v1__book_change__init(&change);
    change.kind = "contract";
    change.name = "acme-l1";
    GIVE(&change, change, SLATE__V1__BOOK_CHANGE_KIND__BOOK_CHANGE_VERSION);
    GIVE(&change, version, 8);
    change.added = added;
    change.n_added = COUNT(added);
    slate__v1__book_diff__init(&d);
    d.changes = changes;
    d.n_changes = COUNT(changes);
    GIVE(&d, applied, false);
    if (!request->dry_run) {
        give_token(reply, NULL);
    }
    reply->book_diff = &d;
}

static void proposals(const Slate__V1__ApproveBook *approve, Slate__V1__Reply *reply)
{
    static char *contracts[] = {"acme-l1", "acme-l2"};
    static Slate__V1__Approval approvals[2];
    static Slate__V1__Approval *list[] = {&approvals[0], &approvals[1]};
    static Slate__V1__Proposal proposal;
    static Slate__V1__Proposal *rows[] = {&proposal};
    static Slate__V1__ProposalPage page;

    if (approve && (approve->sha256.len != sizeof(hash) ||
                    memcmp(approve->sha256.data, hash, sizeof(hash)) != 0)) {
        refuse(reply, SLATE__V1__CODE__CODE_FAILED_PRECONDITION,
               "the proposal's text is another one", "approve_book.sha256");
        return;
    }
    for (size_t i = 0; i < COUNT(approvals); i++) {
        slate__v1__approval__init(&approvals[i]);
    }
    approvals[0].party = "acme";
    approvals[0].actor = "b.cruz";
    GIVE(&approvals[0], recorded_at, AT(-30));
    approvals[0].has_key_sha256 = 1;
    approvals[0].key_sha256 = bytes(hash, sizeof(hash));
    approvals[1].party = "northwind";
    slate__v1__proposal__init(&proposal);
    GIVE(&proposal, id, approve ? approve->proposal : 3);
    GIVE(&proposal, state, SLATE__V1__PROPOSAL_STATE__PROPOSAL_STATE_OPEN);
    proposal.actor = "b.cruz";
    GIVE(&proposal, recorded_at, AT(-60));
    proposal.has_sha256 = true;
    proposal.sha256 = bytes(hash, sizeof(hash));
    proposal.text = "contracts:\n  - name: acme-l1\n";
    proposal.contracts = contracts;
    proposal.n_contracts = COUNT(contracts);
    proposal.approvals = list;
    proposal.n_approvals = COUNT(list);
    if (approve && approve->withdraw) {
        proposal.state = SLATE__V1__PROPOSAL_STATE__PROPOSAL_STATE_WITHDRAWN;
    } else if (approve) {
        proposal.state = SLATE__V1__PROPOSAL_STATE__PROPOSAL_STATE_APPLIED;
        approvals[1].actor = "a.reyes";
        GIVE(&approvals[1], recorded_at, AT(0));
    }
    slate__v1__proposal_page__init(&page);
    page.proposals = rows;
    page.n_proposals = COUNT(rows);
    GIVE(&page, truncated, false);
    if (approve) {
        give_token(reply, NULL);
    }
    reply->proposal_page = &page;
}

static void access_page(const Slate__V1__ListAccess *q, Slate__V1__Reply *reply)
{
    static Slate__V1__Access access[3];
    static Slate__V1__Access *list[] = {&access[0], &access[1], &access[2]};
    static Slate__V1__AccessPage page;
    const bool second = q->has_cursor;
    const bool first = !second && q->has_limit && q->limit < COUNT(list);

    for (size_t i = 0; i < COUNT(access); i++) {
        slate__v1__access__init(&access[i]);
        access[i].contract = "acme-l1";
        GIVE(&access[i], seq, 90 + i);
        access[i].actor = i == 2 ? "root" : "v.lead";
        GIVE(&access[i], recorded_at, AT(-60 + (int64_t)i));
        GIVE(&access[i], kind,
             (Slate__V1__AccessKind)(SLATE__V1__ACCESS_KIND__ACCESS_KIND_SHOW + i));
    }
    access[0].ticket = "ACME-1042";
    access[0].reason = "asked by \x1b[1mlegal";
    GIVE(&access[1], tickets, 40);
    GIVE(&access[2], texts, true);
    slate__v1__access_page__init(&page);
    page.access = second ? list + 2 : list;
    page.n_access = second ? 1 : first ? 2 : COUNT(list);
    if (first) {
        GIVE(&page, truncated, true);
        page.has_cursor = true;
        page.cursor = bytes(next, sizeof(next));
    }
    GIVE(&page, snapshot_at, FAKE_NOW_AT);
    reply->access_page = &page;
}

static void chunk(const Slate__V1__ExportJournal *q, Slate__V1__Reply *reply)
{
    static Slate__V1__JournalChunk c;

    slate__v1__journal_chunk__init(&c);
    c.has_data = true;
    c.data = q->has_cursor ? bytes("{\"seq\":2}\n", 10) : bytes("{\"seq\":1}\n", 10);
    c.has_cursor = !q->has_cursor;
    c.cursor = bytes(next, sizeof(next));
    reply->journal_chunk = &c;
}

static void heads(const Slate__V1__Countersign *sign, Slate__V1__Reply *reply)
{
    static Slate__V1__JournalHead rows[2];
    static Slate__V1__JournalHead *list[] = {&rows[0], &rows[1]};
    static Slate__V1__JournalHeads h;

    for (size_t i = 0; i < COUNT(rows); i++) {
        slate__v1__journal_head__init(&rows[i]);
        rows[i].contract = i == 0 ? "acme-l1" : "acme-l2";
        GIVE(&rows[i], seq, 4711 - 100 * i);
        rows[i].has_sha256 = true;
        rows[i].sha256 = bytes(hash, sizeof(hash));
        GIVE(&rows[i], recorded_at, AT(-1));
    }
    GIVE(&rows[0], signed_seq, sign ? sign->seq : 4000);
    rows[0].signed_by = "b.cruz";
    rows[0].signed_party = "acme";
    slate__v1__journal_heads__init(&h);
    h.heads = list;
    h.n_heads = sign ? 1 : COUNT(list);
    if (sign) {
        give_token(reply, "acme-l1");
    }
    reply->journal_heads = &h;
}

static void erased(const Slate__V1__EraseTexts *q, Slate__V1__Reply *reply)
{
    static Slate__V1__TextsErased e;

    slate__v1__texts_erased__init(&e);
    GIVE(&e, tickets, q->requester ? 12 : 1);
    GIVE(&e, texts, q->message ? 1 : q->requester ? 48 : 5);
    GIVE(&e, keys_kept, q->requester && !q->has_cursor ? 2 : 0);
    GIVE(&e, more, q->requester && !q->contract && !q->has_cursor);
    e.has_cursor = e.more;
    e.cursor = bytes(next, sizeof(next));
    give_token(reply, "acme-l1");
    reply->texts_erased = &e;
}

bool canned_party(const Slate__V1__Request *request, Slate__V1__Reply *reply)
{
    const char *contract = request->export_journal ? request->export_journal->contract
                           : request->show_head    ? request->show_head->contract
                           : request->countersign  ? request->countersign->contract
                           : request->list_access  ? request->list_access->contract
                                                   : NULL;

    if (contract && strcmp(contract, "nowhere") == 0) {
        refuse(reply, SLATE__V1__CODE__CODE_NOT_FOUND, "there is no such contract", NULL);
    } else if (request->add_user) {
        add_user(request->add_user, reply);
    } else if (request->set_user) {
        set_user(request->set_user, reply);
    } else if (request->renew_certificate) {
        certificate(reply);
    } else if (request->propose_book) {
        book_diff(request, reply);
    } else if (request->approve_book || request->list_proposals) {
        proposals(request->approve_book, reply);
    } else if (request->list_access) {
        access_page(request->list_access, reply);
    } else if (request->export_journal) {
        chunk(request->export_journal, reply);
    } else if (request->show_head || request->countersign) {
        heads(request->countersign, reply);
    } else if (request->erase_texts) {
        erased(request->erase_texts, reply);
    } else {
        return false;
    }
    return true;
}
