// SPDX-License-Identifier: Apache-2.0
/*
 * Who may come in, what parties agree on, and what they can hold against each other: requests ->
 * messages, and what answers them -> the public structs.
 */
#include "client/lib/codec_request.h"
#include "client/lib/codec_result.h"

CODEC_PUT(add_user)
{
    const struct slate_add_user *in = &q->add_user;
    Slate__V1__AddUser *m = CODEC_NEW(a, Slate__V1__AddUser, slate__v1__add_user);

    if (!m) {
        return false;
    }
    m->name = codec_text(in->name);
    m->roles = (char **)in->roles;
    m->n_roles = in->n_roles;
    m->party = codec_text(in->party);
    m->teams = (char **)in->teams;
    m->n_teams = in->n_teams;
    m->source = codec_text(in->source);
    CODEC_SET_NUMBER(m, tool, in->tool);
    r->add_user = m;
    return true;
}

CODEC_PUT(set_user)
{
    r->set_user = CODEC_NEW(a, Slate__V1__SetUser, slate__v1__set_user);
    if (!r->set_user) {
        return false;
    }
    r->set_user->name = codec_text(q->set_user.name);
    CODEC_SET_ENUM(r->set_user, action, Slate__V1__UserAction, q->set_user.action);
    CODEC_SET_BYTES(r->set_user, key_sha256, q->set_user.key_sha256);
    return true;
}

CODEC_PUT(renew_certificate)
{
    r->renew_certificate = CODEC_NEW(a, Slate__V1__RenewCertificate, slate__v1__renew_certificate);
    if (!r->renew_certificate) {
        return false;
    }
    CODEC_SET_BYTES(r->renew_certificate, csr, q->renew_certificate.csr);
    return true;
}

CODEC_PUT(propose_book)
{
    r->propose_book = CODEC_NEW(a, Slate__V1__ProposeBook, slate__v1__propose_book);
    if (!r->propose_book) {
        return false;
    }
    r->propose_book->text = codec_text(q->propose_book.text);
    r->propose_book->file = codec_text(q->propose_book.file);
    return true;
}

CODEC_PUT(approve_book)
{
    r->approve_book = CODEC_NEW(a, Slate__V1__ApproveBook, slate__v1__approve_book);
    if (!r->approve_book) {
        return false;
    }
    CODEC_SET_NUMBER(r->approve_book, proposal, q->approve_book.proposal);
    CODEC_SET_BYTES(r->approve_book, sha256, q->approve_book.sha256);
    CODEC_SET_NUMBER(r->approve_book, withdraw, q->approve_book.withdraw);
    return true;
}

CODEC_PUT(list_proposals)
{
    r->list_proposals = CODEC_NEW(a, Slate__V1__ListProposals, slate__v1__list_proposals);
    if (!r->list_proposals) {
        return false;
    }
    r->list_proposals->contract = codec_text(q->list_proposals.contract);
    CODEC_SET_NUMBER(r->list_proposals, all, q->list_proposals.all);
    return true;
}

CODEC_PUT(list_access)
{
    const struct slate_list_access *in = &q->list_access;
    Slate__V1__ListAccess *m = CODEC_NEW(a, Slate__V1__ListAccess, slate__v1__list_access);

    if (!m) {
        return false;
    }
    m->contract = codec_text(in->contract);
    CODEC_SET_NUMBER(m, since, in->since_at);
    CODEC_SET_NUMBER(m, until, in->until_at);
    m->actor = codec_text(in->actor);
    CODEC_SET_NUMBER(m, limit, in->limit);
    CODEC_SET_BYTES(m, cursor, in->cursor);
    r->list_access = m;
    return true;
}

CODEC_PUT(export_journal)
{
    const struct slate_export_journal *in = &q->export_journal;
    Slate__V1__ExportJournal *m = CODEC_NEW(a, Slate__V1__ExportJournal, slate__v1__export_journal);

    if (!m) {
        return false;
    }
    m->contract = codec_text(in->contract);
    CODEC_SET_NUMBER(m, from_seq, in->from_seq);
    CODEC_SET_NUMBER(m, to_seq, in->to_seq);
    CODEC_SET_NUMBER(m, texts, in->texts);
    CODEC_SET_BYTES(m, cursor, in->cursor);
    r->export_journal = m;
    return true;
}

CODEC_PUT(show_head)
{
    r->show_head = CODEC_NEW(a, Slate__V1__ShowHead, slate__v1__show_head);
    if (!r->show_head) {
        return false;
    }
    r->show_head->contract = codec_text(q->show_head.contract);
    return true;
}

CODEC_PUT(countersign)
{
    const struct slate_countersign *in = &q->countersign;
    Slate__V1__Countersign *m = CODEC_NEW(a, Slate__V1__Countersign, slate__v1__countersign);

    if (!m) {
        return false;
    }
    m->contract = codec_text(in->contract);
    CODEC_SET_NUMBER(m, seq, in->seq);
    CODEC_SET_BYTES(m, sha256, in->sha256);
    CODEC_SET_BYTES(m, signature, in->signature);
    CODEC_SET_BYTES(m, certificate, in->certificate);
    r->countersign = m;
    return true;
}

CODEC_PUT(erase_texts)
{
    const struct slate_erase_texts *in = &q->erase_texts;
    Slate__V1__EraseTexts *m = CODEC_NEW(a, Slate__V1__EraseTexts, slate__v1__erase_texts);

    if (!m) {
        return false;
    }
    m->ticket = codec_text(in->ticket);
    CODEC_SET_NUMBER(m, message, in->message);
    m->requester = codec_text(in->requester);
    m->contract = codec_text(in->contract);
    CODEC_SET_BYTES(m, cursor, in->cursor);
    CODEC_SET_NUMBER(m, entry, in->entry);
    r->erase_texts = m;
    return true;
}

// ---- answers ------------------------------------------------------------------------------------

static struct slate_user get_user(const Slate__V1__User *m)
{
    return (struct slate_user){
        .name = m->name,
        .human = m->human,
        .disabled = m->disabled,
        .n_roles = m->n_roles,
        .roles = codec_result_strings(m->roles),
        .party = m->party,
        .n_teams = m->n_teams,
        .teams = codec_result_strings(m->teams),
        .source = m->source,
        .pinned = m->pinned,
        .keys = m->keys,
        .code_expires_at = m->code_expires_at,
        .vouched = m->vouched,
    };
}

bool codec_result_users(struct result *r, const Slate__V1__UserPage *m)
{
    struct slate_user *users = CODEC_ARRAY(r, m->n_users, struct slate_user);

    for (size_t i = 0; users && i < m->n_users; i++) {
        users[i] = get_user(m->users[i]);
    }
    r->shape = SHAPE_USERS;
    r->public.users = (struct slate_user_page){
        .n_users = m->n_users,
        .users = users,
        .truncated = m->truncated,
        .cursor = codec_result_bytes(&m->cursor),
        .snapshot_at = m->snapshot_at,
    };
    return users;
}

bool codec_result_user(struct result *r, const Slate__V1__UserChanged *m)
{
    r->shape = SHAPE_USER;
    if (!m->user) {
        return false;
    }
    r->arena.wipes = m->code != NULL;
    r->public.user = (struct slate_user_changed){
        .user = get_user(m->user),
        .code = m->code,
        .code_expires_at = m->code_expires_at,
    };
    return true;
}

bool codec_result_certificate(struct result *r, const Slate__V1__Certificate *m)
{
    r->shape = SHAPE_CERTIFICATE;
    r->public.certificate = (struct slate_certificate){m->cert, m->ca, m->expires_at};
    return m->cert && m->ca;
}

static bool get_approvals(struct result *r, const Slate__V1__Proposal *m,
                          struct slate_proposal *ret)
{
    struct slate_approval *approvals = CODEC_ARRAY(r, m->n_approvals, struct slate_approval);

    for (size_t i = 0; approvals && i < m->n_approvals; i++) {
        const Slate__V1__Approval *from = m->approvals[i];

        approvals[i] = (struct slate_approval){from->party, from->actor, from->recorded_at,
                                               codec_result_bytes(&from->key_sha256)};
    }
    ret->n_approvals = m->n_approvals;
    ret->approvals = approvals;
    return approvals;
}

bool codec_result_proposals(struct result *r, const Slate__V1__ProposalPage *m)
{
    struct slate_proposal *proposals = CODEC_ARRAY(r, m->n_proposals, struct slate_proposal);

    for (size_t i = 0; proposals && i < m->n_proposals; i++) {
        const Slate__V1__Proposal *from = m->proposals[i];

        proposals[i] = (struct slate_proposal){
            .id = from->id,
            .state = (enum slate_proposal_state)from->state,
            .actor = from->actor,
            .recorded_at = from->recorded_at,
            .sha256 = codec_result_bytes(&from->sha256),
            .text = from->text,
            .n_contracts = from->n_contracts,
            .contracts = codec_result_strings(from->contracts),
        };
        if (!get_approvals(r, from, &proposals[i])) {
            return false;
        }
    }
    r->shape = SHAPE_PROPOSALS;
    r->public.proposals = (struct slate_proposal_page){m->n_proposals, proposals, m->truncated};
    return proposals;
}

bool codec_result_access(struct result *r, const Slate__V1__AccessPage *m)
{
    struct slate_access *access = CODEC_ARRAY(r, m->n_access, struct slate_access);

    for (size_t i = 0; access && i < m->n_access; i++) {
        const Slate__V1__Access *from = m->access[i];

        access[i] = (struct slate_access){
            .contract = from->contract,
            .seq = from->seq,
            .actor = from->actor,
            .recorded_at = from->recorded_at,
            .kind = (enum slate_access_kind)from->kind,
            .ticket = from->ticket,
            .tickets = from->tickets,
            .texts = from->texts,
            .reason = from->reason,
        };
    }
    r->shape = SHAPE_ACCESS;
    r->public.access = (struct slate_access_page){
        .n_access = m->n_access,
        .access = access,
        .truncated = m->truncated,
        .cursor = codec_result_bytes(&m->cursor),
        .snapshot_at = m->snapshot_at,
    };
    return access;
}

bool codec_result_chunk(struct result *r, const Slate__V1__JournalChunk *m)
{
    r->shape = SHAPE_CHUNK;
    r->public.chunk = (struct slate_journal_chunk){
        .data = codec_result_bytes(&m->data),
        .cursor = codec_result_bytes(&m->cursor),
    };
    return true;
}

bool codec_result_heads(struct result *r, const Slate__V1__JournalHeads *m)
{
    struct slate_journal_head *heads = CODEC_ARRAY(r, m->n_heads, struct slate_journal_head);

    for (size_t i = 0; heads && i < m->n_heads; i++) {
        const Slate__V1__JournalHead *from = m->heads[i];

        heads[i] = (struct slate_journal_head){
            .contract = from->contract,
            .seq = from->seq,
            .sha256 = codec_result_bytes(&from->sha256),
            .recorded_at = from->recorded_at,
            .signed_seq = from->signed_seq,
            .signed_by = from->signed_by,
            .signed_party = from->signed_party,
        };
    }
    r->shape = SHAPE_HEADS;
    r->public.heads = (struct slate_journal_heads){m->n_heads, heads};
    return heads;
}

bool codec_result_erased(struct result *r, const Slate__V1__TextsErased *m)
{
    r->shape = SHAPE_ERASED;
    r->public.erased = (struct slate_texts_erased){m->tickets, m->texts, m->more,
                                                   codec_result_bytes(&m->cursor), m->keys_kept};
    return true;
}
