// SPDX-License-Identifier: Apache-2.0
/*
 * Agreeing: book propose, proposals, approve, withdraw. What is approved is the hash of the text
 * that was shown.
 */
#include <stdlib.h>
#include <string.h>

#include "client/bookfile.h"
#include "client/message.h"
#include "client/rows.h"
#include "client/text.h"
#include "client/verb.h"
#include "client/when.h"

// ---- one proposal -------------------------------------------------------------------------------

static void put_proposal(struct cli *cli, const struct slate_proposal *p)
{
    struct render *r = &cli->render;

    if (render_object(r, &rows_proposal, p)) {
        return;
    }
    render_subtable(r, &rows_proposal, p, 1, 0);
    render_newline(r);
    render_body(r, 2, p->text ? p->text : "");
    render_newline(r);
    render_subtable(r, &rows_approval, p->approvals, p->n_approvals, 0);
}

static const struct slate_proposal *find(const struct slate_proposal_page *page, uint64_t id)
{
    for (size_t i = 0; i < page->n_proposals; i++) {
        if (page->proposals[i].id == id) {
            return &page->proposals[i];
        }
    }
    return NULL;
}

static int list(struct cli *cli, const char *contract, bool all, struct slate_result **ret)
{
    const struct slate_list_proposals args = {.contract = contract, .all = all};
    struct slate_error e;

    return slate_list_proposals(cli->slate, &args, NULL, ret, &e) == SLATE_OK
               ? 0
               : cli_failed(cli, &e, "list proposals");
}

/** The open proposal with its text; of a long list, from that of its contract. *ret_list owns it.
 */
static int fetch(struct cli *cli, uint64_t id, struct slate_result **ret_list,
                 const struct slate_proposal **ret)
{
    struct slate_result *whole;

    int code = list(cli, NULL, false, &whole);
    if (code) {
        return code;
    }
    const struct slate_proposal *p = find(&whole->proposals, id);
    if (p && !p->text && p->n_contracts > 0) {
        code = list(cli, p->contracts[0], false, ret_list);
        slate_result_free(whole);
        if (code) {
            return code;
        }
        p = find(&(*ret_list)->proposals, id);
    } else {
        *ret_list = whole;
    }
    if (!p || !p->text) {
        slate_result_free(*ret_list);
        message_line(cli->err, "there is no open proposal %llu that you may read",
                     (unsigned long long)id);
        message_hint(cli->err, "slate book proposals lists them");
        return EXIT_FAILED;
    }
    *ret = p;
    return 0;
}

// ---- propose ------------------------------------------------------------------------------------

/** Its number: the newest that has this text. */
static void tell_number(struct cli *cli, const char *text)
{
    struct slate_result *r;

    if (list(cli, NULL, false, &r)) {
        return;
    }
    for (size_t i = 0; i < r->proposals.n_proposals; i++) {
        const struct slate_proposal *p = &r->proposals.proposals[i];
        if (p->text && strcmp(p->text, text) == 0) {
            message_line(cli->err, "proposed: %llu", (unsigned long long)p->id);
            break;
        }
    }
    slate_result_free(r);
}

static int send(struct cli *cli, const char *text, const char *name, bool dry_run)
{
    const struct slate_propose_book args = {.text = text, .file = name};
    struct slate_result *r;
    struct slate_with with;
    struct slate_error e;

    int code = cli_with(cli, &with);
    if (code) {
        return code;
    }
    with.dry_run = dry_run;
    if (slate_propose_book(cli->slate, &args, &with, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, "propose this");
    }
    if (dry_run || cli_has(cli, OPTION_YES)) {
        cmd_book_put_diff(cli, &r->diff);
    }
    slate_result_free(r);
    return 0;
}

int cmd_book_propose(struct cli *cli)
{
    const bool only = cli_has(cli, OPTION_DRY_RUN);
    const bool asks = !only && !cli_has(cli, OPTION_YES);
    const char *name = NULL;
    char *text = NULL;

    int code = bookfile_read(cli, cli_option(cli, OPTION_FILE), "book", &text, &name);
    if (!code) {
        code = cli_connect(cli);
    }
    if (!code && (only || asks)) {
        code = send(cli, text, name, true);
    }
    if (!code && asks) {
        render_flush(&cli->render);
        code = cli_confirm(cli, "propose this?", "proposing a change");
    }
    if (!code && !only) {
        code = send(cli, text, name, false);
    }
    if (!code && !only) {
        tell_number(cli, text);
    }
    free(text);
    return code;
}

// ---- proposals ----------------------------------------------------------------------------------

int cmd_book_proposals(struct cli *cli)
{
    struct slate_result *r;

    int code = cli_connect(cli);
    if (!code) {
        code = list(cli, cli_option(cli, OPTION_CONTRACT), cli_has(cli, OPTION_ALL), &r);
    }
    if (code) {
        return code;
    }
    render_begin(&cli->render, &rows_proposal);
    for (size_t i = 0; i < r->proposals.n_proposals; i++) {
        render_row(&cli->render, &r->proposals.proposals[i]);
    }
    render_end(&cli->render, &rows_proposal_page, &r->proposals);
    if (r->proposals.truncated) {
        message_hint(cli->err, "there is more than fits into an answer: name the contract");
    }
    slate_result_free(r);
    return EXIT_DONE;
}

// ---- approve, withdraw --------------------------------------------------------------------------

static int get_number(struct cli *cli, uint64_t *ret)
{
    const char *word = cli_arg(cli, 0);
    char *end;

    if (*word < '1' || *word > '9' || strlen(word) > 18) {
        return cli_usage(cli, "\"%s\" is no number of a proposal", word);
    }
    *ret = strtoull(word, &end, 10);
    return *end ? cli_usage(cli, "\"%s\" is no number of a proposal", word) : 0;
}

static int answer(struct cli *cli, const struct slate_proposal *p, bool withdraw)
{
    const struct slate_approve_book args = {
        .proposal = p->id, .sha256 = p->sha256, .withdraw = withdraw};
    struct slate_result *r;
    struct slate_with with;
    struct slate_error e;

    int code = cli_with(cli, &with);
    if (code) {
        return code;
    }
    if (slate_approve_book(cli->slate, &args, &with, &r, &e) != SLATE_OK) {
        return cli_failed(cli, &e, withdraw ? "withdraw the proposal" : "approve the proposal");
    }
    const struct slate_proposal *now = find(&r->proposals, args.proposal);
    if (now && !cli_is_table(cli)) {
        put_proposal(cli, now);
    }
    if (now) {
        message_line(cli->err, withdraw ? "withdrawn"
                               : now->state == SLATE_PROPOSAL_APPLIED
                                   ? "approved, and in force"
                                   : "approved; others are asked");
    }
    slate_result_free(r);
    return EXIT_DONE;
}

static int decide(struct cli *cli, bool withdraw)
{
    const struct slate_proposal *p = NULL;
    struct slate_result *r = NULL;
    uint64_t id = 0;

    int code = get_number(cli, &id);
    if (!code) {
        code = cli_connect(cli);
    }
    if (!code) {
        code = fetch(cli, id, &r, &p);
    }
    if (code) {
        return code;
    }
    if (cli_is_table(cli)) {
        put_proposal(cli, p);
        render_flush(&cli->render);
    }
    code = cli_confirm(cli, withdraw ? "withdraw this?" : "approve this for your party?",
                       withdraw ? "withdrawing a proposal" : "approving a change");
    if (!code) {
        code = answer(cli, p, withdraw);
    }
    slate_result_free(r);
    return code;
}

int cmd_book_approve(struct cli *cli)
{
    return decide(cli, false);
}

int cmd_book_withdraw(struct cli *cli)
{
    return decide(cli, true);
}

// ---- of a contract ------------------------------------------------------------------------------

int cmd_book_put_approvals(struct cli *cli, const char *contract)
{
    struct text text = {0};
    struct slate_result *r;

    int code = list(cli, contract, true, &r);
    if (code) {
        return code;
    }
    for (size_t i = 0; i < r->proposals.n_proposals; i++) {
        const struct slate_proposal *p = &r->proposals.proposals[i];
        for (size_t k = 0; p->state == SLATE_PROPOSAL_APPLIED && k < p->n_approvals; k++) {
            text_add_f(&text, "# proposal %llu, approved for %s by %s at ",
                       (unsigned long long)p->id,
                       p->approvals[k].party ? p->approvals[k].party : "?",
                       p->approvals[k].actor ? p->approvals[k].actor : "?");
            when_add_rfc3339(&text, p->approvals[k].recorded_at);
            for (size_t b = 0; b < p->approvals[k].key_sha256.n; b++) {
                text_add_f(&text, "%s%02x", b == 0 ? " with key " : "",
                           p->approvals[k].key_sha256.p[b]);
            }
            text_add(&text, "\n");
        }
    }
    render_document(&cli->render, text_str(&text));
    text_fini(&text);
    slate_result_free(r);
    return EXIT_DONE;
}
